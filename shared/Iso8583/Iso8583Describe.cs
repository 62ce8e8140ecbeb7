using System.Globalization;
using System.Text;
using CloudPos.Cards;

namespace CloudPos.Iso8583;

/// <summary>Messages as people read them. Card data is masked, and numbers that look like cards in free text too.</summary>
internal static class Iso8583Describe
{
    public static string ToText(Iso8583Message message, Iso8583Layout layout)
    {
        var text = new StringBuilder(message.Mti).Append("  ").Append(layout.Name).Append('\n');
        foreach (var number in message.Fields)
        {
            text.Append(CultureInfo.InvariantCulture, $"{number,3}  {NameOf(number, layout)}: ");
            text.Append(ValueOf(message, number, layout)).Append('\n');
        }
        return text.ToString();
    }

    public static string NameOf(int number, Iso8583Layout layout) => layout[number]?.Name ?? "not in this layout";

    public static string ValueOf(Iso8583Message message, int number, Iso8583Layout layout)
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
            return string.Create(CultureInfo.InvariantCulture, $"[{bytes.Length} {(message.IsBinary(number) ? "bytes" : "characters")}]");
        return CardScrubber.Mask(message.RevealText(number) ?? "");
    }

    private static string LastFour(ReadOnlySpan<byte> digits) =>
        digits.Length >= Pan.LengthMin ? "**** " + Encoding.ASCII.GetString(digits[^4..]) : "****";
}
