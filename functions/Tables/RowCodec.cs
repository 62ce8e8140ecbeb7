using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace CloudPos.Functions.Tables;

/// <summary>
/// The properties of a row as the SQLite engine stores them: version, commit id, count, then per property the
/// kind, the name and the value; lengths in seven-bit groups (LEB128), numbers little-endian, text as UTF-8.
/// Every kind comes back exactly as it went in, the order included.
/// </summary>
internal static class RowCodec
{
    private const byte Version = 1;
    private const int NamesKept = 1024;
    private const int KeptBytesMax = 64 * 1024;
    private static readonly string?[] names = new string?[NamesKept];
    private static readonly UTF8Encoding utf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Of this thread, so that a row is not copied each time it outgrows its buffer.</summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? kept;

    public static byte[] Encode(Row row, string commitId)
    {
        var buffer = kept ??= new ArrayBufferWriter<byte>(4096);
        buffer.ResetWrittenCount();
        WriteByte(buffer, Version);
        WriteText(buffer, commitId);
        WriteLength(buffer, row.Count);
        foreach (var (name, value) in row.Values)
        {
            WriteByte(buffer, (byte)value.Kind);
            WriteText(buffer, name);
            WriteValue(buffer, value);
        }

        if (buffer.Capacity > KeptBytesMax) kept = null;
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// Throws <see cref="InvalidDataException"/> when the bytes are not what this codec wrote.
    /// </summary>
    public static Row Decode(string partition, string key, string etag, ReadOnlySpan<byte> data)
    {
        try
        {
            var reader = new Reader(data);
            if (reader.Byte() != Version) throw new InvalidDataException("unknown version");
            string commitId = reader.Text();
            int count = reader.Length();
            var row = new Row(partition, key, Math.Min(count, TableLimits.PropertyCountMax))
            {
                ETag = etag,
                CommitId = commitId,
            };
            for (int left = count; left > 0; left--)
            {
                var kind = (ValueKind)reader.Byte();
                row[reader.Name()] = reader.Value(kind);
            }

            return reader.AtEnd ? row : throw new InvalidDataException("bytes after the end");
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"The stored row ({partition}, {key}) is damaged: {e.Message}", e);
        }
    }

    private static void WriteValue(ArrayBufferWriter<byte> buffer, Value value)
    {
        switch (value.Kind)
        {
            case ValueKind.Text: WriteText(buffer, value.AsText); break;
            case ValueKind.Bytes:
                WriteLength(buffer, value.AsBytes.Length);
                buffer.Write(value.AsBytes);
                break;
            case ValueKind.Flag: WriteByte(buffer, value.AsFlag ? (byte)1 : (byte)0); break;
            case ValueKind.Int: WriteLong(buffer, value.AsInt); break;
            case ValueKind.Long: WriteLong(buffer, value.AsLong); break;
            case ValueKind.Real: WriteLong(buffer, BitConverter.DoubleToInt64Bits(value.AsReal)); break;
            case ValueKind.Time: WriteLong(buffer, value.AsTime.UtcTicks); break;
            default: throw new ArgumentException($"A property of kind {value.Kind} cannot be stored.");
        }
    }

    private static void WriteByte(ArrayBufferWriter<byte> buffer, byte value)
    {
        buffer.GetSpan(1)[0] = value;
        buffer.Advance(1);
    }

    private static void WriteLong(ArrayBufferWriter<byte> buffer, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(8), value);
        buffer.Advance(8);
    }

    private static void WriteLength(ArrayBufferWriter<byte> buffer, int length)
    {
        while (length >= 0x80)
        {
            WriteByte(buffer, (byte)(0x80 | (length & 0x7F)));
            length >>= 7;
        }

        WriteByte(buffer, (byte)length);
    }

    private static void WriteText(ArrayBufferWriter<byte> buffer, string text)
    {
        int bytes = utf8.GetByteCount(text);
        WriteLength(buffer, bytes);
        utf8.GetBytes(text, buffer.GetSpan(bytes));
        buffer.Advance(bytes);
    }

    private ref struct Reader(ReadOnlySpan<byte> data)
    {
        private ReadOnlySpan<byte> rest = data;

        public readonly bool AtEnd => rest.IsEmpty;

        public byte Byte() => Take(1)[0];

        public int Length()
        {
            int length = 0;
            for (int shift = 0; shift < 28; shift += 7)
            {
                byte group = Byte();
                length |= (group & 0x7F) << shift;
                if (group < 0x80) return length;
            }

            throw new InvalidDataException("a length has no end");
        }

        public string Text() => utf8.GetString(Take(Length()));

        /// <summary>
        /// The names of properties are few and come again in each row, so one string serves them all. Two
        /// that meet in a place take turns; any thread may write there, since what it writes is whole.
        /// </summary>
        public string Name()
        {
            var bytes = Take(Length());
            uint place = (uint)bytes.Length;
            foreach (byte one in bytes) place = unchecked((place * 31) + one);
            ref string? kept = ref names[place % NamesKept];
            string? known = kept;
            return known is not null && Ascii.Equals(bytes, known) ? known : kept = utf8.GetString(bytes);
        }

        public Value Value(ValueKind kind) => kind switch
        {
            ValueKind.Text => Text(),
            ValueKind.Bytes => Take(Length()).ToArray(),
            ValueKind.Flag => Byte() != 0,
            ValueKind.Int => checked((int)Long()),
            ValueKind.Long => Long(),
            ValueKind.Real => BitConverter.Int64BitsToDouble(Long()),
            ValueKind.Time => new DateTimeOffset(Long(), TimeSpan.Zero),
            _ => throw new InvalidDataException($"unknown kind {(byte)kind}"),
        };

        private long Long() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

        private ReadOnlySpan<byte> Take(int count)
        {
            if (count > rest.Length) throw new InvalidDataException("it ends too early");
            var taken = rest[..count];
            rest = rest[count..];
            return taken;
        }
    }
}
