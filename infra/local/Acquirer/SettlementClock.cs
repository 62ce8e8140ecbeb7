namespace CloudPos.Local.Acquirer;

/// <summary>
/// The acquirer's settlement dates. A date ends at the cut-over, a time of day in UTC; what comes after
/// belongs to the next one. With a cut-over of midnight it is the UTC date.
/// </summary>
internal sealed class SettlementClock(TimeProvider time, TimeOnly cutOver)
{
    public DateTimeOffset Now => time.GetUtcNow();

    public DateOnly Today
    {
        get
        {
            var now = Now.UtcDateTime;
            var date = DateOnly.FromDateTime(now);
            var isNext = cutOver != TimeOnly.MinValue && TimeOnly.FromDateTime(now) >= cutOver;
            return isNext ? date.AddDays(1) : date;
        }
    }

    /// <summary>
    /// The date that a field 15 (MMDD) means: of the years around now the nearest. Null where there is none.
    /// </summary>
    public DateOnly? Nearest(string? field15)
    {
        if (field15 is not { Length: 4 }) return null;
        var today = Today;
        var found = new List<DateOnly>();
        for (var year = today.Year - 1; year <= today.Year + 1; year++)
            if (DateOnly.TryParseExact($"{year:D4}{field15}", "yyyyMMdd", out var date)) found.Add(date);
        return found.Count == 0 ? null : found.MinBy(date => Math.Abs(date.DayNumber - today.DayNumber));
    }
}
