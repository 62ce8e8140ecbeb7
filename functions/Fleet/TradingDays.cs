using System.Globalization;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// The trading days of stores as UTC bounds, in rows `d.{date}` of the store's partition and in its feed. A
/// day ends at the store's cut-off: one before noon belongs to the night that follows the date, a later one
/// to the date itself. So with 04:00 a sale at 02:00 is still of the day before. Days touch without gap or
/// overlap, whatever daylight saving does.
/// </summary>
internal sealed class TradingDays(TablePort tables, TimeProvider time)
{
    public const string KeyPrefix = "d.";
    private const int DaysBack = 2;
    private const int DaysAhead = 14;

    /// <summary>
    /// Writes the days from the day before yesterday to two weeks ahead that are missing or differ, all in
    /// one commit: at most three rows each and the feed's head.
    /// </summary>
    public Task Extend(Store store, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, store.TimeZone).DateTime);
        return Attempts.UntilCommitted(async () =>
        {
            var feed = await FeedAppend.Begin(tables, TableNames.Store, store.Id, cancel);
            var changes = new List<Change>();
            TradingDay? before = null;
            for (
                var date = today.AddDays(-DaysBack); date <= today.AddDays(DaysAhead); date = date.AddDays(1))
            {
                var day = Of(store.TimeZone, store.CutOff, date);
                // Where the cut-off was changed, the first new day takes up where the last old one ends.
                if (before is not null && before.To < day.To)
                    day = day with { From = before.To };
                before = await Write(store.Id, day, now, feed, changes, cancel);
            }
            if (changes.Count == 0)
                return true;
            changes.AddRange(feed.Changes);
            return await tables.TryCommit(TableNames.Store, store.Id, changes, cancel) is null;
        });
    }

    /// <summary>The bounds of one day.</summary>
    public static TradingDay Of(TimeZoneInfo zone, TimeOnly cutOff, DateOnly date)
    {
        var from = EndOf(zone, cutOff, date.AddDays(-1));
        return new TradingDay(
            date, from, EndOf(zone, cutOff, date), (int)zone.GetUtcOffset(from).TotalMinutes);
    }

    public static string KeyOf(DateOnly date) =>
        KeyPrefix + date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>
    /// Adds the day to the commit unless it is kept so already; the day as it will be kept.
    /// </summary>
    private async Task<TradingDay> Write(
        string store, TradingDay day, DateTimeOffset now, FeedAppend feed, List<Change> changes,
        CancellationToken cancel)
    {
        var key = KeyOf(day.Date);
        var row = await tables.Get(TableNames.Store, store, key, cancel) ?? new Row(store, key);
        if (row.ETag is not null)
        {
            var kept = new TradingDay(day.Date, row.Time("from"), row.Time("to"), (int)row.Number("offset"));
            // A day that has begun keeps its bounds: entries have been dated by them.
            if (kept == day || kept.From <= now)
                return kept;
        }
        row["from"] = day.From;
        row["to"] = day.To;
        row["offset"] = day.OffsetMinutes;
        await feed.Add(row, new FeedRow(Day: day), cancel);
        changes.Add(row.ETag is null ? Change.Insert(row) : Change.Replace(row));
        return day;
    }

    private static DateTimeOffset EndOf(TimeZoneInfo zone, TimeOnly cutOff, DateOnly date)
    {
        var local = (cutOff.Hour < 12 ? date.AddDays(1) : date).ToDateTime(cutOff);
        // In the hour that spring skips, the day ends when the clocks have jumped.
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        // In the hour that autumn repeats, the day ends at its first passing.
        var offset = zone.IsAmbiguousTime(local)
            ? zone.GetAmbiguousTimeOffsets(local).Max()
            : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
