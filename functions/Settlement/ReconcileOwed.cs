using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Reports;

namespace CloudPos.Functions.Settlement;

/// <summary>The due rows of cycles whose totals have no answer: id "{cycle}".</summary>
internal sealed class ReconcileOwed(DueTable due, IBus bus, TimeProvider time)
{
    public const string Queue = "reconcile";

    /// <summary>About two hours of asking; then a person has to look, or close again.</summary>
    private const int AttemptsMax = 12;

    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(30);
    private static readonly TimeSpan BusyDelay = TimeSpan.FromSeconds(15);

    public async Task Owe(Cycle cycle, CancellationToken cancel) => await due.Owe(
        Queue, cycle.ToString(), time.GetUtcNow() + RetryMin, cancel, [("cycle", cycle.ToString())]);

    /// <summary>
    /// Another cycle of the same acquirer is being asked about. That counts as no attempt.
    /// </summary>
    public async Task Wait(DueRow owed, CancellationToken cancel)
    {
        var uncounted = owed with { Attempt = owed.Attempt - 1 };
        if (await due.Postpone(uncounted, time.GetUtcNow() + BusyDelay, cancel) is not null)
            await bus.Ring(Queue, owed.Doorbell, BusyDelay, cancel);
    }

    /// <summary>
    /// Done when the totals agree; else later, and not for ever where the acquirer says no.
    /// </summary>
    public async Task Settle(Cycle cycle, CycleRow? row, CancellationToken cancel)
    {
        if (await due.Take(Queue, cycle.ToString(), cancel) is not { } owed)
            return;
        // What the acquirer counts and we do not may be on its way: a reversal, or a sale that has not
        // arrived.
        var isWorthAsking = row?.Balance == Balance.Asked
            || (row?.Balance is Balance.OutOfBalance or Balance.Refused && owed.Attempt < AttemptsMax);
        if (!isWorthAsking)
        {
            await due.Done(owed, cancel);
            return;
        }
        var doubled = TimeSpan.FromTicks(RetryMin.Ticks << Math.Min(owed.Attempt, 12));
        var wait = doubled < RetryMax ? doubled : RetryMax;
        if (await due.Postpone(owed, time.GetUtcNow() + wait, cancel) is not null)
            await bus.Ring(Queue, owed.Doorbell, wait, cancel);
    }
}

/// <summary>
/// Queue reconcile: what a closing left without agreement. Collects what has come for the cycle since, asks
/// again, and brings the reports up to date with the answer. Each acquirer is asked about one cycle at a
/// time, so one that does not answer holds one handler and leaves the others to the rest.
/// </summary>
internal sealed class ReconcileCycle(
    DueTable due, Clearing clearing, ReconcileOwed owed, ClearingOwed index, ClearingBatches batches,
    ReportVersions reports, Acquirers acquirers)
{
    public async Task Handle(Doorbell bell, CancellationToken cancel)
    {
        if (await due.Take(ReconcileOwed.Queue, bell.Id, cancel) is not { } waiting
            || !Cycle.TryParse(bell.Id, out var cycle))
            return;
        var link = acquirers.Named(index.AcquirerOf(cycle!));
        using var place = link is null ? null : acquirers.TryEnterTotals(link);
        if (link is not null && place is null)
        {
            await owed.Wait(waiting, cancel);
            return;
        }
        var row = await clearing.Run(cycle!, cancel);
        if (row is not null && row.Balance != Balance.Asked)
            await RefreshReports(row, cancel);
        await owed.Settle(cycle!, row, cancel);
    }

    private async Task RefreshReports(CycleRow row, CancellationToken cancel)
    {
        var dates = new SortedSet<DateOnly>();
        foreach (var head in await batches.Heads(row, cancel))
            dates.UnionWith(head.Dates);
        foreach (var date in dates)
            await reports.RefreshIfClosed(row.Cycle.Merchant, date, cancel);
    }
}
