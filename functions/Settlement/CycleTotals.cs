using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Payments;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// What we claim for a cycle: the members of its sealed batches, and what was approved and reversed. The
/// acquirer adds up a settlement date as a whole, so further batches of the date are added to the first.
/// Pure.
/// </summary>
internal static class CycleTotals
{
    /// <param name="sealedBatches">Of this cycle.</param>
    /// <param name="undone">Captures of this cycle that were taken back, and their reversals.</param>
    public static SettlementTotals Of(
        IEnumerable<BatchHead> sealedBatches, IEnumerable<UndonePayment> undone)
    {
        var (debits, reversals) = (default(MessageTotal), default(MessageTotal));
        foreach (var batch in sealedBatches)
            debits = Plus(debits, batch.Count, batch.SumMinor);
        foreach (var payment in undone)
            if (payment.IsReversal)
                reversals = Plus(reversals, 1, payment.AmountMinor);
            else
                debits = Plus(debits, 1, payment.AmountMinor);
        return new SettlementTotals(debits, reversals, default, default);
    }

    public static bool IsZero(SettlementTotals totals) =>
        totals is { Debits.Count: 0, DebitReversals.Count: 0, Credits.Count: 0, CreditReversals.Count: 0 };

    private static MessageTotal Plus(MessageTotal total, long count, long minor) =>
        checked(new MessageTotal(total.Count + count, total.AmountMinor + minor));
}
