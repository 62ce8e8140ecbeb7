using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

internal sealed partial class CardSale
{
    /// <summary>
    /// The issuer approved less than was asked for, and that is kept: the sale stays open for the rest. A tip
    /// is paid last, so of a part that covers the share only the tip is smaller, and the sale is complete.
    /// </summary>
    private SaleResult ApprovePart(PaymentFacts payment, AuthoriseAnswer answer)
    {
        // A part of another currency, or of all, is no part: what it is cannot be told.
        if (answer.Approved is not { } part || part.Currency != amount.Currency || part >= amount)
            return StandIn(payment, mayBeCharged: true, isBarred: false);
        var share = tip is { } given ? amount - given : amount;
        var paid = new CardPayment(
            _payment, Approval.Online, payment.Card.Facts, answer.AuthorisationCode,
            answer.RetrievalReference, null);
        var tender = new Tender(TenderKind.Card, part, part, paid)
        {
            Tip = part > share ? part - share : null,
        };
        if (part < share || isPart)
            return SaleResult.PartPaid(tender) with { IsAllTheCardHad = true };
        var outcome = store.CompleteSale(draft with { Tenders = [.. draft.Tenders, tender] });
        return outcome.IsStored ? SaleResult.Completed(outcome.Entry, _payment)
            : outcome.Status == WriteStatus.OutcomeKnown ? Overtaken(outcome)
            : SaleResult.Unknown(_payment, outcome);
    }
}
