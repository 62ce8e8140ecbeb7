using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>Which trading day of the store a moment belongs to.</summary>
internal static class BusinessDate
{
    /// <summary>
    /// The trading day's date while the moment lies within it; otherwise (none known yet, a gap, days not
    /// delivered during a long outage) the store's calendar date by the offset of the nearest one, and UTC
    /// when none is known at all.
    /// </summary>
    /// <param name="near">The trading day that began last before the moment, if any is known.</param>
    public static (DateOnly Date, TimeSpan Offset) Of(DateTimeOffset moment, TradingDay? near)
    {
        var offset = TimeSpan.FromMinutes(near?.OffsetMinutes ?? 0);
        var date = near is not null && near.From <= moment && moment < near.To
            ? near.Date
            : DateOnly.FromDateTime(moment.ToOffset(offset).DateTime);
        return (date, offset);
    }
}
