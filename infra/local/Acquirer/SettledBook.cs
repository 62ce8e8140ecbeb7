using System.Globalization;
using System.Text;

namespace CloudPos.Local.Acquirer;

/// <summary>What the acquirer does to its own book when it is told to be wrong.</summary>
internal enum TamperKind
{
    /// <summary>It forgets a transaction, which the merchant goes on claiming.</summary>
    Forget = 1,

    /// <summary>It counts a purchase that never was.</summary>
    Invent = 2,

    /// <summary>It counts another amount.</summary>
    Amount = 3,

    /// <summary>It counts it on another settlement date.</summary>
    Date = 4,
}

/// <summary>A transaction or its reversal, as it is settled: what the totals are the sum of.</summary>
internal sealed record SettledLine(
    TransactionKey Key, bool IsCredit, bool IsReversal, string AuthorisationCode, long AmountMinor,
    string Currency, DateOnly Date)
{
    public string Kind => (IsCredit ? "Refund" : "Purchase") + (IsReversal ? "Reversal" : "");
}

/// <summary>
/// Everything that moved money, and the totals, which are always the sum of these lines: whoever tampers with
/// a line changes both. Used by one thread at a time.
/// </summary>
internal sealed class SettledBook
{
    private readonly Dictionary<(TransactionKey Key, bool IsReversal), SettledLine> lines = [];
    private readonly Dictionary<(string Merchant, DateOnly Date, string Currency), SettlementTotals> totals =
        [];

    public IReadOnlyList<SettlementTotals> AllTotals() => [.. totals.Values];

    public SettlementTotals TotalsOf(string merchant, DateOnly date, string currency) =>
        totals.GetValueOrDefault((merchant, date, currency))
        ?? new SettlementTotals(merchant, date, currency);

    public SettledLine? Find(TransactionKey key, bool isReversal) =>
        lines.GetValueOrDefault((key, isReversal));

    /// <summary>The purchase or refund under this name at a terminal, whatever its STAN.</summary>
    public SettledLine? Find(string merchant, string terminal, string rrn) => lines.Values.FirstOrDefault(
        line => !line.IsReversal && line.Key.Merchant == merchant && line.Key.Terminal == terminal
            && line.Key.Rrn == rrn);

    public void Add(SettledLine line)
    {
        if (lines.TryAdd((line.Key, line.IsReversal), line))
            Count(line, 1);
    }

    public void Remove(SettledLine line)
    {
        if (lines.Remove((line.Key, line.IsReversal)))
            Count(line, -1);
    }

    /// <summary>
    /// A merchant's lines around a settlement date as CSV. The neighbouring dates are there so that whoever
    /// compares finds a transaction that moved.
    /// </summary>
    public string Listing(string merchant, DateOnly date, string currency, string code, int digits)
    {
        var csv = new StringBuilder("kind,terminal,rrn,authCode,amount,currency,settlementDate\r\n");
        foreach (var line in lines.Values.Where(line => line.Key.Merchant == merchant
            && line.Currency == currency && Math.Abs(line.Date.DayNumber - date.DayNumber) <= 3)
            .OrderBy(line => line.Date).ThenBy(line => line.Key.Terminal, StringComparer.Ordinal)
            .ThenBy(line => line.Key.Rrn, StringComparer.Ordinal).ThenBy(line => line.IsReversal))
        {
            var amount = (line.AmountMinor / (decimal)Math.Pow(10, digits)).ToString(
                $"F{digits}", CultureInfo.InvariantCulture);
            csv.Append(CultureInfo.InvariantCulture, $"{line.Kind},{line.Key.Terminal},{line.Key.Rrn},")
                .Append(CultureInfo.InvariantCulture, $"{line.AuthorisationCode},{amount},{code},")
                .Append(CultureInfo.InvariantCulture, $"{line.Date:yyyy-MM-dd}\r\n");
        }
        return csv.ToString();
    }

    private void Count(SettledLine line, int sign)
    {
        var key = (line.Key.Merchant, line.Date, line.Currency);
        totals[key] = TotalsOf(line.Key.Merchant, line.Date, line.Currency).With(line, sign);
    }
}
