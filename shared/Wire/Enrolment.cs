using CloudPos.Journal;

namespace CloudPos.Wire;

/// <summary>
/// A terminal asks to join with a one-time code and the public half of the key it has just made.
/// </summary>
/// <param name="PublicKey">P-256 SubjectPublicKeyInfo, base64.</param>
/// <param name="Previous">Where the terminal's journal of the enrolment before ended; null when it has
/// none, as after the loss of its disk.</param>
public sealed record EnrolRequest(
    string Code, string PublicKey, string Software, EpochEnd? Previous = null);

/// <summary>Number and hash of the last entry of an epoch.</summary>
public sealed record EpochEnd(int Epoch, long Number, EntryHash Hash);

/// <summary>What a terminal is, and whom it may believe.</summary>
/// <param name="RootKey">P-256 SubjectPublicKeyInfo, base64; signs every key list.</param>
/// <param name="Keys">The key list, a JWS.</param>
/// <param name="Acknowledgement">The empty journal's acknowledgement, a JWS: it carries the signed server
/// time.</param>
public sealed record EnrolAnswer(
    string Terminal,
    int Epoch,
    string Merchant,
    string Store,
    string MerchantName,
    IReadOnlyList<string> StoreAddress,
    string Currency,
    string RootKey,
    string Keys,
    string Acknowledgement)
{
    /// <summary>The seller's own tax number; null where none was entered.</summary>
    public string? TaxNumber { get; init; }

    /// <summary>How the store writes and speaks; null for the default.</summary>
    public string? Locale { get; init; }
}
