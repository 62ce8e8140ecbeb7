using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CloudPos.Crypto;

/// <summary>What the key schedule derives. Zeroed when its context is disposed.</summary>
internal sealed class HpkeSecrets(HpkeAead aead)
{
    public const int NonceSize = 12;

    public HpkeAead Aead => aead;

    public byte[] Key { get; } = new byte[KeySize(aead)];

    public byte[] BaseNonce { get; } = new byte[NonceSize];

    public byte[] ExporterSecret { get; } = new byte[HpkeKdf.HashSize];

    /// <summary>"HPKE", then the numbers of KEM, KDF (HKDF-SHA256 is 1) and AEAD.</summary>
    public static byte[] SuiteId(HpkeAead aead) =>
        [.. "HPKE"u8, 0x00, 0x20, 0x00, 0x01, (byte)((int)aead >> 8), (byte)aead];

    public void Clear()
    {
        CryptographicOperations.ZeroMemory(Key);
        CryptographicOperations.ZeroMemory(BaseNonce);
        CryptographicOperations.ZeroMemory(ExporterSecret);
    }

    private static int KeySize(HpkeAead aead) => aead switch
    {
        HpkeAead.Aes128Gcm => 16,
        HpkeAead.Aes256Gcm or HpkeAead.ChaCha20Poly1305 => 32,
        _ => throw new ArgumentOutOfRangeException(nameof(aead), aead, "Not an AEAD of this suite."),
    };
}

/// <summary>
/// One end of an HPKE exchange. A message's nonce is the base nonce xor its sequence number, so both ends
/// count alike. Not safe for use by several threads at once. Disposing it zeroes its keys.
/// </summary>
public abstract class HpkeContext : IDisposable
{
    private readonly HpkeSecrets _secrets;
    private ulong _sequence;
    private bool _disposed;

    private protected HpkeContext(HpkeSecrets secrets) => _secrets = secrets;

    /// <summary>
    /// The Export of RFC 9180, 5.3: a secret for another use, bound to this exchange and the context.
    /// </summary>
    /// <param name="length">In bytes, 1 to 255 * 32.</param>
    public byte[] Export(ReadOnlySpan<byte> exporterContext, int length)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(exporterContext.Length, Hpke.InfoLengthMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 255 * HpkeKdf.HashSize);
        var secret = new byte[length];
        HpkeKdf.Expand(
            HpkeSecrets.SuiteId(_secrets.Aead), _secrets.ExporterSecret, "sec"u8, exporterContext, secret);
        return secret;
    }

    public void Dispose()
    {
        _disposed = true;
        _secrets.Clear();
    }

    private protected void Encrypt(
        ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData, Span<byte> ciphertext)
    {
        Span<byte> nonce = stackalloc byte[HpkeSecrets.NonceSize];
        NextNonce(nonce);
        var body = ciphertext[..plaintext.Length];
        var tag = ciphertext[plaintext.Length..];
        if (_secrets.Aead == HpkeAead.ChaCha20Poly1305)
        {
            using var cipher = new ChaCha20Poly1305(_secrets.Key);
            cipher.Encrypt(nonce, plaintext, body, tag, associatedData);
        }
        else
        {
            using var cipher = new AesGcm(_secrets.Key, Hpke.TagSize);
            cipher.Encrypt(nonce, plaintext, body, tag, associatedData);
        }
        _sequence++;
    }

    /// <summary>The sequence number goes on only when the message was genuine (RFC 9180, 5.2).</summary>
    private protected bool TryDecrypt(
        ReadOnlySpan<byte> ciphertext, ReadOnlySpan<byte> associatedData, Span<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[HpkeSecrets.NonceSize];
        NextNonce(nonce);
        var body = ciphertext[..plaintext.Length];
        var tag = ciphertext[plaintext.Length..];
        try
        {
            if (_secrets.Aead == HpkeAead.ChaCha20Poly1305)
            {
                using var cipher = new ChaCha20Poly1305(_secrets.Key);
                cipher.Decrypt(nonce, body, tag, plaintext, associatedData);
            }
            else
            {
                using var cipher = new AesGcm(_secrets.Key, Hpke.TagSize);
                cipher.Decrypt(nonce, body, tag, plaintext, associatedData);
            }
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
        _sequence++;
        return true;
    }

    private void NextNonce(Span<byte> nonce)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_sequence == ulong.MaxValue)
            throw new InvalidOperationException("The message limit of this exchange is reached.");
        _secrets.BaseNonce.CopyTo(nonce);
        var low = nonce[4..];
        BinaryPrimitives.WriteUInt64BigEndian(low, BinaryPrimitives.ReadUInt64BigEndian(low) ^ _sequence);
    }
}

/// <summary>
/// The sealing end. Only this end seals: were both to do so, they would use the same nonces.
/// </summary>
public sealed class HpkeSender : HpkeContext
{
    internal HpkeSender(HpkeSecrets secrets)
        : base(secrets)
    {
    }

    /// <summary>Seals the next message; the result is <see cref="Hpke.TagSize"/> bytes longer.</summary>
    public byte[] Seal(ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        var ciphertext = new byte[plaintext.Length + Hpke.TagSize];
        Encrypt(plaintext, associatedData, ciphertext);
        return ciphertext;
    }
}

/// <summary>The opening end.</summary>
public sealed class HpkeReceiver : HpkeContext
{
    internal HpkeReceiver(HpkeSecrets secrets)
        : base(secrets)
    {
    }

    /// <summary>Opens the next message. False, and an empty plaintext, when it is not genuine.</summary>
    public bool TryOpen(
        ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertext, out byte[] plaintext)
    {
        plaintext = [];
        if (ciphertext.Length < Hpke.TagSize)
            return false;
        var opened = new byte[ciphertext.Length - Hpke.TagSize];
        if (!TryDecrypt(ciphertext, associatedData, opened))
            return false;
        plaintext = opened;
        return true;
    }
}
