using System.Diagnostics.Metrics;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Telemetry;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Telemetry;

/// <summary>What an operator's alerts read, of a back office in which something is wrong.</summary>
public class FiguresTests
{
    [Fact]
    public async Task Silence_owed_work_and_what_is_well_are_all_reported_by_their_owner()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var silent = await office.Enrol("T0000001");
        var heard = await office.Enrol("T0000002");
        await silent.Acknowledged();
        var due = office.Services.GetRequiredService<DueTable>();
        await due.Owe("send-receipt", "T0000001.x");
        office.Time.Shift += TimeSpan.FromHours(5);
        await heard.Acknowledged();

        var figures = await Read(office);

        Assert.InRange(figures[(Figures.UnsentAge, TestBackOffice.Store)], 17_900, 18_100);
        Assert.Equal(1, figures[(Figures.Dark, TestBackOffice.Store)]);
        Assert.InRange(figures[(Figures.DueAge, "send-receipt")], 17_900, 18_100);
        Assert.Equal(0, figures[(Figures.Unknown, TestBackOffice.Merchant)]);
        Assert.Equal(0, figures[(Figures.OutOfBalance, TestBackOffice.Merchant)]);
    }

    [Fact]
    public async Task A_terminal_that_is_heard_but_cannot_send_is_as_old_as_what_it_says_it_has()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var terminal = await office.Enrol();
        var made = office.Time.GetUtcNow().AddHours(-3).ToUnixTimeMilliseconds();
        var (line, feed) = (
            WireContract.LinePath(terminal.Terminal), WireContract.FeedPath(terminal.Terminal, ""));
        var before = office.Time.GetUtcNow();
        await Told(line, made);
        var waiting = (await Read(office))[(Figures.UnsentAge, TestBackOffice.Store)];

        office.Time.Shift += TimeSpan.FromSeconds(10);
        await Told(feed, 0);
        // Caught when it was told, and sent again now.
        await Told(line, made, before);
        var sent = await office.Services.GetRequiredService<TerminalContacts>()
            .Find(terminal.Terminal, default);

        Assert.InRange(waiting, 10_790, 10_900);
        Assert.Equal(0, sent!.OldestUnsent);

        async Task Told(string path, long oldest, DateTimeOffset? at = null)
        {
            using var response = await terminal.Send(
                HttpMethod.Get, WireContract.Telling(path, oldest), null, at: at);
            Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task A_back_office_without_any_work_still_says_that_it_is_there()
    {
        await using var office = await TestBackOffice.Start(TestBackOffice.WithoutTriggers);

        var figures = await Read(office);

        Assert.Equal(0, figures[(Figures.DueAge, "none")]);
    }

    [Fact]
    public async Task At_night_when_all_terminals_are_silent_none_counts_as_dark()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        await (await office.Enrol("T0000001")).Acknowledged();
        office.Time.Shift += TimeSpan.FromHours(8);

        Assert.Equal(0, (await Read(office))[(Figures.Dark, TestBackOffice.Store)]);
    }

    private static async Task<Dictionary<(string, string), double>> Read(TestBackOffice office)
    {
        var figures = office.Services.GetRequiredService<Figures>();
        await figures.Run(default);
        var found = new Dictionary<(string, string), double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                // Other tests have figures of their own at the same time.
                if (instrument.Meter.Scope == figures) l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            lock (found)
                found[(instrument.Name, (string)tags[0].Value!)] = value;
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return found;
    }
}
