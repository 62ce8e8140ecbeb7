using CloudPos.Journal;

namespace CloudPos.Terminal.Checkout;

internal sealed partial class SaleFlow
{
    /// <summary>
    /// Keeps an attempt whose end nobody knows: its basket is sold with it, under the payment's own id. Cash
    /// may pay the rest; with <see cref="SaleRequest.IsPart"/> the sale stays open for it.
    /// </summary>
    /// <param name="request">The basket that the attempt was made for; no card pays here.</param>
    /// <param name="mayStandIn">A manager said that the shop takes the risk where nobody answers.</param>
    public async Task<SaleResult> Keep(
        Id payment, SaleRequest request, bool mayStandIn, CancellationToken cancel)
    {
        if (store.ReadAttempt(payment) is not { Body: var body } attempt)
            return SaleResult.BadInput($"Payment {payment} is not open: it has an end already.");
        request = request with { Sale = body.Sale };
        if (Price(request, out var priced) is { } wrong)
            return wrong;
        var rest = priced.Left - (body.Tip is { } tip ? body.Amount - tip : body.Amount);
        if (rest.Minor < 0)
            return SaleResult.BadInput(
                $"The card was asked for {body.Amount}, and the basket leaves {priced.Left} to pay: give the "
                + "attempt up, and let the customer pay again.");
        IReadOnlyList<Tender> cash = [];
        if (!rest.IsZero && !request.IsPart)
        {
            var split = TenderSplit.TryCreate(rest, priced.Tenders, tip: null);
            if (!split.IsValid)
                return SaleResult.BadInput($"The card was asked for {body.Amount}. {split.Fault}");
            cash = CashTenders(split.Value);
        }
        return Told(await new CardSale(
            store, line, ask, deciding, priced.Enrolment, DraftOf(request, priced.Offer, cash), body.Amount,
            body.Tip, isPart: request.IsPart && !rest.IsZero, attempt)
            .Resume(request.Order, mayStandIn, cancel), priced.Left);
    }
}
