using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Risk;

/// <summary>
/// Until when a deferred payment should have reached the acquirer: schemes and issuers look at late ones less
/// kindly, so the policy names hours.
/// </summary>
internal static class SubmissionDeadline
{
    private const int UsualHours = 24;

    /// <summary>Null for a payment that is not at risk.</summary>
    public static DateTimeOffset? Of(PaymentRow payment, OfflinePolicy policy) =>
        payment.Approval == Approval.Deferred && PaymentTable.IsAtRisk(payment)
            && payment.State is not (PaymentState.Voided or PaymentState.Reversing)
            ? After(payment.At, policy)
            : null;

    /// <summary>Of an attempt without a result; at risk once its sale is completed with it.</summary>
    public static DateTimeOffset Of(OpenAttempt open, OfflinePolicy policy) => After(open.At, policy);

    private static DateTimeOffset After(DateTimeOffset at, OfflinePolicy policy) =>
        at.AddHours(policy.SubmitWithinHours == 0 ? UsualHours : policy.SubmitWithinHours);
}
