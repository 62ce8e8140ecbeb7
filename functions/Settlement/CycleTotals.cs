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
    /// <param name="payments">The merchant's payments; those of other cycles are left out here.</param>
    public static SettlementTotals Of(
        Cycle cycle, IEnumerable<BatchHead> sealedBatches, IEnumerable<PaymentRow> payments)
    {
        var (debits, reversals) = (default(MessageTotal), default(MessageTotal));
        foreach (var batch in sealedBatches)
            debits = Plus(debits, batch.Count, batch.SumMinor);
        foreach (var payment in payments)
        {
            if (payment.Amount is not { } amount || amount.Currency != cycle.Currency
                || payment.Facts?.Merchant != cycle.Merchant)
                continue;
            if (ReversedCaptureDate(payment) == cycle.Date)
                debits = Plus(debits, 1, amount.Minor);
            if (ReversalDate(payment) == cycle.Date)
                reversals = Plus(reversals, 1, amount.Minor);
        }
        return new SettlementTotals(debits, reversals, default, default);
    }

    public static bool IsZero(SettlementTotals totals) =>
        totals is { Debits.Count: 0, DebitReversals.Count: 0, Credits.Count: 0, CreditReversals.Count: 0 };

    /// <summary>
    /// The day on which the acquirer captured a payment that is being reversed, or was. Where its approval
    /// was never heard, the reversal's answer tells that there was one, and its day is the nearest that is
    /// known.
    /// </summary>
    private static DateOnly? ReversedCaptureDate(PaymentRow payment) => payment switch
    {
        { State: not (PaymentState.Reversing or PaymentState.Reversed) } => null,
        { Answer: { Meaning: CodeMeaning.Approved, SettlementDate: { } date } } => date,
        { Answer: null } => ReversalDate(payment),
        _ => null,
    };

    /// <summary>
    /// Null unless the acquirer said that there was something to reverse, and has reversed it.
    /// </summary>
    private static DateOnly? ReversalDate(PaymentRow payment) =>
        payment is { State: PaymentState.Reversed, Reversal.ResponseCode: ResponseCode.Approved }
            ? payment.Reversal.SettlementDate ?? DateOnly.FromDateTime(payment.History[^1].At.UtcDateTime)
            : null;

    private static MessageTotal Plus(MessageTotal total, long count, long minor) =>
        checked(new MessageTotal(total.Count + count, total.AmountMinor + minor));
}
