using System.Security.Cryptography;
using System.Text;

namespace CloudPos.Iso8583;

/// <summary>Reads the parts of a message in order and remembers where it stands.</summary>
internal ref struct Iso8583Reader(ReadOnlySpan<byte> bytes, Iso8583Layout layout)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The next byte to read.</summary>
    public int At { get; private set; }

    /// <summary>The byte that the last fault is about.</summary>
    public int FaultAt { get; private set; }

    public Iso8583Fault Mti(out string mti)
    {
        mti = "";
        Span<byte> digits = stackalloc byte[4];
        switch (Digits(FieldKind.N, layout.Numbers, digits))
        {
            case Iso8583Fault.ValueTruncated:
                return Iso8583Fault.MtiTruncated;
            case Iso8583Fault.CharacterInvalid:
                return Iso8583Fault.MtiInvalid;
        }
        mti = Encoding.ASCII.GetString(digits);
        return Iso8583Fault.None;
    }

    /// <summary>Fills 16 bytes; the second half stays zero when bit 1 does not announce it.</summary>
    public Iso8583Fault Bitmap(scoped Span<byte> bitmap)
    {
        bitmap.Clear();
        var fault = Bytes(layout.Bitmap, bitmap[..8]);
        if (fault == Iso8583Fault.None && (bitmap[0] & 0x80) != 0)
            fault = Bytes(layout.Bitmap, bitmap[8..]);
        return fault switch
        {
            Iso8583Fault.None => Iso8583Fault.None,
            Iso8583Fault.ValueTruncated => Iso8583Fault.BitmapTruncated,
            _ => Iso8583Fault.BitmapInvalid,
        };
    }

    public Iso8583Fault Unknown() => Refuse(Iso8583Fault.FieldUnknown, At);

    public Iso8583Fault Field(Iso8583Field field, Iso8583Message message)
    {
        var length = field.Length;
        if (field.Prefix != LengthPrefix.Fixed
            && Length(field, out length) is not Iso8583Fault.None and var fault)
            return fault;
        if (Iso8583Codec.SizeOnLine(field, length) > _bytes.Length - At)
            return Refuse(Iso8583Fault.ValueTruncated, At);

        Span<byte> value = stackalloc byte[999];
        value = value[..length];
        var read = field.Kind switch
        {
            FieldKind.B => Bytes(field.Encoding, value),
            FieldKind.XN => Signed(field, value),
            _ => Digits(field.Kind, field.Encoding, value),
        };
        if (read == Iso8583Fault.None && field.Kind == FieldKind.B)
            message.SetBinary(field.Number, value);
        else if (read == Iso8583Fault.None)
            message.SetText(field.Number, value);
        CryptographicOperations.ZeroMemory(value);
        return read;
    }

    private Iso8583Fault Length(Iso8583Field field, out int length)
    {
        length = 0;
        var at = At;
        Span<byte> digits = stackalloc byte[field.Prefix == LengthPrefix.LL ? 2 : 3];
        switch (Digits(FieldKind.N, layout.Numbers, digits))
        {
            case Iso8583Fault.ValueTruncated:
                return Iso8583Fault.LengthTruncated;
            case Iso8583Fault.CharacterInvalid:
                return Iso8583Fault.LengthInvalid;
        }
        foreach (var digit in digits)
            length = length * 10 + (digit - '0');
        if (length > field.Length)
            return Refuse(Iso8583Fault.ValueTooLong, at);
        return field.Kind == FieldKind.XN && length < 2
            ? Refuse(Iso8583Fault.ValueTooShort, at)
            : Iso8583Fault.None;
    }

    private Iso8583Fault Signed(Iso8583Field field, scoped Span<byte> value)
    {
        if (!Iso8583Codec.Allows(FieldKind.XN, 0, _bytes[At]))
            return Refuse(Iso8583Fault.CharacterInvalid, At);
        value[0] = _bytes[At++];
        return Digits(FieldKind.N, field.Encoding, value[1..]);
    }

    /// <summary>Reads as many characters as the value is long.</summary>
    private Iso8583Fault Digits(FieldKind kind, FieldEncoding encoding, scoped Span<byte> value)
    {
        var isBcd = encoding == FieldEncoding.Bcd;
        var size = isBcd ? (value.Length + 1) / 2 : value.Length;
        if (size > _bytes.Length - At)
            return Refuse(Iso8583Fault.ValueTruncated, At);
        var padding = isBcd ? value.Length % 2 : 0;
        if (padding == 1 && _bytes[At] >> 4 != 0)
            return Refuse(Iso8583Fault.CharacterInvalid, At);
        for (var i = 0; i < value.Length; i++)
        {
            var place = isBcd ? At + (i + padding) / 2 : At + i;
            var isHigh = (i + padding) % 2 == 0;
            var nibble = isHigh ? _bytes[place] >> 4 : _bytes[place] & 0x0F;
            value[i] = isBcd ? FromNibble(nibble) : _bytes[place];
            if (!Iso8583Codec.Allows(kind, i, value[i]))
                return Refuse(Iso8583Fault.CharacterInvalid, place);
        }
        At += size;
        return Iso8583Fault.None;
    }

    private Iso8583Fault Bytes(FieldEncoding encoding, scoped Span<byte> value)
    {
        var isHex = encoding == FieldEncoding.Ascii;
        var size = isHex ? value.Length * 2 : value.Length;
        if (size > _bytes.Length - At)
            return Refuse(Iso8583Fault.ValueTruncated, At);
        for (var i = 0; i < value.Length; i++)
        {
            if (!isHex)
            {
                value[i] = _bytes[At + i];
                continue;
            }
            for (var half = 0; half < 2; half++)
            {
                var c = (char)_bytes[At + 2 * i + half];
                if (!char.IsAsciiHexDigit(c))
                    return Refuse(Iso8583Fault.CharacterInvalid, At + 2 * i + half);
                value[i] = (byte)((value[i] << 4 | HexValue(c)) & 0xFF);
            }
        }
        At += size;
        return Iso8583Fault.None;
    }

    private Iso8583Fault Refuse(Iso8583Fault fault, int at)
    {
        FaultAt = at;
        return fault;
    }

    private static int HexValue(char c) => char.IsAsciiDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10;

    private static byte FromNibble(int nibble) => nibble switch
    {
        < 10 => (byte)('0' + nibble),
        0x0D => (byte)'=',
        _ => 0,
    };
}
