namespace CloudPos.Functions.Payments;

/// <summary>
/// A payment that was accepted at the merchant's risk and is lost, unless a later try for the same money is
/// approved: what its sale gave the customer beside the goods is taken back then.
/// </summary>
internal static class SaleDecline
{
    /// <summary>The queue and the kind of due row that tell of it.</summary>
    public const string Work = "take-back-points";

    /// <summary>Tries are payments of their own, and take nothing back for themselves.</summary>
    public static bool IsLost(PaymentRow? payment) =>
        payment is { Accepted.Approval: Approval.Deferred, Facts: not null, Origin: null }
        && (payment.State is PaymentState.Declined or PaymentState.Expired || IsPartLost(payment));

    /// <summary>
    /// The card had less than the goods cost. What it had is given back, since the customer has left.
    /// </summary>
    public static bool IsPartLost(PaymentRow payment) => payment is
    {
        PartOnly: true, State: PaymentState.Reversing or PaymentState.Reversed,
    };

    /// <summary>The lost payment whose money this step brings in after all; null when it does not.</summary>
    public static Id? RecoveredBy(PaymentRow? before, PaymentRow next) =>
        next is { State: PaymentState.Approved, Origin: { Kind: not OriginKind.Refund } origin }
        && before?.State != next.State
            ? origin.Payment
            : null;

    /// <summary>What the card had of what was asked for; null unless that is why it is lost.</summary>
    public static Money? AvailableOf(PaymentRow payment) =>
        IsPartLost(payment) && payment.Answer?.AvailableMinor is { } minor
            ? new Money(minor, payment.Facts!.Amount.Currency)
            : null;

    /// <summary>A payment takes back once, however often it is told.</summary>
    public static string SourceOf(Id payment) => $"declined.{payment}";
}
