using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Customers;

/// <summary>
/// A deferred payment is lost: once no further try for its money is planned, the points that it earned go
/// back, in the part that it paid of its sale. Where the sale has not been applied yet, applying it sees the
/// decline and owes this work anew (ShopEffects.Sold); the sale's row lets it be done once. A try that is
/// approved later owes it anew too: then they are given back, once.
/// </summary>
internal sealed class TakeBackPoints(
    OwedWork owed, PaymentStore payments, TablePort tables, CustomerPoints points)
{
    /// <summary>Tries go on for days; whether one was approved is looked at this often.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromHours(3);

    public async Task Run(Doorbell bell, CancellationToken cancel)
    {
        if (await owed.Take(bell, cancel) is not { } work)
            return;
        var payment = await payments.Find(work.Terminal, work.Payment, cancel);
        if (!SaleDecline.IsLost(payment))
        {
            await owed.NotYet(work.Owed, cancel);
            return;
        }
        var told = await tables.Get(
            TableNames.Terminal, work.Terminal, RecoveryCase.KeyOf(work.Payment), cancel);
        var state = told is null ? CaseState.Open : RecoveryCase.From(told).State;
        if (state is CaseState.Planned or CaseState.Trying)
            await owed.Later(work.Owed, Pause, cancel);
        else
        {
            await (state == CaseState.Recovered
                ? GiveBack(work.Terminal, payment!, cancel)
                : TakeBack(work.Terminal, payment!, cancel));
            await owed.Done(work.Owed, cancel);
        }
    }

    /// <summary>A try was approved after the points had gone: a link was paid, say.</summary>
    private async Task GiveBack(string terminal, PaymentRow payment, CancellationToken cancel)
    {
        var facts = payment.Facts!;
        var row = await tables.Get(TableNames.Terminal, terminal, SaleRow.KeyOf(facts.Sale), cancel);
        if (row is not null)
            await points.GiveBack(
                new PointsEntry(
                    facts.Merchant, new JournalId(terminal, facts.Epoch), 0, payment.History[^1].At),
                facts.Sale, PointsKind.Recovered, $"recovered.{payment.Payment}",
                SaleDecline.SourceOf(payment.Payment),
                (facts.Amount.Minor, SaleRow.From(row).Total.Minor), cancel);
    }

    private async Task TakeBack(string terminal, PaymentRow payment, CancellationToken cancel)
    {
        var facts = payment.Facts!;
        var row = await tables.Get(TableNames.Terminal, terminal, SaleRow.KeyOf(facts.Sale), cancel);
        if (row is not null)
            await points.TakeBack(
                new PointsEntry(
                    facts.Merchant, new JournalId(terminal, facts.Epoch), 0, payment.History[^1].At),
                facts.Sale, PointsKind.Declined, SaleDecline.SourceOf(payment.Payment),
                (facts.Amount.Minor, SaleRow.From(row).Total.Minor), returnsRedeemed: false, cancel);
    }
}
