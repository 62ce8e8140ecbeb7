using CloudPos.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Journal;

public class ClockTests
{
    private static readonly DateTimeOffset Start = TestTill.Start;

    [Fact]
    public void Time_goes_on_from_the_signed_server_time_whatever_the_wall_clock_says()
    {
        var time = new TestClock(Start);
        var clocks = new Clocks(time, null, TimeSpan.Zero, null);
        clocks.Contact(Start.AddHours(5));
        time.Advance(TimeSpan.FromMinutes(1));
        time.SetWall(Start.AddDays(-100));

        Assert.Equal(Start.AddHours(5).AddMinutes(1), clocks.Now);
        Assert.Equal(60, clocks.OfflineSeconds);
    }

    [Fact]
    public void Before_any_contact_it_has_been_offline_for_ever() =>
        Assert.Equal(
            int.MaxValue, new Clocks(new TestClock(Start), null, TimeSpan.Zero, null).OfflineSeconds);

    [Fact]
    public void After_a_start_time_is_never_before_the_last_contact_nor_the_newest_entry()
    {
        var back = new TestClock(Start.AddDays(-1));

        Assert.Equal(Start, new Clocks(back, Start, TimeSpan.Zero, null).Now);
        Assert.Equal(Start.AddHours(2), new Clocks(back, Start, TimeSpan.Zero, Start.AddHours(2)).Now);
        Assert.Equal(7_200, new Clocks(back, Start, TimeSpan.Zero, Start.AddHours(2)).OfflineSeconds);
    }

    [Fact]
    public void After_a_start_the_wall_clock_counts_with_the_difference_that_was_measured()
    {
        var wrong = new TestClock(Start.AddYears(-5));

        var clocks = new Clocks(wrong, Start, Start.AddMinutes(10) - Start.AddYears(-5), null);

        Assert.Equal(Start.AddMinutes(10), clocks.Now);
        Assert.Equal(600, clocks.OfflineSeconds);
    }

    [Fact]
    public void Time_spent_asleep_counts_as_offline_though_the_monotonic_clock_stood_still()
    {
        var time = new TestClock(Start);
        var clocks = new Clocks(time, null, TimeSpan.Zero, null);
        clocks.Contact(Start);
        time.SetWall(Start.AddHours(3));

        Assert.Equal(3 * 3_600, clocks.OfflineSeconds);
    }

    [Fact]
    public void A_clock_set_back_while_running_shortens_nothing()
    {
        var time = new TestClock(Start);
        var clocks = new Clocks(time, null, TimeSpan.Zero, null);
        clocks.Contact(Start);
        time.Advance(TimeSpan.FromHours(1));
        time.SetWall(Start.AddDays(-1));

        Assert.Equal(3_600, clocks.OfflineSeconds);
    }

    [Fact]
    public void An_entry_written_by_a_clock_ahead_binds_no_longer_once_the_server_has_spoken()
    {
        using var till = new TestTill();
        till.Close();
        till.Clock.SetWall(Start.AddDays(300));
        till.Open();
        till.SellCash();
        Assert.Equal(Start.AddDays(300), till.Store.Now);
        till.Store.ApplyAcknowledgement(till.SignAcknowledgement(2, Start.AddMinutes(5)));

        till.Reopen();

        Assert.Equal(Start.AddMinutes(5), till.Store.Now);
        Assert.Equal(0, till.Store.OfflineSeconds);
    }

    [Fact]
    public void Offline_time_goes_on_over_a_restart()
    {
        using var till = new TestTill();
        till.Clock.Advance(TimeSpan.FromHours(2));
        till.SellCash();
        till.Clock.SetWall(Start);

        Assert.True(till.Reopen().OfflineSeconds >= 7_200);
    }
}
