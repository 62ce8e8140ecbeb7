using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// Stamps payments with the batch they are in, under each payment row's own version: a void that comes at the
/// same moment is either before the stamp, and the payment is not in the batch, or after it, and is refused.
/// Nothing is told to the terminal, which has its outcome already.
/// </summary>
internal sealed class PaymentStamps(TablePort tables, TimeProvider time)
{
    /// <summary>A payment's row may be some 30 KiB with its sealed card; a commit holds 4 MiB.</summary>
    private const int PerCommit = 50;

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
        var refused = new List<Member>();
        foreach (var terminal in members.GroupBy(member => member.Terminal))
            foreach (var chunk in terminal.Chunk(PerCommit))
                refused.AddRange(
                    await Attempts.UntilCommitted(() => Once(terminal.Key, chunk, decide, cancel)));
        return refused;
    }

    private async Task<IReadOnlyList<Member>?> Once(
        string terminal, Member[] members, Func<PaymentRow, (PaymentRow? Next, bool Holds)> decide,
        CancellationToken cancel)
    {
        var refused = new List<Member>();
        var changes = new List<Change>(members.Length);
        foreach (var member in members)
        {
            var key = PaymentRowCodec.KeyOf(member.Payment);
            var row = await tables.Get(TableNames.Terminal, terminal, key, cancel);
            var (next, holds) = row is null ? (null, false) : decide(PaymentRowCodec.From(row));
            if (next is not null)
                changes.Add(Change.Replace(next.ToRow()));
            if (!holds)
                refused.Add(member);
        }
        return changes.Count == 0 || await tables.TryCommit(
            TableNames.Terminal, terminal, changes, cancel) is null
            ? refused
            : null;
    }
}
