namespace CloudPos.Functions.Payments;

/// <summary>Why the back office made a payment of its own. Numbers are stored and never reused.</summary>
internal enum OriginKind
{
    /// <summary>A declined deferred payment is asked for once more, with number and expiry alone.</summary>
    Retry = 1,
}

/// <summary>The payment for whose money another one asks.</summary>
/// <param name="Number">1 for the first of them.</param>
internal sealed record PaymentOrigin(OriginKind Kind, Id Payment, int Number);
