using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace CloudPos.Crypto;

/// <summary>
/// Canonical bytes of a list of values: each as its length (four bytes, big-endian) and its content, so that
/// no two lists have the same bytes. Text is UTF-8, a number eight bytes big-endian. For associated data and
/// digests.
/// </summary>
public sealed class LengthPrefixed
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public LengthPrefixed Add(ReadOnlySpan<byte> value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_bytes.GetSpan(4), (uint)value.Length);
        _bytes.Advance(4);
        _bytes.Write(value);
        return this;
    }

    public LengthPrefixed Add(string value) => Add(Encoding.UTF8.GetBytes(value));

    public LengthPrefixed Add(long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return Add(bytes);
    }

    public LengthPrefixed Add(Id value) => Add(value.ToBytes());

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}
