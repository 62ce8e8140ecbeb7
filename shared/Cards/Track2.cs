using System.Security.Cryptography;
using System.Text;

namespace CloudPos.Cards;

/// <summary>
/// The second track of a card's stripe (ISO/IEC 7813), or its image on the chip (tag 57): number, expiry,
/// service code and the issuer's discretionary data. It owns its number. Zeroed by <see cref="Dispose"/>;
/// ToString shows the last four.
/// </summary>
public sealed class Track2 : IDisposable
{
    /// <summary>Characters between the sentinels (ISO/IEC 7813).</summary>
    public const int LengthMax = 37;

    private readonly byte[] _track;
    private bool _disposed;

    private Track2(byte[] track, Pan pan, Expiry expiry, ServiceCode serviceCode)
    {
        _track = track;
        Pan = pan;
        Expiry = expiry;
        ServiceCode = serviceCode;
    }

    public Pan Pan { get; }

    public Expiry Expiry { get; }

    public ServiceCode ServiceCode { get; }

    /// <summary>
    /// Reads <c>;PAN=YYMMSSSdiscretionary?</c>. Both sentinels may be absent; D may stand for the equals
    /// sign.
    /// </summary>
    public static Track2Result TryParseText(ReadOnlySpan<char> text)
    {
        var start = text.StartsWith(";") ? 1 : 0;
        var body = text[start..];
        var end = body.IndexOf('?');
        if (end < 0 && start == 1)
            return new(null, Track2Fault.EndSentinelMissing, text.Length);
        if (end >= 0 && end != body.Length - 1)
            return new(null, Track2Fault.Trailing, start + end + 1);
        if (end >= 0)
            body = body[..end];
        if (body.Length > LengthMax)
            return new(null, Track2Fault.TooLong, start + LengthMax);

        var track = GC.AllocateUninitializedArray<byte>(body.Length, pinned: true);
        for (var i = 0; i < body.Length; i++)
            track[i] = body[i] == 'D' ? (byte)'=' : body[i] < 0x80 ? (byte)body[i] : (byte)0;
        return Take(track, start);
    }

    /// <summary>
    /// Reads the value of tag 57: binary coded digits, D as separator, one F as padding to a whole byte.
    /// </summary>
    public static Track2Result TryParseTag57(ReadOnlySpan<byte> value)
    {
        var length = value.Length * 2;
        if (length > 0 && (value[^1] & 0x0F) == 0x0F)
            length--;
        if (length > LengthMax)
            return new(null, Track2Fault.TooLong, LengthMax);

        var track = GC.AllocateUninitializedArray<byte>(length, pinned: true);
        for (var i = 0; i < length; i++)
        {
            var nibble = i % 2 == 0 ? value[i / 2] >> 4 : value[i / 2] & 0x0F;
            track[i] = nibble switch { < 10 => (byte)('0' + nibble), 0x0D => (byte)'=', _ => 0 };
            if (nibble != 0x0F)
                continue;
            CryptographicOperations.ZeroMemory(track);
            return new(null, Track2Fault.Trailing, i);
        }
        return Take(track, 0);
    }

    /// <summary>
    /// The clear track as field 35 of ISO 8583 wants it, without sentinels. A text cannot be zeroed.
    /// </summary>
    public string RevealTrack2() => Encoding.ASCII.GetString(RevealTrack2Bytes());

    /// <summary>The same as ASCII bytes; valid until Dispose.</summary>
    public ReadOnlySpan<byte> RevealTrack2Bytes()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _track;
    }

    /// <summary>The clear track as the value of tag 57. The caller zeroes it.</summary>
    public byte[] RevealTag57()
    {
        var track = RevealTrack2Bytes();
        var value = GC.AllocateUninitializedArray<byte>((track.Length + 1) / 2, pinned: true);
        for (var i = 0; i < value.Length; i++)
        {
            var high = Nibble(track[2 * i]);
            var low = 2 * i + 1 < track.Length ? Nibble(track[2 * i + 1]) : 0x0F;
            value[i] = (byte)(high << 4 | low);
        }
        return value;
    }

    public override string ToString() => Pan.ToString();

    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_track);
        Pan.Dispose();
    }

    private static int Nibble(byte character) => character == (byte)'=' ? 0x0D : character - '0';

    /// <summary>
    /// Takes ownership of the normalised track: digits and one equals sign. Zeroes it when it is refused.
    /// </summary>
    private static Track2Result Take(byte[] track, int offset)
    {
        var (fault, place) = Check(track, out var pan, out var expiry, out var serviceCode);
        if (fault == Track2Fault.None && pan is not null)
            return new(new Track2(track, pan, expiry, serviceCode), Track2Fault.None, 0);
        pan?.Dispose();
        CryptographicOperations.ZeroMemory(track);
        return new(null, fault, offset + place);
    }

    private static (Track2Fault Fault, int Place) Check(
        ReadOnlySpan<byte> track, out Pan? pan, out Expiry expiry, out ServiceCode serviceCode)
    {
        pan = null;
        expiry = default;
        serviceCode = default;
        if (track.IsEmpty)
            return (Track2Fault.Empty, 0);
        var separator = track.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (separator < 0)
            return (Track2Fault.SeparatorMissing, track.Length);
        if (track[separator] != (byte)'=')
            return (Track2Fault.UnexpectedCharacter, separator);
        if (separator is < Pan.LengthMin or > Pan.LengthMax)
            return (Track2Fault.PanLength, separator);

        var rest = track[(separator + 1)..];
        var stray = rest.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var digits = stray < 0 ? rest : rest[..stray];
        if (digits.Length < 4 || !Expiry.TryParseYymm(digits[..4], out expiry))
            return (Track2Fault.Expiry, separator + 1);
        if (digits.Length < 7 || !ServiceCode.TryParse(digits[4..7], out serviceCode))
            return (Track2Fault.ServiceCode, separator + 5);
        if (stray >= 0)
            return (Track2Fault.DiscretionaryData, separator + 1 + stray);
        return Pan.TryParse(track[..separator], out pan)
            ? (Track2Fault.None, 0)
            : (Track2Fault.PanCheckDigit, separator - 1);
    }
}
