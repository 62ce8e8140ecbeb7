using System.Security.Cryptography;

namespace CloudPos.Iso8583;

/// <summary>Writes the parts of a message into one buffer, which <see cref="Clear"/> zeroes.</summary>
internal ref struct Iso8583Writer(Iso8583Layout layout)
{
    /// <summary>One a thread, zeroed after each message: pinned memory is dear to get.</summary>
    [ThreadStatic]
    private static byte[]? _ofThread;

    private readonly byte[] _buffer = _ofThread ??=
        GC.AllocateUninitializedArray<byte>(Iso8583Codec.MessageLengthMax, pinned: true);
    private int _at;

    public readonly byte[] ToArray()
    {
        var bytes = GC.AllocateUninitializedArray<byte>(_at, pinned: true);
        _buffer.AsSpan(0, _at).CopyTo(bytes);
        return bytes;
    }

    public readonly void Clear() => CryptographicOperations.ZeroMemory(_buffer.AsSpan(0, _at));

    public void Mti(string mti)
    {
        Span<byte> ascii = [(byte)mti[0], (byte)mti[1], (byte)mti[2], (byte)mti[3]];
        Digits(ascii, layout.Numbers);
    }

    public void Bitmap(ReadOnlySpan<byte> bitmap)
    {
        if (layout.Bitmap == FieldEncoding.Ascii)
            Hex(bitmap);
        else
            Raw(bitmap);
    }

    public Iso8583Fault Field(Iso8583Field field, ReadOnlySpan<byte> value)
    {
        if (value.Length > field.Length)
            return Iso8583Fault.ValueTooLong;
        var isFixed = field.Prefix == LengthPrefix.Fixed;
        if (isFixed && (value.IsEmpty || (field.Kind == FieldKind.B && value.Length < field.Length)))
            return Iso8583Fault.ValueTooShort;
        for (var i = 0; i < value.Length; i++)
        {
            if (!Iso8583Codec.Allows(field.Kind, i, value[i]))
                return Iso8583Fault.CharacterInvalid;
        }
        if (field.Kind == FieldKind.XN && value.Length < 2)
            return Iso8583Fault.ValueTooShort;

        var length = isFixed ? field.Length : value.Length;
        if (_at + 3 + Iso8583Codec.SizeOnLine(field, length) > _buffer.Length)
            return Iso8583Fault.MessageTooLong;
        if (!isFixed)
            Prefix(field.Prefix, length);
        if (field.Kind == FieldKind.B)
        {
            if (field.Encoding == FieldEncoding.Ascii)
                Hex(value);
            else
                Raw(value);
            return Iso8583Fault.None;
        }
        Span<byte> filled = stackalloc byte[999];
        Fill(field.Kind, value, filled[..length]);
        Text(field, filled[..length]);
        CryptographicOperations.ZeroMemory(filled[..length]);
        return Iso8583Fault.None;
    }

    private static void Fill(FieldKind kind, ReadOnlySpan<byte> value, Span<byte> filled)
    {
        switch (kind)
        {
            case FieldKind.N:
                filled.Fill((byte)'0');
                value.CopyTo(filled[(filled.Length - value.Length)..]);
                break;
            case FieldKind.XN:
                filled.Fill((byte)'0');
                filled[0] = value[0];
                value[1..].CopyTo(filled[(filled.Length - value.Length + 1)..]);
                break;
            default:
                filled.Fill((byte)' ');
                value.CopyTo(filled);
                break;
        }
    }

    private void Text(Iso8583Field field, scoped ReadOnlySpan<byte> text)
    {
        if (field.Kind != FieldKind.XN)
        {
            Digits(text, field.Encoding);
            return;
        }
        Raw(text[..1]);
        Digits(text[1..], field.Encoding);
    }

    private void Prefix(LengthPrefix prefix, int length)
    {
        Span<byte> digits =
        [
            (byte)('0' + length / 100), (byte)('0' + length / 10 % 10), (byte)('0' + length % 10),
        ];
        Digits(prefix == LengthPrefix.LL ? digits[1..] : digits, layout.Numbers);
    }

    private void Digits(scoped ReadOnlySpan<byte> ascii, FieldEncoding encoding)
    {
        if (encoding != FieldEncoding.Bcd)
        {
            Raw(ascii);
            return;
        }
        // An odd number of digits gets a zero half byte in front.
        var high = 0;
        for (var i = 0; i < ascii.Length; i++)
        {
            var nibble = ascii[i] is (byte)'=' or (byte)'D' ? 0x0D : ascii[i] - '0';
            if ((ascii.Length - i) % 2 == 0)
                high = nibble << 4;
            else
                _buffer[_at++] = (byte)(high | nibble);
        }
    }

    private void Hex(scoped ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            _buffer[_at++] = HexDigit(b >> 4);
            _buffer[_at++] = HexDigit(b & 0x0F);
        }
    }

    private void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_at));
        _at += bytes.Length;
    }

    private static byte HexDigit(int nibble) => (byte)(nibble < 10 ? '0' + nibble : 'A' + nibble - 10);
}
