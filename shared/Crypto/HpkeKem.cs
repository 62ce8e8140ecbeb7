using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;

namespace CloudPos.Crypto;

/// <summary>
/// DHKEM(X25519, HKDF-SHA256), RFC 9180, 4.1. X25519 comes from BouncyCastle, since the runtime has none.
/// Keys are the 32 bytes of RFC 7748; every 32 bytes are a private key (it is clamped when used).
/// </summary>
internal static class HpkeKem
{
    public const int KeySize = 32;

    private static ReadOnlySpan<byte> SuiteId => [(byte)'K', (byte)'E', (byte)'M', 0x00, 0x20];

    public static void PublicKey(ReadOnlySpan<byte> privateKey, Span<byte> publicKey) =>
        X25519.GeneratePublicKey(privateKey, publicKey);

    /// <summary>
    /// False when the agreement is all zero, which happens with public keys of small order only. RFC 9180,
    /// 7.1.4 demands the check: without it the "secret" would be known to everybody.
    /// </summary>
    public static bool TryAgree(
        ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> publicKey, Span<byte> secret) =>
        X25519.CalculateAgreement(privateKey, publicKey, secret);

    /// <summary>
    /// Encap with the given ephemeral key; false when the recipient's key is of small order.
    /// </summary>
    public static bool TryEncapsulate(
        ReadOnlySpan<byte> ephemeralPrivateKey,
        ReadOnlySpan<byte> recipientPublicKey,
        Span<byte> encapsulatedKey,
        Span<byte> sharedSecret)
    {
        PublicKey(ephemeralPrivateKey, encapsulatedKey);
        return TryDerive(
            ephemeralPrivateKey, recipientPublicKey, encapsulatedKey, recipientPublicKey, sharedSecret);
    }

    /// <summary>Decap; false when the encapsulated key is of small order.</summary>
    public static bool TryDecapsulate(
        ReadOnlySpan<byte> encapsulatedKey,
        ReadOnlySpan<byte> recipientPrivateKey,
        ReadOnlySpan<byte> recipientPublicKey,
        Span<byte> sharedSecret) =>
        TryDerive(recipientPrivateKey, encapsulatedKey, encapsulatedKey, recipientPublicKey, sharedSecret);

    private static bool TryDerive(
        ReadOnlySpan<byte> privateKey,
        ReadOnlySpan<byte> publicKey,
        ReadOnlySpan<byte> encapsulatedKey,
        ReadOnlySpan<byte> recipientPublicKey,
        Span<byte> sharedSecret)
    {
        Span<byte> agreement = stackalloc byte[KeySize];
        Span<byte> pseudorandomKey = stackalloc byte[HpkeKdf.HashSize];
        Span<byte> context = stackalloc byte[2 * KeySize];
        try
        {
            if (!TryAgree(privateKey, publicKey, agreement))
                return false;
            encapsulatedKey.CopyTo(context);
            recipientPublicKey.CopyTo(context[KeySize..]);
            HpkeKdf.Extract(SuiteId, [], "eae_prk"u8, agreement, pseudorandomKey);
            HpkeKdf.Expand(SuiteId, pseudorandomKey, "shared_secret"u8, context, sharedSecret);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(agreement);
            CryptographicOperations.ZeroMemory(pseudorandomKey);
        }
    }
}
