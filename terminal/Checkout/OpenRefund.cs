using CloudPos.Journal;

namespace CloudPos.Terminal.Checkout;

/// <summary>
/// A refund that the back office was asked for and whose answer is not known: it may hold the amount. Kept on
/// disk from before it is asked, so that whatever happens it is asked again under its own ids and gets the
/// answer that was lost; under new ones it would stand in its own way.
/// </summary>
/// <param name="Elsewhere">The sale, where another terminal made it.</param>
internal sealed record OpenRefund(SaleRefunded Refund, SaleCompleted? Elsewhere, DateTimeOffset At)
{
    /// <summary>The same refund, composed anew, under the ids that it was asked for with.</summary>
    public SaleRefunded? Again(SaleRefunded refund) =>
        (Refund.Total, Refund.Tip) == (refund.Total, refund.Tip)
        && Refund.Lines.SequenceEqual(refund.Lines)
        && Refund.Tenders.Select(Place).SequenceEqual(refund.Tenders.Select(Place))
            ? refund with { Refund = Refund.Refund, Tenders = Refund.Tenders }
            : null;

    private static (TenderKind, Money, Id?) Place(RefundTender tender) =>
        (tender.Kind, tender.Amount, tender.Payment);
}
