using System.Security.Cryptography;

namespace CloudPos.Crypto;

/// <summary>
/// What opening an envelope came to, in order of precedence. Numbers are stored and never reused.
/// </summary>
public enum SealedCardResult
{
    None = 0,
    Opened = 1,

    /// <summary>Another version or suite than is known here; a newer program may open it.</summary>
    UnknownVersion = 2,

    /// <summary>Sealed to a key that is not here, or no longer.</summary>
    UnknownKey = 3,

    /// <summary>Cut, altered, or sealed under another context. It will never open.</summary>
    Damaged = 4,
}

/// <summary>
/// Card data sealed to the back office. The envelope, in bytes: version (1) | suite (6: KEM 0020, KDF 0001,
/// AEAD 0002) | key id (8) | encapsulated key (32) | ciphertext. The plaintext is padded (ISO/IEC 7816-4: 80,
/// then zeros) to a multiple of 256 bytes, so that the length does not tell a swipe from a chip or one
/// issuer's data from another's. Version, suite and key id need no tag of their own: the suite and the key
/// enter the derivation of the keys.
/// </summary>
public static class SealedCard
{
    public const int PaddedTo = 256;

    /// <summary>Longest plaintext in bytes; padding adds one byte at least.</summary>
    public const int PlaintextLengthMax = 16 * PaddedTo - 1;

    public const int EnvelopeLengthMax = HeaderSize + 16 * PaddedTo + Hpke.TagSize;

    private const int SuiteAt = 1;
    private const int KeyIdAt = SuiteAt + 6;
    internal const int KeyAt = KeyIdAt + SealingPublicKey.KeyIdSize;
    internal const int HeaderSize = KeyAt + Hpke.KeySize;
    internal const HpkeAead Aead = HpkeAead.Aes256Gcm;

    private static ReadOnlySpan<byte> VersionAndSuite => [0x01, 0x00, 0x20, 0x00, 0x01, 0x00, 0x02];

    /// <summary>Seals the plaintext under a new ephemeral key. The caller zeroes its plaintext.</summary>
    /// <exception cref="ArgumentException">Longer than <see cref="PlaintextLengthMax"/>.</exception>
    public static byte[] Seal(SealingPublicKey key, SealContext context, ReadOnlySpan<byte> plaintext)
    {
        using var prepared = new PreparedSeal(key, context);
        return prepared.Seal(context, plaintext);
    }

    /// <summary>What stands before the encapsulated key, for which room is left.</summary>
    internal static void WriteHeader(SealingPublicKey key, Span<byte> header)
    {
        VersionAndSuite.CopyTo(header);
        Convert.FromHexString(key.KeyId).CopyTo(header[KeyIdAt..]);
    }

    /// <summary>The caller zeroes the result.</summary>
    internal static byte[] Pad(ReadOnlySpan<byte> plaintext)
    {
        if (plaintext.Length > PlaintextLengthMax)
            throw new ArgumentException($"More than {PlaintextLengthMax} bytes to seal.", nameof(plaintext));
        var padded = new byte[(plaintext.Length / PaddedTo + 1) * PaddedTo];
        plaintext.CopyTo(padded);
        padded[plaintext.Length] = 0x80;
        return padded;
    }

    /// <summary>The id of the key that it is sealed to; false when this version cannot tell.</summary>
    public static bool TryReadKeyId(ReadOnlySpan<byte> envelope, out string keyId)
    {
        keyId = "";
        if (envelope.Length < HeaderSize || !envelope.StartsWith(VersionAndSuite))
            return false;
        keyId = Convert.ToHexStringLower(envelope[KeyIdAt..KeyAt]);
        return true;
    }

    /// <summary>Opens an envelope, of any bytes. The caller zeroes the plaintext when done.</summary>
    /// <param name="keys">Finds the pair of a key id, or null when it is not here. It stays the
    /// caller's.</param>
    public static SealedCardResult TryOpen(
        ReadOnlySpan<byte> envelope,
        Func<string, SealingKeyPair?> keys,
        SealContext context,
        out byte[] plaintext)
    {
        plaintext = [];
        if (!envelope.StartsWith(VersionAndSuite))
            return envelope.Length < VersionAndSuite.Length
                ? SealedCardResult.Damaged
                : SealedCardResult.UnknownVersion;
        if (envelope.Length > EnvelopeLengthMax || !TryReadKeyId(envelope, out var keyId))
            return SealedCardResult.Damaged;
        var pair = keys(keyId);
        if (pair is null)
            return SealedCardResult.UnknownKey;
        if (!Hpke.TrySetupReceiver(
            Aead, envelope[KeyAt..HeaderSize], pair.PrivateKey, pair.PublicKey.Span, context.Info(),
            out var receiver))
            return SealedCardResult.Damaged;
        using (receiver)
        {
            if (!receiver.TryOpen(context.AssociatedData(), envelope[HeaderSize..], out var padded))
                return SealedCardResult.Damaged;
            try
            {
                return TryUnpad(padded, out plaintext) ? SealedCardResult.Opened : SealedCardResult.Damaged;
            }
            finally
            {
                CryptographicOperations.ZeroMemory(padded);
            }
        }
    }

    private static bool TryUnpad(ReadOnlySpan<byte> padded, out byte[] plaintext)
    {
        plaintext = [];
        var mark = padded.LastIndexOfAnyExcept((byte)0x00);
        if (mark < 0 || padded[mark] != 0x80 || padded.Length % PaddedTo != 0)
            return false;
        plaintext = padded[..mark].ToArray();
        return true;
    }
}
