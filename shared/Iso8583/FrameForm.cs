using System.Buffers.Binary;

namespace CloudPos.Iso8583;

/// <summary>How the length before each message is written.</summary>
public enum LengthForm
{
    /// <summary>Two bytes, the higher first.</summary>
    Binary2 = 0,

    /// <summary>Two bytes of two decimal digits each: up to 9999.</summary>
    Bcd2 = 1,

    /// <summary>Four digits in ASCII.</summary>
    Ascii4 = 2,
}

/// <summary>
/// What lies before each message on a line: its length, and where the network wants one, a transport header
/// (TPDU: 60, two bytes of destination, two of origin), which the length counts. Immutable.
/// </summary>
/// <param name="CountsItself">Whether the length counts its own bytes too.</param>
/// <param name="Transport">The transport header as ten hex digits; empty where there is none.</param>
public sealed record FrameForm(
    LengthForm Length = LengthForm.Binary2, bool CountsItself = false, string Transport = "")
{
    private const int TransportBytes = 5;
    private const byte TransportId = 0x60;

    public static FrameForm Binary { get; } = new();

    public int LengthBytes => Length == LengthForm.Ascii4 ? 4 : 2;

    public int TransportLength => Transport.Length == 0 ? 0 : TransportBytes;

    /// <summary>Everything before the message.</summary>
    public int HeaderLength => LengthBytes + TransportLength;

    /// <summary>What is wrong with the form; null when nothing is.</summary>
    public string? Fault =>
        Transport.Length == 0 || (Transport.Length == 2 * TransportBytes && Transport.StartsWith("60")
            && Transport.All(char.IsAsciiHexDigit))
            ? null
            : "a transport header is ten hex digits that begin with 60";

    /// <summary>Writes all that lies before a message of this length.</summary>
    public void Write(int messageLength, Span<byte> header)
    {
        var counted = messageLength + TransportLength + (CountsItself ? LengthBytes : 0);
        switch (Length)
        {
            case LengthForm.Binary2:
                BinaryPrimitives.WriteUInt16BigEndian(header, checked((ushort)counted));
                break;
            case LengthForm.Bcd2:
                header[0] = (byte)((counted / 1000 << 4) | (counted / 100 % 10));
                header[1] = (byte)((counted / 10 % 10 << 4) | (counted % 10));
                break;
            default:
                for (var (i, rest) = (3, counted); i >= 0; i--, rest /= 10)
                    header[i] = (byte)('0' + rest % 10);
                break;
        }
        if (TransportLength > 0)
            Convert.FromHexString(Transport, header[LengthBytes..], out _, out _);
    }

    /// <summary>
    /// The bytes after the length, transport header included; null when these are no length of this form.
    /// </summary>
    public int? Read(ReadOnlySpan<byte> length)
    {
        int counted;
        switch (Length)
        {
            case LengthForm.Binary2:
                counted = BinaryPrimitives.ReadUInt16BigEndian(length);
                break;
            case LengthForm.Bcd2:
                counted = 0;
                foreach (var pair in length)
                {
                    if (pair >> 4 > 9 || (pair & 0x0F) > 9)
                        return null;
                    counted = counted * 100 + (pair >> 4) * 10 + (pair & 0x0F);
                }
                break;
            default:
                counted = 0;
                foreach (var digit in length)
                {
                    if (digit is < (byte)'0' or > (byte)'9')
                        return null;
                    counted = counted * 10 + digit - '0';
                }
                break;
        }
        return counted - (CountsItself ? LengthBytes : 0);
    }

    /// <summary>
    /// Whether a frame begins with a transport header, where the form has one. The addresses are not looked
    /// at: a host answers with the two swapped, or with its own.
    /// </summary>
    public bool HasTransport(ReadOnlySpan<byte> frame) =>
        TransportLength == 0 || (frame.Length > TransportBytes && frame[0] == TransportId);
}
