using CloudPos.Functions.Fleet;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Fleet;

public class TradingDayTests
{
    [Theory]
    [InlineData("Europe/Berlin", "04:00", "2026-01-15", "2026-01-15T03:00Z", "2026-01-16T03:00Z", 60)]
    [InlineData("Europe/Berlin", "22:00", "2026-01-15", "2026-01-14T21:00Z", "2026-01-15T21:00Z", 60)]
    // The hour that spring skips, and the one that autumn repeats.
    [InlineData("Europe/Berlin", "02:30", "2026-03-28", "2026-03-28T01:30Z", "2026-03-29T01:00Z", 60)]
    [InlineData("Europe/Berlin", "02:30", "2026-10-24", "2026-10-24T00:30Z", "2026-10-25T00:30Z", 120)]
    [InlineData("Asia/Kolkata", "00:00", "2026-06-01", "2026-05-31T18:30Z", "2026-06-01T18:30Z", 330)]
    [InlineData("America/New_York", "03:00", "2026-11-01", "2026-11-01T08:00Z", "2026-11-02T08:00Z", -300)]
    public void A_day_lasts_from_cut_off_to_cut_off_in_the_stores_zone(
        string zone, string cutOff, string date, string from, string to, int offsetMinutes)
    {
        var day = TradingDays.Of(
            TimeZoneInfo.FindSystemTimeZoneById(zone), TimeOnly.Parse(cutOff), DateOnly.Parse(date));

        Assert.Equal(
            (DateTimeOffset.Parse(from), DateTimeOffset.Parse(to), offsetMinutes),
            (day.From, day.To, day.OffsetMinutes));
    }

    [Theory]
    [InlineData("Europe/Berlin", "02:30")]
    [InlineData("America/Santiago", "00:00")]
    [InlineData("Australia/Lord_Howe", "02:15")]
    [InlineData("Pacific/Apia", "12:00")]
    public void Days_touch_without_gap_or_overlap_all_year(string zone, string cutOff)
    {
        var info = TimeZoneInfo.FindSystemTimeZoneById(zone);
        var previous = TradingDays.Of(info, TimeOnly.Parse(cutOff), new DateOnly(2026, 1, 1));
        for (var date = new DateOnly(2026, 1, 2); date.Year == 2026; date = date.AddDays(1))
        {
            var day = TradingDays.Of(info, TimeOnly.Parse(cutOff), date);
            Assert.Equal(previous.To, day.From);
            Assert.InRange((day.To - day.From).TotalHours, 22.5, 25.5);
            previous = day;
        }
    }

    [Fact]
    public async Task A_new_cut_off_moves_days_to_come_and_leaves_those_that_have_begun()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var (cursor, before) = await terminal.FeedToEnd();

        await office.Expect(office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}",
            TestBackOffice.StoreJson.Replace("04:00", "05:00")));
        var (_, rows) = await terminal.FeedToEnd(cursor);

        var now = office.Time.GetUtcNow();
        var days = before.Concat(rows).Select(row => row.Day).OfType<TradingDay>()
            .GroupBy(day => day.Date).Select(same => same.Last()).OrderBy(day => day.Date).ToList();
        Assert.Equal(17, days.Count);
        Assert.NotEmpty(rows);
        Assert.All(rows, row => Assert.True(row.Day!.From > now));
        for (var index = 1; index < days.Count; index++)
            Assert.Equal(days[index - 1].To, days[index].From);
    }
}
