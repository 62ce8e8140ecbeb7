using System.Security.Cryptography;

namespace CloudPos.Crypto;

/// <summary>What decrypting a record came to, in order of precedence.</summary>
public enum AtRestResult
{
    None = 0,
    Opened = 1,
    UnknownVersion = 2,

    /// <summary>
    /// Encrypted under a key that is not here: another terminal's folder, or a key removed too early.
    /// </summary>
    UnknownKey = 3,

    /// <summary>Cut, altered, or of another place than the one given.</summary>
    Damaged = 4,
}

/// <summary>
/// Encrypts single records for the disk with AES-256-GCM: version (1) | key id (8) | nonce (12) | ciphertext
/// | tag (16). The nonce is random, since a counted one would repeat after a restored backup; with 96 random
/// bits a key is good for 2^32 records (NIST SP 800-38D, 8.3), far more than a terminal writes. The
/// associated data names the record's place (table, terminal, epoch, number, column: see <see
/// cref="LengthPrefixed"/>), so that records cannot be exchanged. Safe for use by several threads. Disposing
/// it zeroes the keys.
/// </summary>
public sealed class AtRestCipher : IDisposable
{
    public const int KeySize = 32;

    /// <summary>Bytes that encryption adds.</summary>
    public const int Overhead = HeaderSize + TagSize;

    private const byte Version = 1;
    private const int KeyIdSize = 8;
    private const int NonceAt = 1 + KeyIdSize;
    private const int NonceSize = 12;
    private const int HeaderSize = NonceAt + NonceSize;
    private const int TagSize = 16;

    private readonly (byte[] Id, byte[] Key)[] _keys;

    /// <summary>The current key's cipher, where nobody uses it: making one costs as much as a
    /// record.</summary>
    private AesGcm? _idle;
    private bool _disposed;

    /// <summary>
    /// Encrypts under the current key; decrypts under it and the older ones. The keys are copied.
    /// </summary>
    /// <exception cref="ArgumentException">A key has not 32 bytes.</exception>
    public AtRestCipher(byte[] currentKey, params ReadOnlySpan<byte[]> olderKeys)
    {
        _keys = new (byte[], byte[])[1 + olderKeys.Length];
        for (var i = 0; i < _keys.Length; i++)
        {
            var key = i == 0 ? currentKey : olderKeys[i - 1];
            if (key.Length != KeySize)
                throw new ArgumentException($"A key has {KeySize} bytes.");
            _keys[i] = (Digests.Of("at-rest-key", key)[..KeyIdSize], [.. key]);
        }
    }

    /// <summary>Sixteen lower-case hexadecimal digits that name the current key.</summary>
    public string KeyId => Convert.ToHexStringLower(_keys[0].Id);

    public byte[] Encrypt(ReadOnlySpan<byte> plaintext, ReadOnlySpan<byte> associatedData)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var record = new byte[Overhead + plaintext.Length];
        record[0] = Version;
        _keys[0].Id.CopyTo(record, 1);
        var nonce = record.AsSpan(NonceAt, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        var cipher = Take(_keys[0].Key);
        try
        {
            cipher.Encrypt(
                nonce,
                plaintext,
                record.AsSpan(HeaderSize, plaintext.Length),
                record.AsSpan(^TagSize..),
                associatedData);
        }
        finally
        {
            GiveBack(cipher, _keys[0].Key);
        }
        return record;
    }

    /// <summary>Decrypts a record of any bytes; the plaintext is empty unless the result is Opened.</summary>
    public AtRestResult TryDecrypt(
        ReadOnlySpan<byte> record, ReadOnlySpan<byte> associatedData, out byte[] plaintext)
    {
        plaintext = [];
        if (record.Length < Overhead)
            return AtRestResult.Damaged;
        var opened = new byte[record.Length - Overhead];
        var result = TryDecrypt(record, associatedData, opened);
        if (result == AtRestResult.Opened)
            plaintext = opened;
        return result;
    }

    /// <summary>The same into memory of the caller's, as long as the record without <see
    /// cref="Overhead"/>.</summary>
    public AtRestResult TryDecrypt(
        ReadOnlySpan<byte> record, ReadOnlySpan<byte> associatedData, Span<byte> plaintext)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (record.Length < Overhead)
            return AtRestResult.Damaged;
        if (record[0] != Version)
            return AtRestResult.UnknownVersion;
        if (Find(record.Slice(1, KeyIdSize)) is not { } key)
            return AtRestResult.UnknownKey;
        var cipher = Take(key);
        try
        {
            cipher.Decrypt(
                record.Slice(NonceAt, NonceSize), record[HeaderSize..^TagSize], record[^TagSize..],
                plaintext, associatedData);
            return AtRestResult.Opened;
        }
        catch (AuthenticationTagMismatchException)
        {
            return AtRestResult.Damaged;
        }
        finally
        {
            GiveBack(cipher, key);
        }
    }

    public void Dispose()
    {
        _disposed = true;
        Interlocked.Exchange(ref _idle, null)?.Dispose();
        foreach (var (_, key) in _keys)
            CryptographicOperations.ZeroMemory(key);
    }

    private AesGcm Take(byte[] key) =>
        (key == _keys[0].Key ? Interlocked.Exchange(ref _idle, null) : null) ?? new AesGcm(key, TagSize);

    private void GiveBack(AesGcm cipher, byte[] key)
    {
        var kept = key == _keys[0].Key && !_disposed
            && Interlocked.CompareExchange(ref _idle, cipher, null) is null;
        if (!kept)
            cipher.Dispose();
    }

    private byte[]? Find(ReadOnlySpan<byte> id)
    {
        foreach (var (known, key) in _keys)
            if (id.SequenceEqual(known))
                return key;
        return null;
    }
}
