namespace CloudPos.Functions.Payments;

/// <summary>
/// A payment that was accepted at the merchant's risk and will never be paid: what its sale gave the customer
/// beside the goods is taken back.
/// </summary>
internal static class SaleDecline
{
    /// <summary>The queue and the kind of due row that tell of it.</summary>
    public const string Work = "take-back-points";

    public static bool IsFinal(PaymentRow payment) =>
        payment is
        {
            State: PaymentState.Declined or PaymentState.Expired, Accepted.Approval: Approval.Deferred,
        };

    /// <summary>A payment takes back once, however often it is told.</summary>
    public static string SourceOf(Id payment) => $"declined.{payment}";
}
