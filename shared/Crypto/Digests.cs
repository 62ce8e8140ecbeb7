using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace CloudPos.Crypto;

/// <summary>
/// SHA-256 with its purpose in front: "cloudpos/purpose/1" and a zero byte, then each part with its length
/// (four bytes, big-endian). A digest made for one purpose therefore never equals one made for another.
/// </summary>
public static class Digests
{
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>The digest of the parts for one purpose, a short lower-case word.</summary>
    public static byte[] Of(string purpose, params ReadOnlySpan<ReadOnlyMemory<byte>> parts)
    {
        using var hash = Begin(purpose);
        foreach (var part in parts)
            Append(hash, part.Span);
        return hash.GetHashAndReset();
    }

    private static IncrementalHash Begin(string purpose)
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes($"cloudpos/{purpose}/1\0"));
        return hash;
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(length, (uint)part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
