using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudPos;

/// <summary>
/// An identifier of 128 random bits, made once, at the terminal, and reused by every retry.
/// Written as 32 lower-case hexadecimal digits. Equality is by value; the default is <see cref="None"/>.
/// </summary>
[JsonConverter(typeof(IdJsonConverter))]
public readonly record struct Id(UInt128 Value) : IComparable<Id>
{
    public const int TextLength = 32;

    public static Id None => default;

    /// <summary>Draws a new identifier from the operating system's generator.</summary>
    public static Id New()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return new Id(BinaryPrimitives.ReadUInt128BigEndian(bytes));
    }

    public static bool TryParse(ReadOnlySpan<char> text, out Id id)
    {
        id = default;
        if (text.Length != TextLength)
            return false;
        foreach (var c in text)
            if (c is not (>= '0' and <= '9' or >= 'a' and <= 'f'))
                return false;
        Span<byte> bytes = stackalloc byte[16];
        Convert.FromHexString(text, bytes, out _, out _);
        id = new Id(BinaryPrimitives.ReadUInt128BigEndian(bytes));
        return true;
    }

    /// <exception cref="FormatException">The text is not 32 lower-case hexadecimal digits.</exception>
    public static Id Parse(ReadOnlySpan<char> text) => TryParse(text, out var id)
        ? id
        : throw new FormatException("An id is 32 lower-case hexadecimal digits.");

    /// <summary>The sixteen bytes, most significant first.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return bytes;
    }

    public int CompareTo(Id other) => Value.CompareTo(other.Value);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Value);
        return Convert.ToHexStringLower(bytes);
    }
}

/// <summary>Public, since generated JSON code of either side makes it.</summary>
public sealed class IdJsonConverter : JsonConverter<Id>
{
    public override Id Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Id.TryParse(reader.GetString(), out var id)
            ? id
            : throw new JsonException("An id is 32 lower-case hexadecimal digits.");

    public override void Write(Utf8JsonWriter writer, Id value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}
