using System.Globalization;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// Queue close-day: carries out the closing of a store's day. The merchant's approved payments go into
/// clearing batches by settlement date, each cycle's totals are compared with the acquirer's, and the report
/// of the date is made. Every step finds what was done before, so it can be stopped anywhere and run again,
/// also by two at once.
/// </summary>
internal sealed class CloseDay(
    DueTable due, Closings closings, Stores stores, Clearing clearing, ReportVersions reports,
        TimeProvider time)
{
    public const string Queue = "close-day";

    private static readonly TimeSpan EffectMax = TimeSpan.FromHours(1);

    public static string IdOf(string store, DateOnly date) =>
        string.Create(CultureInfo.InvariantCulture, $"{store}.{date:yyyy-MM-dd}");

    public async Task Handle(Doorbell bell, CancellationToken cancel)
    {
        if (await due.Take(Queue, bell.Id, cancel) is not { } owed)
            return;
        var date = DateOnly.ParseExact(owed.Ref("date"), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        var closing = await closings.Find(owed.Ref("store"), date, cancel);
        if (closing.State != DayState.Closing)
        {
            // Closed already, or the request for it is still being written.
            if (closing.State == DayState.Closed || time.GetUtcNow() - owed.OwedAt > EffectMax)
                await due.Done(owed, cancel);
            return;
        }
        await Carry(closing, cancel);
        await due.Done(owed, cancel);
    }

    private async Task Carry(Closing closing, CancellationToken cancel)
    {
        var store = await stores.Find(closing.Store, cancel)
            ?? throw new RowShapeException(
                $"The day of a store {closing.Store} that is not there is to be closed.");
        await clearing.Run(store.Merchant, cancel);
        await reports.Refresh(store.Merchant, closing.Date, cancel);
        await Attempts.UntilCommitted(async () =>
        {
            var now = await closings.Find(closing.Store, closing.Date, cancel);
            // Asked for again meanwhile: that request's own ring carries it out once more.
            return now.State != DayState.Closing || now.Version != closing.Version
                || await closings.Write(now with { State = DayState.Closed }, cancel);
        });
    }
}

/// <summary>Brings what a merchant may clear into batches, and asks about their totals.</summary>
internal sealed class Clearing(
    ClearingBatches batches, MerchantPayments payments, Reconcile reconcile, ReconcileOwed owed,
    TimeProvider time)
{
    /// <summary>A cycle that agreed so long ago has nothing on its way any more.</summary>
    private const int DaysBack = 7;

    /// <summary>Every cycle that has something to clear, is not agreed, or is of the last days.</summary>
    public async Task Run(string merchant, CancellationToken cancel)
    {
        var all = await payments.Of(merchant, cancel);
        var recent = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-DaysBack);
        var cycles = all.Where(IsReady).Select(CycleOf).ToHashSet();
        foreach (var currency in all.Select(payment => payment.Amount!.Value.Currency).Distinct())
            foreach (var row in await batches.Cycles(merchant, currency, cancel))
                if (row.Balance != Balance.InBalance || row.Cycle.Date >= recent)
                    cycles.Add(row.Cycle);
        foreach (var cycle in cycles.OrderBy(cycle => cycle.Date))
        {
            await owed.Owe(cycle, cancel);
            await owed.Settle(cycle, await Run(cycle, all, cancel), cancel);
        }
    }

    /// <summary>One cycle; null when there is none.</summary>
    public async Task<CycleRow?> Run(Cycle cycle, CancellationToken cancel) =>
        await Run(cycle, await payments.Of(cycle.Merchant, cancel), cancel);

    private async Task<CycleRow?> Run(
        Cycle cycle, IReadOnlyList<PaymentRow> all, CancellationToken cancel)
    {
        var ready = all.Where(payment => IsReady(payment) && CycleOf(payment) == cycle);
        await batches.Collect(cycle, [.. ready], cancel);
        return await reconcile.Run(cycle, cancel);
    }

    /// <summary>Approved, of a known day, and its sale has arrived.</summary>
    private static bool IsReady(PaymentRow payment) => payment is
    {
        State: PaymentState.Approved, Accepted: not null, Answer.SettlementDate: not null,
    };

    private static Cycle CycleOf(PaymentRow payment) => new(
        payment.Facts!.Merchant, payment.Amount!.Value.Currency, payment.Answer!.SettlementDate!.Value);
}
