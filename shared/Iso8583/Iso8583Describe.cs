using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudPos.Cards;
using CloudPos.Tlv;

namespace CloudPos.Iso8583;

/// <summary>
/// Messages as people read them. Card data is masked, and numbers that look like cards in free text too.
/// </summary>
internal static class Iso8583Describe
{
    public static string ToText(Iso8583Message message, Iso8583Layout layout) =>
        DecodeNode.ToText(Nodes(message, layout));

    /// <summary>Message type and fields; chip data that can be read as data objects appear as such.</summary>
    public static IReadOnlyList<DecodeNode> Nodes(Iso8583Message message, Iso8583Layout layout)
    {
        var nodes = new List<DecodeNode> { new("MTI", "Message type", message.Mti, []) };
        foreach (var number in message.Fields)
        {
            nodes.Add(new(
                number.ToString(CultureInfo.InvariantCulture),
                layout[number]?.Name ?? "not in this layout",
                ValueOf(message, number, layout),
                number == 55 && message.IsBinary(number) ? ChipNodes(message) : []));
        }
        return nodes;
    }

    private static IReadOnlyList<DecodeNode> ChipNodes(Iso8583Message message)
    {
        var copy = message.RevealBytes(55).ToArray();
        var read = TlvReader.TryRead(copy);
        var nodes = read.IsValid ? TlvDescribe.Nodes(read.Nodes) : [];
        CryptographicOperations.ZeroMemory(copy);
        return nodes;
    }

    private static string ValueOf(Iso8583Message message, int number, Iso8583Layout layout)
    {
        var bytes = message.RevealBytes(number);
        if (number == 2)
            return LastFour(bytes);
        if (number == 35)
        {
            var separator = bytes.IndexOfAny((byte)'=', (byte)'D');
            return LastFour(separator < 0 ? [] : bytes[..separator]);
        }
        if (Iso8583Message.IsCardData(number) || layout[number] is not { IsSensitive: false })
        {
            var unit = message.IsBinary(number) ? "bytes" : "characters";
            return string.Create(CultureInfo.InvariantCulture, $"[{bytes.Length} {unit}]");
        }
        return CardScrubber.Mask(message.RevealText(number) ?? "");
    }

    private static string LastFour(ReadOnlySpan<byte> digits) =>
        digits.Length >= Pan.LengthMin ? "**** " + Encoding.ASCII.GetString(digits[^4..]) : "****";
}
