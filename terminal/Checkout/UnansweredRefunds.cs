using System.Collections.Concurrent;
using CloudPos.Journal;

namespace CloudPos.Terminal.Checkout;

/// <summary>
/// Refunds that were asked for and whose answer was lost: the back office may hold their amount. Asked
/// again, the same refund is asked under its own ids and gets the answer that was lost; under new ones it
/// would stand in its own way. Thread-safe; after a restart the back office lets go of it within minutes.
/// </summary>
internal sealed class UnansweredRefunds
{
    private const int SalesMax = 1_000;
    private readonly ConcurrentDictionary<Id, SaleRefunded> _bySale = new();

    public void Keep(SaleRefunded refund)
    {
        if (_bySale.Count < SalesMax)
            _bySale[refund.Sale] = refund;
    }

    /// <summary>The refund under the ids that it was asked for with before, if it was.</summary>
    public SaleRefunded Again(SaleRefunded refund)
    {
        if (!_bySale.TryRemove(refund.Sale, out var before) || !IsSame(before, refund))
            return refund;
        return refund with { Refund = before.Refund, Tenders = before.Tenders };
    }

    private static bool IsSame(SaleRefunded a, SaleRefunded b) => (a.Total, a.Tip) == (b.Total, b.Tip)
        && a.Lines.SequenceEqual(b.Lines)
        && a.Tenders.Select(Place).SequenceEqual(b.Tenders.Select(Place));

    private static (TenderKind, Money, Id?) Place(RefundTender tender) =>
        (tender.Kind, tender.Amount, tender.Payment);
}
