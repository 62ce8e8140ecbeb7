using System.Globalization;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// A settlement cycle: one merchant, the acquirer's settlement date (field 15) and one currency. The acquirer
/// keeps totals for exactly this. Written "{merchant}.{currency}.{yyyyMMdd}".
/// </summary>
internal sealed record Cycle(string Merchant, Currency Currency, DateOnly Date)
{
    private const string DateFormat = "yyyyMMdd";

    public string DateText => Date.ToString(DateFormat, CultureInfo.InvariantCulture);

    public override string ToString() => $"{Merchant}.{Currency.Code}.{DateText}";

    public static bool TryParse(string text, out Cycle? cycle)
    {
        cycle = null;
        if (text.Split(
            '.') is not [var merchant, var code, var date] || !Currency.TryParse(code, out var currency)
            || !DateOnly.TryParseExact(
                date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return false;
        cycle = new Cycle(merchant, currency, day);
        return true;
    }
}

/// <summary>
/// A clearing batch: of one cycle, the first, second ... A cycle has a further one when payments of its date
/// come to be known after the one before was sealed. Written "{cycle}-{nn}", which is the batch's partition.
/// </summary>
internal sealed record BatchId(Cycle Cycle, int Sequence)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Cycle}-{Sequence:D2}");

    public static bool TryParse(string text, out BatchId? batch)
    {
        batch = null;
        var dash = text.LastIndexOf('-');
        if (dash < 0 || !Cycle.TryParse(text[..dash], out var cycle)
            || !int.TryParse(
                text.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
            return false;
        batch = new BatchId(cycle!, sequence);
        return true;
    }
}
