using CloudPos.Functions.Bus;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Journal;

namespace CloudPos.Functions.Customers;

/// <summary>
/// A deferred payment was declined for good: the points that it earned go back, in the part that it paid of
/// its sale. Where the sale has not been applied yet, applying it sees the decline (ShopEffects.Sold), so one
/// of the two always does it, and the sale's row lets it be done once.
/// </summary>
internal sealed class TakeBackPoints(
    OwedWork owed, PaymentStore payments, TablePort tables, CustomerPoints points)
{
    public async Task Run(Doorbell bell, CancellationToken cancel)
    {
        if (await owed.Take(bell, cancel) is not { } work)
            return;
        var payment = await payments.Find(work.Terminal, work.Payment, cancel);
        if (payment is null || !SaleDecline.IsFinal(payment))
        {
            await owed.NotYet(work.Owed, cancel);
            return;
        }
        var facts = payment.Facts!;
        var row = await tables.Get(TableNames.Terminal, work.Terminal, SaleRow.KeyOf(facts.Sale), cancel);
        if (row is not null)
            await points.TakeBack(
                new PointsEntry(
                    facts.Merchant, new JournalId(work.Terminal, facts.Epoch), 0, payment.History[^1].At),
                facts.Sale, PointsKind.Declined, SaleDecline.SourceOf(work.Payment),
                (facts.Amount.Minor, SaleRow.From(row).Total.Minor), returnsRedeemed: false, cancel);
        await owed.Done(work.Owed, cancel);
    }
}
