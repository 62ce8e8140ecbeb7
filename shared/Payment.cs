namespace CloudPos;

/// <summary>How a payment was accepted. Numbers are stored and never reused.</summary>
public enum Approval
{
    None = 0,

    /// <summary>The issuer said yes before the sale was completed.</summary>
    Online = 1,

    /// <summary>
    /// The card itself approved offline (a TC, EMV Book 3 10.8). Reserved until a chip kernel exists.
    /// </summary>
    Chip = 2,

    /// <summary>Accepted at the merchant's risk; not yet authorised.</summary>
    Deferred = 3,
}

public enum TenderKind
{
    Cash = 1,
    Card = 2,
    Other = 3,
}

/// <summary>
/// The one named state that every payment is in, in the back office. Numbers are stored and never reused.
/// Which state may follow which is <see cref="PaymentStates"/>.
/// </summary>
public enum PaymentState
{
    None = 0,

    /// <summary>Its id and amount are known; whether it was asked, accepted or given up is not.</summary>
    Attempted = 1,

    /// <summary>Deferred, accepted at the merchant's risk, and not asked yet.</summary>
    Pending = 2,

    /// <summary>
    /// The request is stored and may have been sent; no answer yet. Unknown: neither yes nor no.
    /// </summary>
    Asked = 3,

    Approved = 4,
    Declined = 5,

    /// <summary>Its time to be submitted has passed unasked.</summary>
    Expired = 6,

    /// <summary>Cancelled before anything was asked.</summary>
    Voided = 7,

    /// <summary>To be undone at the acquirer; the reversal advice has no answer yet.</summary>
    Reversing = 8,

    Reversed = 9,

    /// <summary>Given up before anything was asked.</summary>
    Abandoned = 10,

    /// <summary>A member of a clearing batch.</summary>
    Batched = 11,

    /// <summary>Its batch's totals agreed with the acquirer's.</summary>
    Settled = 12,
}

/// <summary>The pure table of a payment's transitions. A state never goes backwards.</summary>
public static class PaymentStates
{
    public static bool MayFollow(PaymentState from, PaymentState to) => from switch
    {
        PaymentState.None => to is PaymentState.Attempted or PaymentState.Pending or PaymentState.Asked
            or PaymentState.Voided or PaymentState.Abandoned,
        PaymentState.Attempted => to is PaymentState.Pending or PaymentState.Asked or PaymentState.Voided
            or PaymentState.Abandoned or PaymentState.Declined,
        PaymentState.Pending => to is PaymentState.Asked or PaymentState.Voided or PaymentState.Expired,
        PaymentState.Asked => to is PaymentState.Approved or PaymentState.Declined or PaymentState.Reversing,
        PaymentState.Approved => to is PaymentState.Batched or PaymentState.Reversing,
        PaymentState.Reversing => to is PaymentState.Reversed,
        PaymentState.Batched => to is PaymentState.Settled,
        PaymentState.Declined or PaymentState.Expired or PaymentState.Voided or PaymentState.Reversed
            or PaymentState.Abandoned or PaymentState.Settled => false,
        _ => throw new ArgumentOutOfRangeException(nameof(from), from, "Not a payment state."),
    };

    /// <summary>No outcome is known yet: the value is still at the merchant's risk.</summary>
    public static bool IsOpen(PaymentState state) =>
        state is PaymentState.Attempted or PaymentState.Pending or PaymentState.Asked;

    /// <summary>Nothing further is owed to the cardholder or the acquirer.</summary>
    public static bool IsFinal(PaymentState state) => state is PaymentState.Declined or PaymentState.Expired
        or PaymentState.Voided or PaymentState.Reversed or PaymentState.Abandoned or PaymentState.Settled;
}
