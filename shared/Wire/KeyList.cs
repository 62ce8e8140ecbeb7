namespace CloudPos.Wire;

/// <summary>
/// The back office's public keys. Travels as a JWS (typ "cloudpos-keys") signed by the root key that the
/// terminal learnt at enrolment. The version never goes back.
/// </summary>
public sealed record KeyList(
    long Version,
    IReadOnlyList<PublishedKey> SealingKeys,
    IReadOnlyList<PublishedKey> AcknowledgementKeys)
{
    public const string Typ = "cloudpos-keys";
}

/// <param name="KeyId">Sealing: the first 8 bytes of SHA-256 of the key, hexadecimal. Signing: RFC 7638
/// thumbprint.</param>
/// <param name="PublicKey">Base64: 32 bytes of X25519 for sealing, SubjectPublicKeyInfo for signing.</param>
public sealed record PublishedKey(
    string KeyId, string PublicKey, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    public bool IsValidAt(DateTimeOffset time) => NotBefore <= time && time < NotAfter;
}
