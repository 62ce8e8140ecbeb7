using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Payments;

/// <summary>
/// Queue tell-refund: tells the terminal that gave back of another one's sale what the card's bank said. The
/// refund lies in the partition of the sale, whose own terminal hears of it in the same commit; this one's
/// feed lies in another partition, so it is owed, and row <c>rf.{refund}</c> there says what was told.
/// </summary>
internal sealed class TellRefund(TablePort tables, PaymentStore store, OwedWork owed)
{
    public const string Work = "tell-refund";

    private const string Prefix = "rf.";

    /// <summary>Whether this step of a payment is to be told at another terminal.</summary>
    public static bool IsNews(PaymentRow? before, PaymentRow next) =>
        next is { IsRefund: true, Origin.GivenAt: not null } && before?.State != next.State
        && PaymentStore.OutcomeOf(next) is not null;

    public async Task Run(Doorbell bell, CancellationToken cancel)
    {
        if (await owed.Take(bell, cancel) is not { } work)
            return;
        if (await store.Find(work.Terminal, work.Payment, cancel) is not { Origin.GivenAt: { } at } refund
            || PaymentStore.OutcomeOf(refund) is not { } outcome)
        {
            await owed.NotYet(work.Owed, cancel);
            return;
        }
        await Attempts.UntilCommitted(() => Tell(at, outcome, cancel));
        await owed.Done(work.Owed, cancel);
    }

    private async Task<bool> Tell(string terminal, Outcome outcome, CancellationToken cancel)
    {
        var key = Prefix + outcome.Payment;
        var row = await tables.Get(TableNames.Terminal, terminal, key, cancel) ?? new Row(terminal, key);
        if (row.NumberOrNull("state") == (int)outcome.State)
            return true;
        row["state"] = (int)outcome.State;
        var feed = await FeedAppend.Begin(tables, TableNames.Terminal, terminal, cancel);
        await feed.Add(row, new FeedRow(Outcome: outcome), cancel);
        IReadOnlyList<Change> changes =
            [row.ETag is null ? Change.Insert(row) : Change.Replace(row), .. feed.Changes];
        return await tables.TryCommit(TableNames.Terminal, terminal, changes, cancel) is null;
    }
}
