using CloudPos.Functions.Bus;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// Rings again for work that has been due for a minute: its doorbell was lost, or whoever owed it stopped
/// before ringing. A kind of due row is the name of its queue.
/// </summary>
internal sealed class Sweep(DueTable due, IBus bus, TimeProvider time)
{
    public const string Schedule = "*/10 * * * * *";

    /// <summary>Every ten seconds would be 259,000 executions a month that find nothing.</summary>
    public const string HostedSchedule = "0 * * * * *";

    private const int RowsMax = 1_000;
    private static readonly TimeSpan OlderThan = TimeSpan.FromMinutes(1);

    public async Task Run(CancellationToken cancel)
    {
        var bells = new List<Doorbell>();
        await foreach (var row in due.Sweep(time.GetUtcNow(), OlderThan, RowsMax, cancel))
            bells.Add(row.Doorbell);
        foreach (var queue in bells.GroupBy(bell => bell.Kind, StringComparer.Ordinal))
            await bus.RingAll(queue.Key, [.. queue], cancel);
    }
}
