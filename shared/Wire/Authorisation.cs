using CloudPos.Journal;

namespace CloudPos.Wire;

/// <summary>
/// A live authorisation: the same facts that the attempt entry holds, and the sealed card. The same payment
/// id is compared on merchant, terminal, amount, currency and sealed digest: the same gets the first answer,
/// another is refused with the field that differs.
/// </summary>
/// <param name="Sealed">The sealed card envelope, base64.</param>
/// <param name="SealedSalt">The attachment's salt, base64, so that the digest can be checked.</param>
/// <param name="At">Time of the attempt, part of what the seal binds.</param>
public sealed record AuthoriseRequest(
    Id Payment,
    Id Sale,
    Money Amount,
    DateTimeOffset At,
    CardFacts Card,
    string Sealed,
    string SealedSalt,
    string SealedDigest)
{
    /// <summary>
    /// Whether the issuer may approve a part: another tender is then asked for the rest. Without it a part is
    /// taken back, as nobody could pay the rest.
    /// </summary>
    public bool TakesPart { get; init; }
}

/// <summary>What became of a live authorisation.</summary>
public enum AuthoriseResult
{
    Approved = 1,
    Declined = 2,

    /// <summary>The acquirer was asked, or may have been, and has not answered. Neither yes nor no.</summary>
    Unknown = 3,

    /// <summary>The acquirer was not asked and will not be for this request: nothing was charged.</summary>
    NotAsked = 4,

    /// <summary>Approved for <see cref="AuthoriseAnswer.Approved"/>, less than was asked for.</summary>
    PartApproved = 5,
}

/// <summary>
/// The answer to a terminal that asks whether the way is there again; that it came says most of it.
/// </summary>
/// <param name="Acquirer">A live authorisation would be sent to the acquirer, and he has answered the last
/// one.</param>
public sealed record LineAnswer(bool Acquirer);

/// <param name="ResponseCode">ISO 8583 field 39.</param>
/// <param name="AuthorisationCode">ISO 8583 field 38.</param>
/// <param name="RetrievalReference">ISO 8583 field 37.</param>
/// <param name="Sentence">For the cashier.</param>
public sealed record AuthoriseAnswer(
    Id Payment,
    AuthoriseResult Result,
    string? ResponseCode,
    string? AuthorisationCode,
    string? RetrievalReference,
    string Sentence)
{
    /// <summary>What the card pays; only where that is a part of what was asked for.</summary>
    public Money? Approved { get; init; }
}
