using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace CloudPos.Crypto;

/// <summary>
/// The back office's public half: what a terminal seals to. Equality is by the key's bytes. Immutable, safe
/// for use by several threads.
/// </summary>
public sealed class SealingPublicKey : IEquatable<SealingPublicKey>
{
    /// <summary>
    /// Length of a key id in an envelope, in bytes; as text it has twice as many hexadecimal digits.
    /// </summary>
    public const int KeyIdSize = 8;

    private readonly byte[] _bytes;

    private SealingPublicKey(byte[] bytes)
    {
        _bytes = bytes;
        KeyId = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, KeyIdSize));
    }

    /// <summary>
    /// The first eight bytes of SHA-256 over the key, as sixteen lower-case hexadecimal digits.
    /// </summary>
    public string KeyId { get; }

    /// <summary>Base64 of the 32 bytes of RFC 7748, which <see cref="TryParse"/> reads.</summary>
    public string Text => Convert.ToBase64String(_bytes);

    internal ReadOnlySpan<byte> Span => _bytes;

    /// <summary>
    /// False when it has not 32 bytes, or is of small order: sealing to such a key hides nothing.
    /// </summary>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SealingPublicKey? key)
    {
        key = null;
        if (bytes.Length != Hpke.KeySize)
            return false;
        // Clamping makes every scalar a multiple of the cofactor, so any scalar tells a small order.
        Span<byte> scalar = stackalloc byte[Hpke.KeySize];
        Span<byte> agreement = stackalloc byte[Hpke.KeySize];
        if (!HpkeKem.TryAgree(scalar, bytes, agreement))
            return false;
        key = new SealingPublicKey(bytes.ToArray());
        return true;
    }

    /// <summary>The same from base64.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out SealingPublicKey? key)
    {
        key = null;
        Span<byte> bytes = stackalloc byte[Hpke.KeySize];
        return Convert.TryFromBase64String(text ?? "", bytes, out var length)
            && TryCreate(bytes[..length], out key);
    }

    /// <summary>The 32 bytes of RFC 7748.</summary>
    public byte[] ToBytes() => [.. _bytes];

    public bool Equals(SealingPublicKey? other) => other is not null && Span.SequenceEqual(other.Span);

    public override bool Equals(object? obj) => Equals(obj as SealingPublicKey);

    public override int GetHashCode() => KeyId.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => $"sealing key {KeyId}";
}

/// <summary>
/// A pair that opens what was sealed to its public half; lives in the back office only. Disposing it zeroes
/// the private half. Its text shows the key id and nothing else.
/// </summary>
public sealed class SealingKeyPair : IDisposable
{
    private readonly byte[] _privateKey;
    private bool _disposed;

    private SealingKeyPair(byte[] privateKey)
    {
        _privateKey = privateKey;
        Span<byte> publicKey = stackalloc byte[Hpke.KeySize];
        HpkeKem.PublicKey(privateKey, publicKey);
        PublicKey = SealingPublicKey.TryCreate(publicKey, out var key)
            ? key
            : throw new CryptographicException("The private key has a public half of small order.");
    }

    public SealingPublicKey PublicKey { get; }

    public string KeyId => PublicKey.KeyId;

    internal ReadOnlySpan<byte> PrivateKey
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _privateKey;
        }
    }

    public static SealingKeyPair Generate() => new(RandomNumberGenerator.GetBytes(Hpke.KeySize));

    /// <exception cref="ArgumentOutOfRangeException">It has not 32 bytes.</exception>
    public static SealingKeyPair FromPrivateKey(ReadOnlySpan<byte> privateKey)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(privateKey.Length, Hpke.KeySize);
        return new SealingKeyPair(privateKey.ToArray());
    }

    /// <summary>
    /// The private key in clear, for the vault alone: with it every card sealed to this pair can be read. The
    /// caller zeroes the array.
    /// </summary>
    public byte[] RevealPrivateKey() => PrivateKey.ToArray();

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_privateKey);
    }

    public override string ToString() => $"sealing key pair {KeyId}";
}
