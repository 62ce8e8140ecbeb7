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
        await reports.Begin(store.Merchant, closing.Date, cancel);
        await Attempts.UntilCommitted(async () =>
        {
            var now = await closings.Find(closing.Store, closing.Date, cancel);
            // Asked for again meanwhile: that request's own ring carries it out once more.
            return now.State != DayState.Closing || now.Version != closing.Version
                || await closings.Write(now with { State = DayState.Closed }, cancel);
        });
    }
}
