using CloudPos.Functions.Bus;
using CloudPos.Functions.Reports;

namespace CloudPos.Functions.Settlement;

/// <summary>The due rows of cycles whose totals have no answer: id "{cycle}".</summary>
internal sealed class ReconcileOwed(DueTable due, IBus bus, TimeProvider time)
{
    public const string Queue = "reconcile";

    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(30);

    public async Task Owe(Cycle cycle, CancellationToken cancel) => await due.Owe(
        Queue, cycle.ToString(), time.GetUtcNow() + RetryMin, cancel, [("cycle", cycle.ToString())]);

    /// <summary>Done, or later when the acquirer has not answered.</summary>
    public async Task Settle(Cycle cycle, CycleRow? row, CancellationToken cancel)
    {
        if (await due.Take(Queue, cycle.ToString(), cancel) is not { } owed)
            return;
        if (row?.Balance != Balance.Asked)
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
/// Queue reconcile: sends totals that have no answer again, and brings the reports up to date with it.
/// </summary>
internal sealed class ReconcileCycle(
    DueTable due, Reconcile reconcile, ReconcileOwed owed, ClearingBatches batches, ReportVersions reports)
{
    public async Task Handle(Doorbell bell, CancellationToken cancel)
    {
        if (await due.Take(
            ReconcileOwed.Queue, bell.Id, cancel) is null || !Cycle.TryParse(bell.Id, out var cycle))
            return;
        var row = await reconcile.Run(cycle!, cancel);
        if (row is not null && row.Balance != Balance.Asked)
            await RefreshReports(row, cancel);
        await owed.Settle(cycle!, row, cancel);
    }

    private async Task RefreshReports(CycleRow row, CancellationToken cancel)
    {
        var dates = new SortedSet<DateOnly>();
        foreach (var id in row.Batches)
            foreach (var member in await batches.Members(id, cancel))
                dates.Add(member.BusinessDate);
        foreach (var date in dates)
            await reports.RefreshIfClosed(row.Cycle.Merchant, date, cancel);
    }
}
