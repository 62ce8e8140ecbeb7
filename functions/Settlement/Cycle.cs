using System.Globalization;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// A settlement cycle: one merchant, one acquirer, its settlement date (field 15) and one currency. The
/// acquirer keeps totals for exactly this. Written "{merchant}.{currency}.{yyyyMMdd}.{acquirer}".
/// </summary>
internal sealed record Cycle(string Merchant, Currency Currency, DateOnly Date)
{
    private const string DateFormat = "yyyyMMdd";

    /// <summary>
    /// Name of the profile. Null in cycles of releases that knew one acquirer a merchant and currency; they
    /// are written without it.
    /// </summary>
    public string? Acquirer { get; init; }

    public string DateText => Date.ToString(DateFormat, CultureInfo.InvariantCulture);

    /// <summary>Its place among the cycles of its merchant and currency.</summary>
    public string Place => Acquirer is null ? DateText : $"{DateText}.{Acquirer}";

    public override string ToString() => $"{Merchant}.{Currency.Code}.{Place}";

    /// <summary>The cycle at a <see cref="Place"/>.</summary>
    public static bool TryParse(string merchant, Currency currency, string place, out Cycle? cycle)
    {
        var parts = place.Split('.');
        cycle = parts.Length is 1 or 2 && DateOnly.TryParseExact(
            parts[0], DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            ? new Cycle(merchant, currency, date) { Acquirer = parts.ElementAtOrDefault(1) }
            : null;
        return cycle is not null;
    }

    public static bool TryParse(string text, out Cycle? cycle)
    {
        cycle = null;
        return text.Split('.', 3) is [var merchant, var code, var place]
            && Currency.TryParse(code, out var currency)
            && TryParse(merchant, currency, place, out cycle);
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
