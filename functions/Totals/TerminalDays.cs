using System.Globalization;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Totals;

/// <summary>One step of a payment, before and after it. Before is as the table has it.</summary>
internal readonly record struct PaymentStep(PaymentRow? Before, PaymentRow After);

/// <summary>
/// Keeps the totals of each terminal and business date, and what its payments owe to clearing: the changes
/// returned here go into the one commit that writes the sale or the payment, so they cannot disagree, and
/// whoever runs twice finds its row there and adds nothing. Rows of the terminal's partition:
/// <c>td.{date}</c> the totals; <c>sd.{date}.{sale}</c> and <c>vd.{date}.{sale}</c> copies of sales by the
/// date of the sale and of the void, <c>rd.{date}.{refund}</c> of refunds; see
/// <see cref="ClearingIndex"/> for the others.
/// </summary>
internal sealed class TerminalDays(TablePort tables, DueTable due)
{
    public const string Prefix = "td.";
    public const string SoldPrefix = "sd.";
    public const string VoidedPrefix = "vd.";
    public const string RefundedPrefix = "rd.";

    /// <summary>Set in a day's row when a report was made of it: each change after it owes another.</summary>
    private const string ReportedFor = "reportedFor";

    public static string KeyOf(DateOnly date) => Prefix + Text(date);

    /// <summary>The beginning of the keys of a date's sales.</summary>
    public static string SoldKey(DateOnly date) => $"{SoldPrefix}{Text(date)}.";

    public static string VoidedKey(DateOnly date) => $"{VoidedPrefix}{Text(date)}.";

    public static string RefundedKey(DateOnly date) => $"{RefundedPrefix}{Text(date)}.";

    /// <summary>What a new sale's row brings with it.</summary>
    public async Task<IReadOnlyList<Change>> Sold(Row sale, CancellationToken cancel)
    {
        var known = SaleRow.From(sale);
        var copy = SaleRow.Copy(sale, SoldKey(known.BusinessDate) + known.Sale);
        return
        [
            Change.Insert(copy),
            .. await Add(known.Terminal, Contributions.OfSale(known), cancel),
        ];
    }

    /// <summary>What a sale's row brings with it when it is marked as voided.</summary>
    public async Task<IReadOnlyList<Change>> Voided(Row sale, CancellationToken cancel)
    {
        var known = SaleRow.From(sale);
        var copy = SaleRow.Copy(sale, VoidedKey(known.VoidBusinessDate!.Value) + known.Sale);
        return
        [
            Change.Insert(copy),
            .. await Add(known.Terminal, Contributions.OfVoid(known), cancel),
        ];
    }

    /// <summary>What a sale's row brings with it when the entry of a refund takes a part of it.</summary>
    public async Task<IReadOnlyList<Change>> Refunded(
        Row sale, TakenRefund refund, CancellationToken cancel) =>
    [
        Change.Insert(CopyOf(sale, refund)!),
        .. await Add(sale.Partition, Contributions.OfRefund(refund), cancel),
    ];

    /// <summary>A refund under its date; null while it is only reserved.</summary>
    public static Row? CopyOf(Row sale, TakenRefund refund)
    {
        if (refund is not { Until: null, BusinessDate: { } date })
            return null;
        var copy = new Row(sale.Partition, RefundedKey(date) + refund.Refund);
        TakenRefund.Write(copy, [refund]);
        return copy;
    }

    /// <summary>What steps of payments of one terminal bring with them.</summary>
    public async Task<IReadOnlyList<Change>> Paid(
        string terminal, IReadOnlyList<PaymentStep> steps, CancellationToken cancel)
    {
        var changes = new List<Change>();
        var added = new List<Contribution>();
        foreach (var (before, after) in steps)
        {
            added.AddRange(Contributions.OfPayment(after));
            added.AddRange(Contributions.OfPayment(before).Select(was =>
                was with { Tally = default(Tally) - was.Tally }));
            await Hint(ClearingIndex.Ready(before), ClearingIndex.Ready(after), changes, cancel);
            await Replace(
                [.. ClearingIndex.Undone(before)], [.. ClearingIndex.Undone(after)], changes, cancel);
        }
        changes.AddRange(await Add(terminal, added, cancel));
        return changes;
    }

