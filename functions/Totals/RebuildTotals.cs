using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Totals;

/// <summary>That a terminal's totals were counted anew, row <c>tr</c> of its partition.</summary>
/// <param name="Days">How many days' totals were not what their rows add up to.</param>
internal sealed record RebuildStamp(string Terminal, DateTimeOffset At, string By, long Days);

/// <summary>
/// Queue rebuild-totals: counts a terminal's sales and payments anew and puts right what is kept of them. It
/// may run while the terminal sells: a day that changed since it was read is counted again, and a hint is
/// written under the version of its payment.
/// </summary>
internal sealed partial class RebuildTotals(
    TablePort tables, DueTable due, PaymentStore store, TimeProvider time, ILogger<RebuildTotals> log)
{
    public const string Queue = "rebuild-totals";

    private const string StampKey = "tr";

    public async Task Handle(Doorbell bell, CancellationToken cancel)
    {
        if (await due.Take(Queue, bell.Id, cancel) is not { } owed)
            return;
        var terminal = owed.Ref("terminal");
        var days = await Rebuild(terminal, cancel);
        await Attempts.UntilCommitted(async () =>
        {
            var stamp = await tables.Get(TableNames.Terminal, terminal, StampKey, cancel)
                ?? new Row(terminal, StampKey);
            stamp["at"] = time.GetUtcNow();
            stamp["by"] = owed.Refs.GetValueOrDefault("by") ?? "";
            stamp["days"] = (long)days;
            var change = stamp.ETag is null ? Change.Insert(stamp) : Change.Replace(stamp);
            return await tables.TryCommit(TableNames.Terminal, terminal, [change], cancel) is null;
        });
        await due.Done(owed, cancel);
    }

    /// <summary>When a terminal's totals were counted anew last; null where they never were.</summary>
    public static async Task<RebuildStamp?> StampOf(
        TablePort tables, string terminal, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, terminal, StampKey, cancel) is { } row
            ? new RebuildStamp(terminal, row.Time("at"), row.Text("by"), row.Number("days"))
            : null;

    /// <returns>How many days' totals were put right.</returns>
    public async Task<int> Rebuild(string terminal, CancellationToken cancel)
    {
        var days = 0;
        await Attempts.UntilCommitted(async () =>
        {
            var (isDone, more) = await Try(terminal, cancel);
            days += more;
            return isDone;
        });
        return days;
    }

    private async Task<(bool IsDone, int Days)> Try(string terminal, CancellationToken cancel)
    {
        var days = 0;
        await MarkTakenBack(terminal, cancel);
        var scan = new TotalsScan(tables);
        await scan.Read(terminal, cancel);
        foreach (var sale in scan.Sales)
            await Copies(sale, cancel);
        foreach (var payment in scan.Payments)
            if (!await Hints(payment, cancel))
                return (false, days);
        var dates = scan.Differences().Select(difference => difference.Date).Distinct().ToList();
        foreach (var date in dates)
        {
            var row = scan.Kept.GetValueOrDefault(date) ?? TerminalDays.Empty(terminal, date);
            var change = TerminalDays.With(row, scan.Counted.GetValueOrDefault(date) ?? new DayTallies());
            if (await tables.TryCommit(TableNames.Terminal, terminal, [change], cancel) is not null)
                return (false, days);
            days++;
            LogPutRight(terminal, date);
        }
        return (true, days);
    }

    /// <summary>
    /// Lost payments of voided sales that a release before November 2026 left unmarked: the goods are back.
    /// What a further try had brought in stays lost and recovered, as it is where the void is applied now.
    /// </summary>
    private async Task MarkTakenBack(string terminal, CancellationToken cancel)
    {
        await foreach (var row in tables.Range(
            TableNames.Terminal, terminal, SaleRow.Prefix, Keys.After(SaleRow.Prefix), cancel))
            if (SaleRow.From(row) is { VoidedBy: not null } sale)
                foreach (var card in sale.Tenders.Select(tender => tender.Payment).OfType<CardPayment>())
                    if (await store.Find(terminal, card.Payment, cancel) is
                        { State: PaymentState.Declined or PaymentState.Expired, TakenBack: false }
                        && await Case(terminal, card.Payment, cancel) is not CaseState.Recovered)
                        await store.Change(terminal, card.Payment, known => RecordDecisions.TakeBack(
                            known, sale.ReceiptNumber, time.GetUtcNow()), cancel);
    }

    private async Task<CaseState?> Case(string terminal, Id payment, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, terminal, RecoveryCase.KeyOf(payment), cancel) is { } row
            ? RecoveryCase.From(row).State
            : null;

    /// <summary>Copies of a sale do not change, so whoever else writes one writes the same.</summary>
    private async Task Copies(Row row, CancellationToken cancel)
    {
        var sale = SaleRow.From(row);
        await Copy(TerminalDays.SoldKey(sale.BusinessDate) + sale.Sale);
        if (sale.VoidBusinessDate is { } date)
            await Copy(TerminalDays.VoidedKey(date) + sale.Sale);
        foreach (var refund in TakenRefund.Read(row))
            if (TerminalDays.CopyOf(row, refund) is { } copy)
                await Insert(copy);

        Task Copy(string key) => Insert(SaleRow.Copy(row, key));

        async Task Insert(Row copy)
        {
            if (await tables.Get(TableNames.Terminal, row.Partition, copy.Key, cancel) is null)
                _ = await tables.TryCommit(
                    TableNames.Terminal, row.Partition, [Change.Insert(copy)], cancel);
        }
    }

    /// <summary>False when the payment changed meanwhile.</summary>
    private async Task<bool> Hints(PaymentRow payment, CancellationToken cancel)
    {
        var missing = new List<Change>();
        IEnumerable<Row?> wanted = [ClearingIndex.Ready(payment), .. ClearingIndex.Undone(payment)];
        foreach (var row in wanted)
            if (row is not null
                && await tables.Get(TableNames.Terminal, row.Partition, row.Key, cancel) is null)
                missing.Add(Change.Insert(row));
        return missing.Count == 0 || await tables.TryCommit(
            TableNames.Terminal, payment.Terminal, [Change.Replace(payment.ToRow()), .. missing], cancel)
            is null;
    }

    [LoggerMessage(
        1751, LogLevel.Warning,
        "The totals of terminal {Terminal} on {Date} were not what its rows add up to.")]
    private partial void LogPutRight(string terminal, DateOnly date);
}
