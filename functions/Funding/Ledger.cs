using System.Globalization;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Totals;

namespace CloudPos.Functions.Funding;

/// <summary>What an account of the export is for. The names are those of the account table.</summary>
internal enum LedgerAccount
{
    Cash = 1,
    CardReceivable = 2,
    OtherTender = 3,
    Revenue = 4,
    Vat = 5,
    LostPayments = 6,
    AcquirerReceivable = 7,
    CardFees = 8,
    Bank = 9,
    ChargebackLosses = 10,

    /// <summary>What does not balance by itself; nothing should ever be on it.</summary>
    Difference = 11,

    /// <summary>Tips that the shop holds for its people: neither turnover nor taxed.</summary>
    Tips = 12,

    /// <summary>What the acquirer charges for handling chargebacks.</summary>
    ChargebackFees = 13,
}

/// <summary>A line of the ledger export: debit and credit are never both above zero.</summary>
internal sealed record LedgerLine(
    DateOnly Date, string Document, LedgerAccount Account, string Detail, Money Debit, Money Credit);

/// <summary>
/// A payout that came, or a chargeback or a fee for one that went; below zero for one that came back.
/// </summary>
/// <param name="To">What the acquirer no longer owes is then there.</param>
internal sealed record LedgerEvent(DateOnly Date, string Document, Money Amount, LedgerAccount To);

/// <summary>
/// Double-entry lines from kept totals, sealed batches, bank entries and chargebacks. Each document balances;
/// what would not is put on an account of its own, where somebody sees it. Pure.
/// </summary>
internal sealed class Ledger(Currency currency)
{
    private readonly List<LedgerLine> _lines = [];

    public IReadOnlyList<LedgerLine> Lines => _lines;

    /// <summary>
    /// What was sold, taken back and given back on a business date, and what of its cards was lost.
    /// </summary>
    public void Day(DateOnly date, DayTallies tallies)
    {
        var document = $"SALES {Printed.Date(date)}";
        long Minor(params ReadOnlySpan<string> parts) =>
            tallies.All.GetValueOrDefault(Contributions.Key(currency, parts)).Minor;
        long Taken(string kind) =>
            Minor("tender", kind) - Minor("returned", kind) - Minor("refunded", kind);
        Post(date, document, LedgerAccount.Cash, "", Taken("Cash"));
        Post(date, document, LedgerAccount.CardReceivable, "", Taken("Card"));
        Post(date, document, LedgerAccount.OtherTender, "", Taken("Other"));
        Post(date, document, LedgerAccount.Tips, "", Minor("tips-returned") - Minor("tips"));
        foreach (var rate in Rates(tallies))
        {
            var text = Printed.Rate(int.Parse(rate, CultureInfo.InvariantCulture));
            Post(date, document, LedgerAccount.Revenue, text, -Minor("tax", rate, "net"));
            Post(date, document, LedgerAccount.Vat, text, -Minor("tax", rate, "tax"));
        }
        Balance(date, document);
        var lost = tallies.All.Where(pair => IsLost(pair.Key)).Sum(pair => pair.Value.Minor)
            - Minor("recovered");
        document = $"LOST {Printed.Date(date)}";
        Post(date, document, LedgerAccount.LostPayments, "declined or expired", lost);
        Post(date, document, LedgerAccount.CardReceivable, "declined or expired", -lost);
    }

    /// <summary>A sealed batch: from the customers to the acquirer, less what he keeps.</summary>
    public void Batch(DateOnly date, string batch, long grossMinor, long feeMinor)
    {
        var document = $"BATCH {batch}";
        Post(date, document, LedgerAccount.AcquirerReceivable, "", grossMinor - feeMinor);
        Post(date, document, LedgerAccount.CardFees, "", feeMinor);
        Post(date, document, LedgerAccount.CardReceivable, "", -grossMinor);
    }

    public void Event(LedgerEvent happened)
    {
        var minor = happened.Amount.Minor;
        Post(happened.Date, happened.Document, happened.To, "", minor);
        Post(happened.Date, happened.Document, LedgerAccount.AcquirerReceivable, "", -minor);
    }

    private void Balance(DateOnly date, string document)
    {
        var open = _lines.Where(line => line.Document == document)
            .Sum(line => line.Debit.Minor - line.Credit.Minor);
        Post(date, document, LedgerAccount.Difference, "does not balance by itself: look at it", -open);
    }

    /// <param name="minor">Above zero a debit, below zero a credit.</param>
    private void Post(DateOnly date, string document, LedgerAccount account, string detail, long minor)
    {
        if (minor != 0)
            _lines.Add(new LedgerLine(
                date, document, account, detail, new Money(Math.Max(0, minor), currency),
                new Money(Math.Max(0, -minor), currency)));
    }

    private IEnumerable<string> Rates(DayTallies tallies)
    {
        var prefix = Contributions.Key(currency, "tax") + "/";
        return tallies.All.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(key => key.Split('/')[2]).Distinct().Order(StringComparer.Ordinal);
    }

    private bool IsLost(string key) => key.Split('/') is [var code, "place", _, var bucket, _]
        && code == currency.Code && bucket is nameof(Bucket.Declined) or nameof(Bucket.Expired);
}
