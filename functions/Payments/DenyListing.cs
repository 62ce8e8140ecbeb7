using CloudPos.Crypto;
using CloudPos.Functions.Fleet;

namespace CloudPos.Functions.Payments;

/// <summary>
/// Puts the card of a hard decline onto its merchant's deny list. The list lies in another partition, so the
/// payment owes it until it is there; listing a card again changes nothing.
/// </summary>
internal sealed class DenyListing(
    PaymentStore store, CardVault vault, Merchants merchants, DenyLists lists, TimeProvider time)
{
    public async Task List(PaymentRow payment, CancellationToken cancel)
    {
        var (pan, _, fault) = vault.OpenReference(payment);
        using (pan)
        {
            var merchant = await merchants.Find(payment.Facts!.Merchant, cancel);
            if (pan is not null && merchant is not null)
            {
                var tag = CardTag.Deny(merchant.DenyTagKey, pan.RevealPanBytes());
                await lists.Add(merchant.Id, Convert.ToHexStringLower(tag), cancel);
            }
            var why = pan is null ? $"not on the deny list: {fault}"
                : merchant is null ? "not on the deny list: its merchant is not known"
                : "on the deny list";
            await store.Change(
                payment.Terminal, payment.Payment,
                row => row is { DenyOwed: true }
                    ? PaymentChange.To(
                        (row with { DenyOwed = false }).Note(time.GetUtcNow(), why, PaymentEvent.BackOffice))
                    : PaymentChange.None(RecordOutcome.AlreadyRecorded),
                cancel);
        }
    }
}
