using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudPos.Journal;

/// <summary>
/// SHA-256 over a domain tag and an entry's bytes. Each entry carries the hash of the one before; the first
/// carries the hash of its journal's name. In JSON: 64 lower-case hexadecimal digits. The default is all zero
/// and no hash.
/// </summary>
[JsonConverter(typeof(EntryHashJsonConverter))]
public readonly struct EntryHash : IEquatable<EntryHash>
{
    public const int Length = 32;
    private const int BytesOnStack = 4096;
    private readonly UInt128 _high;
    private readonly UInt128 _low;

    private EntryHash(ReadOnlySpan<byte> bytes)
    {
        _high = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        _low = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]);
    }

    /// <summary>The hash of an entry's bytes, header and body.</summary>
    public static EntryHash Of(ReadOnlySpan<byte> entry) => Hash("cloudpos/entry/1\0"u8, entry);

    /// <summary>What the first entry of a journal carries as the hash before it.</summary>
    public static EntryHash Genesis(JournalId journal) =>
        Hash("cloudpos/journal/1\0"u8, Encoding.ASCII.GetBytes(journal.ToString()));

    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static EntryHash From(ReadOnlySpan<byte> bytes) => bytes.Length == Length
        ? new EntryHash(bytes)
        : throw new ArgumentException("A hash has 32 bytes.", nameof(bytes));

    public static bool TryParse(string? hex, out EntryHash hash)
    {
        hash = default;
        Span<byte> bytes = stackalloc byte[Length];
        if (hex is not { Length: 2 * Length } || Convert.FromHexString(hex, bytes, out _, out _) != default)
            return false;
        hash = new EntryHash(bytes);
        return true;
    }

    public void CopyTo(Span<byte> destination)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, _high);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination[16..], _low);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        CopyTo(bytes);
        return bytes;
    }

    public bool Equals(EntryHash other) => _high == other._high && _low == other._low;

    public override bool Equals(object? obj) => obj is EntryHash other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_high, _low);

    public static bool operator ==(EntryHash a, EntryHash b) => a.Equals(b);

    public static bool operator !=(EntryHash a, EntryHash b) => !a.Equals(b);

    public override string ToString() => Convert.ToHexStringLower(ToBytes());

    private static EntryHash Hash(ReadOnlySpan<byte> domain, ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Length];
        if (domain.Length + content.Length <= BytesOnStack)
        {
            // Most entries: one call, and nothing to make and collect.
            Span<byte> both = stackalloc byte[domain.Length + content.Length];
            domain.CopyTo(both);
            content.CopyTo(both[domain.Length..]);
            SHA256.HashData(both, hash);
            return new EntryHash(hash);
        }
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(domain);
        sha.AppendData(content);
        sha.GetHashAndReset(hash);
        return new EntryHash(hash);
    }
}

/// <summary>Public, since generated JSON code of either side makes it.</summary>
public sealed class EntryHashJsonConverter : JsonConverter<EntryHash>
{
    public override EntryHash Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        EntryHash.TryParse(reader.GetString(), out var hash)
            ? hash
            : throw new JsonException("A hash is 64 hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, EntryHash value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
