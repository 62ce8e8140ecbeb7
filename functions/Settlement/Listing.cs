using System.Globalization;
using System.Text;

namespace CloudPos.Functions.Settlement;

/// <summary>What a line of a listing counts as in the totals. The names are those of the file.</summary>
internal enum ListedKind
{
    Purchase = 1,
    PurchaseReversal = 2,
    Refund = 3,
    RefundReversal = 4,
}

/// <summary>
/// One transaction as a side lists it. Terminal and retrieval reference name it on both sides; with the kind
/// they are unique.
/// </summary>
internal sealed record ListedLine(
    ListedKind Kind, string Terminal, string RetrievalReference, string AuthorisationCode, Money Amount,
    DateOnly SettlementDate);

/// <summary>A line of a file that cannot be read, and why.</summary>
internal sealed record FileFault(int Line, string What);

/// <summary>
/// The acquirer's listing of a merchant's transactions as CSV (UTF-8, RFC 4180, with a heading):
/// kind,terminal,rrn,authCode,amount,currency,settlementDate. A line that cannot be read is named and left
/// out; the others count. It holds no card data, and a column that is not known is ignored.
/// </summary>
internal static class Listing
{
    public const int BytesMax = 8 * 1024 * 1024;
    private const int FaultsMax = 200;

    private static readonly string[] Columns =
        ["kind", "terminal", "rrn", "authCode", "amount", "currency", "settlementDate"];

    public static (IReadOnlyList<ListedLine> Lines, IReadOnlyList<FileFault> Faults) Read(
        ReadOnlyMemory<byte> file)
    {
        var faults = new List<FileFault>();
        var lines = new List<ListedLine>();
        if (!CsvText.TryDecode(file, out var text))
            return ([], [new FileFault(1, "The file is not UTF-8; save it as CSV UTF-8.")]);
        using var records = CsvText.Records(text, ',').GetEnumerator();
        if (!records.MoveNext())
            return ([], [new FileFault(1, "The file is empty.")]);
        var heading = records.Current.Fields;
        var places = Columns.Select(column => Array.IndexOf(heading, column)).ToArray();
        if (Columns.Zip(places).FirstOrDefault(pair => pair.Second < 0).First is { } missing)
            return ([], [new FileFault(1, $"The heading has no column {missing}.")]);
        while (records.MoveNext())
        {
            var (number, fields) = records.Current;
            var fault = fields.Length < heading.Length
                ? $"It has {fields.Length} fields, not {heading.Length}."
                : TryLine([.. places.Select(place => fields[place])], out var line) is { } odd ? odd
                : Keep(line!);
            if (fault is not null && faults.Count < FaultsMax)
                faults.Add(new FileFault(number, fault));
        }
        return (lines, faults);

        string? Keep(ListedLine line)
        {
            lines.Add(line);
            return null;
        }
    }

    private static string? TryLine(string[] fields, out ListedLine? line)
    {
        line = null;
        if (!Enum.TryParse<ListedKind>(fields[0], ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
            return $"'{Short(fields[0])}' is no kind: Purchase, PurchaseReversal, Refund, RefundReversal.";
        if (fields[1].Length is 0 or > 16 || fields[2].Length is 0 or > 12)
            return "terminal and rrn must be there, up to 16 and 12 characters.";
        if (!Currency.TryParse(fields[5], out var currency))
            return $"'{Short(fields[5])}' is no currency.";
        if (!CsvText.TryAmount(fields[4], currency, '.', out var amount) || amount.Minor < 0)
            return $"'{Short(fields[4])}' is no amount of {currency.Code}.";
        if (!Dates.TryParse(fields[6], out var date))
            return $"'{Short(fields[6])}' is no date; write 2026-11-22.";
        line = new ListedLine(kind, fields[1], fields[2], fields[3], amount, date);
        return null;
    }

    internal static string Short(string text) => CardScrubbed(text.Length <= 40 ? text : text[..40]);

    private static string CardScrubbed(string text) => Cards.CardScrubber.Mask(text);
}
