using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudPos.Cards;
using CloudPos.Iso8583;
using CloudPos.Tlv;

namespace CloudPos;

/// <summary>What an input is decoded as. The numbers are fixed.</summary>
public enum DecodeKind
{
    /// <summary>Whatever it proves to be; the other kinds are tried, the strictest first.</summary>
    Guess = 0,
    Tlv = 1,
    Track2 = 2,
    Iso8583 = 3,
}

/// <summary>Decoded data, or the fault and its place.</summary>
/// <param name="Kind">What it is, or what it most looks like; Guess when it is neither hex nor anything
/// known.</param>
/// <param name="Form">The layout or coding that fitted; empty with a fault.</param>
/// <param name="Fault">The name of the reason; null when it could be read.</param>
/// <param name="Offset">Where: bytes, characters or half bytes, as the parser of that kind counts.</param>
/// <param name="Text">For people: the tree, or a sentence about the fault.</param>
public sealed record DecodeResult(
    DecodeKind Kind, string Form, string? Fault, int Offset, string Text, IReadOnlyList<DecodeNode> Nodes)
{
    public bool IsValid => Fault is null;

    public override string ToString() => Text;
}

/// <summary>
/// Prints data objects, tracks and messages for people, given as hex or as text, with card data masked. It
/// never throws on any input, and nothing it answers shows more of a card than the last four.
/// </summary>
public static class Decode
{
    /// <summary>Characters of input: the longest data objects as hex.</summary>
    public const int InputLengthMax = 2 * TlvReader.InputLengthMax;

    public static DecodeResult Describe(string input, DecodeKind kind = DecodeKind.Guess)
    {
        var text = input.Trim();
        if (text.Length == 0)
            return Refuse(kind, "Empty", 0);
        if (text.Length > InputLengthMax)
            return Refuse(kind, "InputTooLong", InputLengthMax);
        var bytes = FromHex(text);
        try
        {
            DecodeResult? closest = null;
            foreach (var (candidate, attempt) in Attempts(text, bytes))
            {
                if (kind != DecodeKind.Guess && kind != candidate)
                    continue;
                var result = attempt();
                if (result.IsValid)
                    return result;
                if (closest is null || Likely(text, bytes) == candidate && closest.Kind != candidate)
                    closest = result;
            }
            if (kind == DecodeKind.Guess && Likely(text, bytes) == DecodeKind.Guess)
                closest = null;
            return closest ?? Refuse(kind, kind == DecodeKind.Guess ? "NeitherHexNorKnownText" : "NotHex", 0);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>The strictest forms first: data objects accept much that is something else.</summary>
    private static IEnumerable<(DecodeKind Kind, Func<DecodeResult> Attempt)> Attempts(
        string text, byte[]? bytes)
    {
        yield return (DecodeKind.Track2, () => Track("text", Track2.TryParseText(text)));
        yield return (DecodeKind.Iso8583, () =>
            Message("text", Encoding.Latin1.GetBytes(text), Iso8583Layout.Ascii87));
        if (bytes is null)
            yield break;
        yield return (DecodeKind.Track2, () => Track("tag 57", Track2.TryParseTag57(bytes)));
        foreach (var layout in new[] { Iso8583Layout.Ascii87, Iso8583Layout.Binary87 })
        {
            yield return (DecodeKind.Iso8583, () => Message("hex", bytes, layout));
            if (bytes.Length > 2 && bytes[0] << 8 == bytes.Length - 2 - bytes[1])
                yield return (DecodeKind.Iso8583, () =>
                    Message("hex with length header", bytes.AsMemory(2), layout));
        }
        // A card's answer ends in its status words 90 00, which are no data object.
        if (bytes is [.., 0x90, 0x00])
            yield return (DecodeKind.Tlv, () =>
                Objects("data objects and status 9000", bytes.AsMemory(0, bytes.Length - 2)));
        yield return (DecodeKind.Tlv, () => Objects("data objects", bytes));
    }

    /// <summary>What the input looks like, for the choice among several faults.</summary>
    private static DecodeKind Likely(string text, byte[]? bytes)
    {
        var digits = text.AsSpan(text[0] == ';' ? 1 : 0);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        if (text[0] == ';' || (end is >= Pan.LengthMin and <= Pan.LengthMax && digits[end] is '=' or 'D'))
            return DecodeKind.Track2;
        if (text.Length >= 20 && text[0] is '0' or '1' && text[3] is >= '0' and <= '5'
            && text[1] is >= '1' and <= '8'
            && end is < 0 or >= 4)
            return DecodeKind.Iso8583;
        return bytes is null ? DecodeKind.Guess : DecodeKind.Tlv;
    }

    private static DecodeResult Track(string form, Track2Result read)
    {
        if (!read.IsValid)
            return Refuse(DecodeKind.Track2, read.Fault.ToString(), read.Offset);
        using var track = read.Value;
        var discretionary = track.RevealTrack2Bytes().Length - track.Pan.Length - 8;
        return Done(DecodeKind.Track2, form,
        [
            new("PAN", "Primary account number", $"{track.Pan} ({track.Pan.Scheme})", []),
            new("EXP", "Expiration date", track.Expiry.ToString(), []),
            new("SVC", "Service code", track.ServiceCode.ToString(), []),
            new("DIS", "Discretionary data",
                string.Create(CultureInfo.InvariantCulture, $"[{discretionary} digits]"), []),
        ]);
    }

    private static DecodeResult Message(string form, ReadOnlyMemory<byte> bytes, Iso8583Layout layout)
    {
        var read = Iso8583Codec.TryDecode(bytes.Span, layout);
        if (!read.IsValid)
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"{read.Fault} in field {read.Field}");
            return Refuse(DecodeKind.Iso8583, field, read.Offset);
        }
        using var message = read.Message;
        return Done(DecodeKind.Iso8583, $"{layout.Name}, {form}", Iso8583Describe.Nodes(message, layout));
    }

    private static DecodeResult Objects(string form, ReadOnlyMemory<byte> bytes)
    {
        var read = TlvReader.TryRead(bytes);
        return read.IsValid
            ? Done(DecodeKind.Tlv, form, TlvDescribe.Nodes(read.Nodes))
            : Refuse(DecodeKind.Tlv, read.Fault.ToString(), read.Offset);
    }

    private static DecodeResult Done(DecodeKind kind, string form, IReadOnlyList<DecodeNode> nodes) =>
        new(kind, form, null, 0, DecodeNode.ToText(nodes), nodes);

    private static DecodeResult Refuse(DecodeKind kind, string fault, int offset) =>
        new(kind, "", fault, offset, string.Create(
            CultureInfo.InvariantCulture, $"Cannot be read as {NameOf(kind)}: {fault} at {offset}."), []);

    private static string NameOf(DecodeKind kind) => kind switch
    {
        DecodeKind.Tlv => "data objects",
        DecodeKind.Track2 => "track 2",
        DecodeKind.Iso8583 => "ISO 8583",
        DecodeKind.Guess => "anything known",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>Pairs of hex digits, with white space anywhere; null for anything else.</summary>
    private static byte[]? FromHex(string text)
    {
        var digits = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiHexDigit(c))
                digits.Append(c);
            else if (!char.IsWhiteSpace(c))
                return null;
        }
        return digits.Length % 2 == 0 && digits.Length > 0 ? Convert.FromHexString(digits.ToString()) : null;
    }
}
