using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Payments;

/// <summary>
/// Queue tell-refund: tells the terminal that gave back of another one's sale what the card's bank said. The
/// refund lies in the partition of the sale, whose own terminal hears of it in the same commit; this one's
/// feed lies in another partition, so it is owed, and row <c>rf.{refund}</c> there says what was told. A
/// chargeback lies in the merchant's partition, and is told to the terminal that sold in the same way.
/// </summary>
internal sealed class TellRefund(TablePort tables, PaymentStore store, OwedWork owed)
{
    public const string Work = "tell-refund";

    private const string Prefix = "rf.";
    private const string ChargedBackPrefix = "cb.";

    /// <summary>Whether this step of a payment is to be told at another terminal.</summary>
    public static bool IsNews(PaymentRow? before, PaymentRow next) =>
        next is { IsRefund: true, Origin.GivenAt: not null } && before?.State != next.State
        && PaymentStore.OutcomeOf(next) is not null;

    public async Task Run(Doorbell bell, CancellationToken cancel)
    {
        if (await owed.Take(bell, cancel) is not { } work)
            return;
        switch (await store.Find(work.Terminal, work.Payment, cancel))
        {
            case { Origin.GivenAt: { } at } refund when PaymentStore.OutcomeOf(refund) is { } outcome:
                await Attempts.UntilCommitted(() => Tell(at, outcome, cancel));
                break;
            case { IsRefund: false, Facts: not null } sold:
                await Attempts.UntilCommitted(() => TellChargedBack(sold, cancel));
                break;
            default:
                await owed.NotYet(work.Owed, cancel);
                return;
        }
        await owed.Done(work.Owed, cancel);
    }

    /// <summary>
    /// What the card's bank has taken back of a payment of the terminal: row <c>cb.{payment}</c> says what
    /// was told. A payment that a further try brought in is known there under the id of the first one.
    /// </summary>
    private async Task<bool> TellChargedBack(PaymentRow sold, CancellationToken cancel)
    {
        var gone = await Chargebacks.Of(tables, sold, cancel);
        var named = sold.Origin?.Payment ?? sold.Payment;
        var key = ChargedBackPrefix + named;
        var row = await tables.Get(TableNames.Terminal, sold.Terminal, key, cancel)
            ?? new Row(sold.Terminal, key);
        if ((row.NumberOrNull("minor") ?? 0) == gone.Minor)
            return true;
        row["minor"] = gone.Minor;
        var feed = await FeedAppend.Begin(tables, TableNames.Terminal, sold.Terminal, cancel);
        await feed.Add(row, new FeedRow { ChargedBack = new ChargedBack(named, gone) }, cancel);
        IReadOnlyList<Change> changes =
            [row.ETag is null ? Change.Insert(row) : Change.Replace(row), .. feed.Changes];
        return await tables.TryCommit(TableNames.Terminal, sold.Terminal, changes, cancel) is null;
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
