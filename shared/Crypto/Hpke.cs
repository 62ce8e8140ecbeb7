using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CloudPos.Crypto;

/// <summary>Authenticated encryption of an HPKE suite, with the numbers of RFC 9180, 7.3.</summary>
public enum HpkeAead : ushort
{
    Aes128Gcm = 0x0001,
    Aes256Gcm = 0x0002,
    ChaCha20Poly1305 = 0x0003,
}

/// <summary>
/// Hybrid public key encryption (RFC 9180) in mode base: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and the AEAD
/// that is asked for. Whoever has the public key can seal; nobody but the holder of the private key can open,
/// the sealer included, since the ephemeral private key is zeroed before the setup returns.
/// </summary>
public static class Hpke
{
    /// <summary>Length in bytes of a private, a public and an encapsulated key.</summary>
    public const int KeySize = HpkeKem.KeySize;

    /// <summary>Bytes that sealing adds to a plaintext.</summary>
    public const int TagSize = 16;

    /// <summary>Longest info and exporter context, in bytes.</summary>
    public const int InfoLengthMax = 64 * 1024;

    /// <summary>SetupBaseS of RFC 9180, 5.1.1 under a new ephemeral key.</summary>
    /// <param name="encapsulatedKey">Receives the <see cref="KeySize"/> bytes that the receiver
    /// needs.</param>
    /// <exception cref="CryptographicException">The recipient's key is of small order and would hide
    /// nothing.</exception>
    public static HpkeSender SetupSender(
        HpkeAead aead,
        ReadOnlySpan<byte> recipientPublicKey,
        ReadOnlySpan<byte> info,
        Span<byte> encapsulatedKey)
    {
        Span<byte> ephemeral = stackalloc byte[KeySize];
        try
        {
            RandomNumberGenerator.Fill(ephemeral);
            return SetupSender(aead, recipientPublicKey, info, ephemeral, encapsulatedKey);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(ephemeral);
        }
    }

    /// <summary>The same with a chosen ephemeral key: only published vectors may choose it.</summary>
    internal static HpkeSender SetupSender(
        HpkeAead aead,
        ReadOnlySpan<byte> recipientPublicKey,
        ReadOnlySpan<byte> info,
        ReadOnlySpan<byte> ephemeralPrivateKey,
        Span<byte> encapsulatedKey)
    {
        Require(recipientPublicKey.Length == KeySize, "The recipient's key has not 32 bytes.");
        Require(encapsulatedKey.Length == KeySize, "The encapsulated key takes 32 bytes.");
        Span<byte> sharedSecret = stackalloc byte[HpkeKdf.HashSize];
        try
        {
            if (!HpkeKem.TryEncapsulate(
                ephemeralPrivateKey, recipientPublicKey, encapsulatedKey, sharedSecret))
                throw new CryptographicException("The recipient's public key is of small order.");
            return new HpkeSender(Schedule(aead, sharedSecret, info));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
        }
    }

    /// <summary>
    /// SetupBaseR of RFC 9180, 5.1.1. False when the encapsulated key has not 32 bytes or is of small order:
    /// it comes from outside, so it is a result and no exception.
    /// </summary>
    public static bool TrySetupReceiver(
        HpkeAead aead,
        ReadOnlySpan<byte> encapsulatedKey,
        ReadOnlySpan<byte> recipientPrivateKey,
        ReadOnlySpan<byte> info,
        [NotNullWhen(true)] out HpkeReceiver? receiver)
    {
        Require(recipientPrivateKey.Length == KeySize, "The recipient's key has not 32 bytes.");
        Span<byte> publicKey = stackalloc byte[KeySize];
        HpkeKem.PublicKey(recipientPrivateKey, publicKey);
        return TrySetupReceiver(
            aead, encapsulatedKey, recipientPrivateKey, publicKey, info, out receiver);
    }

    /// <summary>
    /// The same for whoever has the public half at hand: to make it takes as long as a third of the opening.
    /// </summary>
    internal static bool TrySetupReceiver(
        HpkeAead aead,
        ReadOnlySpan<byte> encapsulatedKey,
        ReadOnlySpan<byte> recipientPrivateKey,
        ReadOnlySpan<byte> recipientPublicKey,
        ReadOnlySpan<byte> info,
        [NotNullWhen(true)] out HpkeReceiver? receiver)
    {
        receiver = null;
        if (encapsulatedKey.Length != KeySize)
            return false;
        Span<byte> sharedSecret = stackalloc byte[HpkeKdf.HashSize];
        try
        {
            if (!HpkeKem.TryDecapsulate(
                encapsulatedKey, recipientPrivateKey, recipientPublicKey, sharedSecret))
                return false;
            receiver = new HpkeReceiver(Schedule(aead, sharedSecret, info));
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sharedSecret);
        }
    }

    /// <summary>
    /// KeySchedule of RFC 9180, 5.1 for mode base: no pre-shared key and so an empty id of one.
    /// </summary>
    internal static HpkeSecrets Schedule(
        HpkeAead aead, ReadOnlySpan<byte> sharedSecret, ReadOnlySpan<byte> info)
    {
        Require(info.Length <= InfoLengthMax, "The info is longer than 64 KiB.");
        var suite = HpkeSecrets.SuiteId(aead);
        Span<byte> context = stackalloc byte[1 + 2 * HpkeKdf.HashSize];
        context[0] = 0x00;
        HpkeKdf.Extract(suite, [], "psk_id_hash"u8, [], context.Slice(1, HpkeKdf.HashSize));
        HpkeKdf.Extract(suite, [], "info_hash"u8, info, context[(1 + HpkeKdf.HashSize)..]);
        Span<byte> secret = stackalloc byte[HpkeKdf.HashSize];
        try
        {
            HpkeKdf.Extract(suite, sharedSecret, "secret"u8, [], secret);
            var secrets = new HpkeSecrets(aead);
            HpkeKdf.Expand(suite, secret, "key"u8, context, secrets.Key);
            HpkeKdf.Expand(suite, secret, "base_nonce"u8, context, secrets.BaseNonce);
            HpkeKdf.Expand(suite, secret, "exp"u8, context, secrets.ExporterSecret);
            return secrets;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static void Require(bool holds, string message)
    {
        if (!holds)
            throw new ArgumentException(message);
    }
}
