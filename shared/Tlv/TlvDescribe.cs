using System.Globalization;
using System.Text;
using CloudPos.Cards;

namespace CloudPos.Tlv;

/// <summary>Data objects as people read them: a line each, indented by depth, card data masked.</summary>
public static class TlvDescribe
{
    public static string ToText(IReadOnlyList<TlvNode> nodes) => DecodeNode.ToText(Nodes(nodes));

    /// <summary>The same as a tree.</summary>
    public static IReadOnlyList<DecodeNode> Nodes(IReadOnlyList<TlvNode> nodes) =>
        [.. nodes.Select(node => new DecodeNode(
            TlvTag.ToText(node.Tag),
            EmvTags.NameOf(node.Tag),
            node.IsConstructed ? null : ValueOf(node),
            Nodes(node.Children)))];

    /// <summary>
    /// The value as it may be shown: characters, digits or hex by the tag's format; empty for a template.
    /// </summary>
    public static string ValueOf(TlvNode node)
    {
        if (node.IsConstructed)
            return "";
        var value = node.Value.Span;
        switch (node.Tag)
        {
            case EmvTags.Pan_5A:
                return LastFour(value, 0xF);
            case EmvTags.Track2Equivalent_57 or EmvTags.Track2Data_9F6B:
                return LastFour(value, 0xD);
        }
        if (EmvTags.Find(node.Tag) is not { IsSensitive: false } known)
            return string.Create(CultureInfo.InvariantCulture, $"[{value.Length} bytes]");
        if (known.Format is EmvFormat.An or EmvFormat.Ans
            && value.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7E) < 0)
            return $"\"{CardScrubber.Mask(Encoding.ASCII.GetString(value))}\"";
        return CardScrubber.Mask(Convert.ToHexString(value));
    }

    /// <summary>The last four of the digits before the end mark, a half byte, or before the end.</summary>
    private static string LastFour(ReadOnlySpan<byte> value, int endMark)
    {
        var digits = new StringBuilder(Pan.LengthMax);
        for (var i = 0; i < value.Length * 2 && digits.Length <= Pan.LengthMax; i++)
        {
            var nibble = i % 2 == 0 ? value[i / 2] >> 4 : value[i / 2] & 0x0F;
            if (nibble == endMark)
                break;
            if (nibble > 9)
                return "****";
            digits.Append((char)('0' + nibble));
        }
        var shown = digits.Length is >= Pan.LengthMin and <= Pan.LengthMax
            ? "**** " + digits.ToString(digits.Length - 4, 4)
            : "****";
        digits.Clear();
        return shown;
    }
}
