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
        var (credits, creditReversals) = (default(MessageTotal), default(MessageTotal));
        foreach (var batch in sealedBatches)
        {
            debits = Plus(
                debits, batch.Count - batch.CreditCount, checked(batch.SumMinor + batch.CreditMinor));
            credits = Plus(credits, batch.CreditCount, batch.CreditMinor);
        }
        foreach (var payment in undone)
            switch (payment.AmountMinor < 0, payment.IsReversal)
            {
                case (false, true):
                    reversals = Plus(reversals, 1, payment.AmountMinor);
                    break;
                case (false, false):
                    debits = Plus(debits, 1, payment.AmountMinor);
                    break;
                case (true, true):
                    creditReversals = Plus(creditReversals, 1, -payment.AmountMinor);
                    break;
                case (true, false):
                    credits = Plus(credits, 1, -payment.AmountMinor);
                    break;
            }
        return new SettlementTotals(debits, reversals, credits, creditReversals);
    }

    public static bool IsZero(SettlementTotals totals) =>
        totals is { Debits.Count: 0, DebitReversals.Count: 0, Credits.Count: 0, CreditReversals.Count: 0 };

    private static MessageTotal Plus(MessageTotal total, long count, long minor) =>
        checked(new MessageTotal(total.Count + count, total.AmountMinor + minor));
}
