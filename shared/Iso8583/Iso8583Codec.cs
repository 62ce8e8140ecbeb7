namespace CloudPos.Iso8583;

/// <summary>
/// Turns messages into bytes and back, as a layout says. Bad input is answered with the fault, its field and
/// its place; nothing throws and no answer carries a value. Fixed fields are filled on writing: numbers with
/// zeros on the left, texts with spaces on the right. Reading keeps what is there.
/// </summary>
public static class Iso8583Codec
{
    /// <summary>Bytes of the longest message, without the length header.</summary>
    public const int MessageLengthMax = 8 * 1024;

    public static Iso8583Encoded Encode(Iso8583Message message, Iso8583Layout layout)
    {
        var writer = new Iso8583Writer(layout);
        try
        {
            var bitmap = new byte[message.Fields.LastOrDefault() > 64 ? 16 : 8];
            if (bitmap.Length == 16)
                bitmap[0] = 0x80;
            foreach (var field in message.Fields)
                bitmap[(field - 1) / 8] |= (byte)(0x80 >> ((field - 1) % 8));

            writer.Mti(message.Mti);
            writer.Bitmap(bitmap);
            foreach (var number in message.Fields)
            {
                if (layout[number] is not { } field)
                    return new(null, Iso8583Fault.FieldUnknown, number);
                if (message.IsBinary(number) != (field.Kind == FieldKind.B))
                    return new(null, Iso8583Fault.KindMismatch, number);
                if (writer.Field(field, message.RevealBytes(number)) is not Iso8583Fault.None and var fault)
                    return new(null, fault, number);
            }
            return new(writer.ToArray(), Iso8583Fault.None, 0);
        }
        finally
        {
            writer.Clear();
        }
    }

    public static Iso8583Decoded TryDecode(ReadOnlySpan<byte> bytes, Iso8583Layout layout)
    {
        if (bytes.Length > MessageLengthMax)
            return new(null, Iso8583Fault.MessageTooLong, 0, MessageLengthMax);
        var reader = new Iso8583Reader(bytes, layout);
        if (reader.Mti(out var mti) is not Iso8583Fault.None and var mtiFault)
            return new(null, mtiFault, 0, reader.FaultAt);
        Span<byte> bitmap = stackalloc byte[16];
        if (reader.Bitmap(bitmap) is not Iso8583Fault.None and var bitmapFault)
            return new(null, bitmapFault, 1, reader.FaultAt);

        var message = new Iso8583Message(mti);
        for (var number = 2; number <= Iso8583Layout.FieldMax; number++)
        {
            if ((bitmap[(number - 1) / 8] & (0x80 >> ((number - 1) % 8))) == 0)
                continue;
            var fault = layout[number] is { } field ? reader.Field(field, message) : reader.Unknown();
            if (fault == Iso8583Fault.None)
                continue;
            message.Dispose();
            return new(null, fault, number, reader.FaultAt);
        }
        if (reader.At == bytes.Length)
            return new(message, Iso8583Fault.None, 0, 0);
        message.Dispose();
        return new(null, Iso8583Fault.Trailing, 0, reader.At);
    }

    /// <summary>A character that the kind allows at that place. XN: the letter first, then digits.</summary>
    internal static bool Allows(FieldKind kind, int place, byte c) => kind switch
    {
        FieldKind.N => char.IsAsciiDigit((char)c),
        FieldKind.An => char.IsAsciiLetterOrDigit((char)c) || c == ' ',
        FieldKind.Ans => c is >= 0x20 and <= 0x7E,
        FieldKind.Z => char.IsAsciiDigit((char)c) || c is (byte)'=' or (byte)'D',
        FieldKind.XN => place == 0 ? c is (byte)'C' or (byte)'D' : char.IsAsciiDigit((char)c),
        FieldKind.B => true,
        _ => false,
    };

    /// <summary>
    /// Bytes that a value of that many digits, characters or (kind B) bytes takes on the line.
    /// </summary>
    internal static int SizeOnLine(Iso8583Field field, int length) => (field.Kind, field.Encoding) switch
    {
        (FieldKind.B, FieldEncoding.Ascii) => length * 2,
        (FieldKind.XN, FieldEncoding.Bcd) => 1 + length / 2,
        (_, FieldEncoding.Bcd) => (length + 1) / 2,
        _ => length,
    };
}
