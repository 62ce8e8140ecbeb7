using System.Collections.Concurrent;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// Stamps payments with the batch they are in, under each payment row's own version: a void that comes at the
/// same moment is either before the stamp, and the payment is not in the batch, or after it, and is refused.
/// Nothing is told to the terminal, which has its outcome already.
/// </summary>
internal sealed class PaymentStamps(TablePort tables, TerminalDays days, TimeProvider time)
{
    /// <summary>
    /// An approved payment has no sealed card any more, and its row a few KiB; a commit holds 4 MiB.
    /// </summary>
    private const int PerCommit = 90;

    /// <summary>
    /// Partitions written at a time: while one waits for the disk, the payments of others are read.
    /// </summary>
    private const int TerminalsAtOnce = 4;

    /// <summary>
    /// Approved becomes Batched. Returned are the members that are not, and cannot come, into this batch.
    /// </summary>
    public Task<IReadOnlyList<Member>> PutInBatch(
        BatchId batch, IReadOnlyList<Member> members, CancellationToken cancel) => All(
        members,
        payment => payment.State switch
        {
            PaymentState.Approved => (payment.Advance(
                PaymentState.Batched, time.GetUtcNow(), $"in batch {batch}", PaymentEvent.BackOffice)
                with { Batch = batch.ToString() }, true),
            PaymentState.Batched or PaymentState.Settled => (null, payment.Batch == batch.ToString()),
            _ => (null, false),
        },
        cancel);

    /// <summary>Batched becomes Settled. Returned are the members for which that cannot be.</summary>
    public Task<IReadOnlyList<Member>> Settle(
        BatchId batch, IReadOnlyList<Member> members, CancellationToken cancel) => All(
        members,
        payment => (payment.State, payment.Batch == batch.ToString()) switch
        {
            (PaymentState.Batched, true) => (payment.Advance(
                PaymentState.Settled, time.GetUtcNow(), "totals agree with the acquirer's",
                PaymentEvent.BackOffice), true),
            (PaymentState.Settled, true) => (null, true),
            _ => (null, false),
        },
        cancel);

    /// <param name="decide">The row to write, or null; and whether the payment is then as wanted.</param>
    private async Task<IReadOnlyList<Member>> All(
        IReadOnlyList<Member> members, Func<PaymentRow, (
            PaymentRow? Next, bool Holds)> decide, CancellationToken cancel)
    {
        var refused = new ConcurrentBag<IReadOnlyList<Member>>();
        var bound = new ParallelOptions
        {
            MaxDegreeOfParallelism = TerminalsAtOnce, CancellationToken = cancel,
        };
        await Parallel.ForEachAsync(
            members.GroupBy(member => member.Terminal), bound, async (terminal, stop) =>
            {
                foreach (var chunk in terminal.Chunk(PerCommit))
                    refused.Add(await Attempts.UntilCommitted(() => Once(terminal.Key, chunk, decide, stop)));
            });
        return [.. refused.SelectMany(chunk => chunk)];
    }

    private async Task<IReadOnlyList<Member>?> Once(
        string terminal, Member[] members, Func<PaymentRow, (PaymentRow? Next, bool Holds)> decide,
        CancellationToken cancel)
    {
        var refused = new List<Member>();
        var steps = new List<PaymentStep>(members.Length);
        var rows = await tables.GetMany(
            TableNames.Terminal, terminal,
            [.. members.Select(member => PaymentRowCodec.KeyOf(member.Payment))], cancel);
        foreach (var (member, row) in members.Zip(rows))
        {
            var before = row is null ? null : PaymentRowCodec.From(row);
            var (next, holds) = before is null ? (null, false) : decide(before);
            if (next is not null)
                steps.Add(new PaymentStep(before, next));
            if (!holds)
                refused.Add(member);
        }
        if (steps.Count == 0)
            return refused;
        IReadOnlyList<Change> changes =
        [
            .. steps.Select(step => Change.Replace(step.After.ToRow())),
            .. await days.Paid(terminal, steps, cancel),
        ];
        return await tables.TryCommit(TableNames.Terminal, terminal, changes, cancel) is null
            ? refused
            : null;
    }
}
