using CloudPos.Cards;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// A request for one payment as it is stored before its first byte leaves. A repeat is made from the same
/// values and differs in its type only, so that the acquirer recognises it.
/// </summary>
/// <param name="Merchant">Field 42, 15 characters.</param>
/// <param name="Terminal">Field 41, 8 characters.</param>
/// <param name="Stan">Field 11, 1 to 999999.</param>
/// <param name="RetrievalReference">Field 37, 12 characters.</param>
/// <param name="TransmittedAt">Field 7, sent in UTC.</param>
/// <param name="SaleAt">Fields 12 and 13: the time of the sale with the store's offset.</param>
/// <param name="IsDeferred">Accepted offline: the dialect's deferred fields are sent.</param>
internal sealed record CardRequest(
    string Merchant,
    string Terminal,
    Money Amount,
    EntryMode Mode,
    int Stan,
    string RetrievalReference,
    DateTimeOffset TransmittedAt,
    DateTimeOffset SaleAt,
    bool IsDeferred)
{
    /// <summary>It gives money back: processing code 20.</summary>
    public bool IsRefund { get; init; }
}

/// <summary>
/// The reversal of a request: a message of its own that names the first one and keeps its reference.
/// </summary>
internal sealed record ReversalRequest(CardRequest Original, int Stan, DateTimeOffset TransmittedAt);
