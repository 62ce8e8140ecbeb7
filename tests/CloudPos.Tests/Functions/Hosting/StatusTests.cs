using CloudPos.Functions.Bus;
using CloudPos.Functions.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Hosting;

public class StatusTests
{
    [Fact]
    public async Task What_waits_is_shown_by_queue_and_by_what_is_owed()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var terminal = await office.Enrol();
        terminal.Append(Sales.Cash(1, ("A", 1)));
        await terminal.Uploaded();

        var status = await office.Expect(office.Get("/api/backoffice/status", "support"));

        var queue = Assert.Single(status.GetProperty("queues").EnumerateArray());
        Assert.Equal("apply-journal", queue.GetProperty("queue").GetString());
        Assert.Equal(1, queue.GetProperty("active").GetInt32());
        var due = Assert.Single(status.GetProperty("due").EnumerateArray());
        Assert.Equal(
            ("apply-journal", 1), (due.GetProperty("kind").GetString(), due.GetProperty("count").GetInt32()));
        Assert.Equal(0, status.GetProperty("unknownPayments").GetArrayLength());
    }

    [Fact]
    public async Task A_lost_doorbell_is_rung_again_by_the_sweep_after_a_minute()
    {
        await using var office = await TestBackOffice.WithStore(TestBackOffice.WithoutTriggers);
        var (due, sweep) = (
            office.Services.GetRequiredService<DueTable>(), office.Services.GetRequiredService<Sweep>());
        var bus = office.Services.GetRequiredService<EmbeddedBus>();
        await due.Owe("apply-journal", "T0000001.1.7");

        await sweep.Run(CancellationToken.None);
        Assert.Empty(bus.Counts());
        office.Time.Shift = TimeSpan.FromMinutes(2);
        await sweep.Run(CancellationToken.None);
        await sweep.Run(CancellationToken.None);

        Assert.Equal([new QueueCount("apply-journal", 1, 0)], bus.Counts());
    }

    [Fact]
    public async Task A_dead_letter_that_is_not_there_cannot_be_revived()
    {
        await using var office = await TestBackOffice.Start();

        using var response = await office.Post("/api/backoffice/dead-letters/7/revive", "", "support");

        Assert.Equal(System.Net.HttpStatusCode.NotFound, response.StatusCode);
    }
}
