namespace CloudPos.Functions.Payments;

/// <summary>Why the back office made a payment of its own. Numbers are stored and never reused.</summary>
internal enum OriginKind
{
    /// <summary>A declined deferred payment is asked for once more, with number and expiry alone.</summary>
    Retry = 1,

    /// <summary>A payment of its own that gives money back to the card of another one.</summary>
    Refund = 2,

    /// <summary>The customer pays a declined deferred payment by link, with a card of their choice.</summary>
    Link = 3,
}

/// <summary>The payment for whose money another one asks, or whose money it gives back.</summary>
/// <param name="Number">1 for the first try; 0 for a refund, which has an id of its own.</param>
internal sealed record PaymentOrigin(OriginKind Kind, Id Payment, int Number)
{
    /// <summary>
    /// The acquirer that was asked for the other payment, which is asked for this one too; null where that is
    /// not known.
    /// </summary>
    public string? Acquirer { get; init; }

    /// <summary>
    /// The other terminal that gave back of this one's sale, and is told what became of it; null where the
    /// terminal of the payment itself did.
    /// </summary>
    public string? GivenAt { get; init; }
}