    /// <summary>
    /// From here on each change of the date owes the merchant's report of it anew. Called before the rows are
    /// read, so no change is missed.
    /// </summary>
    public Task MarkReported(
        string terminal, string merchant, DateOnly date, CancellationToken cancel) =>
        Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Terminal, terminal, KeyOf(date), cancel)
                ?? Empty(terminal, date);
            if (row.TextOrNull(ReportedFor) == merchant)
                return true;
            row[ReportedFor] = merchant;
            return await tables.TryCommit(TableNames.Terminal, terminal, [Written(row)], cancel) is null;
        });

    /// <summary>A terminal's totals from one date to another, both included, oldest first.</summary>
    public async Task<IReadOnlyList<(DateOnly Date, DayTallies Tallies)>> Read(
        string terminal, DateOnly from, DateOnly to, CancellationToken cancel)
    {
        var days = new List<(DateOnly, DayTallies)>();
        await foreach (var row in tables.Range(
            TableNames.Terminal, terminal, KeyOf(from), KeyOf(to) + "~", cancel))
            days.Add((DateOf(row), Tallies(row)));
        return days;
    }

    public static DayTallies Tallies(Row row) => DayTallies.FromJson(row.Chunked("tallies"));

    public static DateOnly DateOf(Row row) =>
        DateOnly.ParseExact(row.Key.AsSpan(Prefix.Length), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The row with other tallies; what it says of reports stays.</summary>
    public static Change With(Row row, DayTallies tallies)
    {
        row.SetChunks("tallies", tallies.ToJson());
        return Written(row);
    }

    public static Row Empty(string terminal, DateOnly date)
    {
        var row = new Row(terminal, KeyOf(date));
        row.SetChunks("tallies", new DayTallies().ToJson());
        return row;
    }

    private async Task<IReadOnlyList<Change>> Add(
        string terminal, IEnumerable<Contribution> added, CancellationToken cancel)
    {
        var changes = new List<Change>();
        foreach (var day in added.GroupBy(one => one.Date))
        {
            var sums = day.GroupBy(one => one.Key, StringComparer.Ordinal)
                .Select(key => (key.Key, Sum: key.Aggregate(default(Tally), (sum, one) => sum + one.Tally)))
                .Where(key => key.Sum != default).ToList();
            if (sums.Count == 0)
                continue;
            var row = await tables.Get(TableNames.Terminal, terminal, KeyOf(day.Key), cancel)
                ?? Empty(terminal, day.Key);
            var tallies = Tallies(row);
            foreach (var (key, sum) in sums)
                tallies.Add(key, sum);
            if (row.TextOrNull(ReportedFor) is { } merchant)
                await ReportOwed.Owe(due, merchant, day.Key, cancel);
            changes.Add(With(row, tallies));
        }
        return changes;
    }

    /// <summary>A hint is written when it becomes true, completed when its sale comes, and left behind
    /// when it is not true any more.</summary>
    private async Task Hint(Row? before, Row? after, List<Change> changes, CancellationToken cancel)
    {
        if (after is null)
            return;
        if (before is null)
            changes.Add(Change.Insert(after));
        else if (before.Key != after.Key || !before.Flag("sale") && after.Flag("sale"))
        {
            var kept = await tables.Get(TableNames.Terminal, after.Partition, before.Key, cancel);
            if (kept is not null && before.Key != after.Key)
                changes.Add(Change.Delete(kept));
            changes.Add(kept is null || before.Key != after.Key
                ? Change.Insert(after)
                : Change.Replace(after, kept.ETag!));
        }
    }

    private async Task Replace(
        IReadOnlyList<Row> before, IReadOnlyList<Row> after, List<Change> changes, CancellationToken cancel)
    {
        foreach (var row in after.ExceptBy(before.Select(one => one.Key), one => one.Key))
            changes.Add(Change.Insert(row));
        foreach (var row in before.ExceptBy(after.Select(one => one.Key), one => one.Key))
            if (await tables.Get(TableNames.Terminal, row.Partition, row.Key, cancel) is { } kept)
                changes.Add(Change.Delete(kept));
    }

    private static Change Written(Row row) => row.ETag is null ? Change.Insert(row) : Change.Replace(row);

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
