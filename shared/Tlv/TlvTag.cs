using System.Globalization;

namespace CloudPos.Tlv;

/// <summary>
/// The coding of tags (ISO/IEC 8825-1, 8.1.2; EMV Book 3, annex B1), kept as numbers such as 0x9F02.
/// </summary>
public static class TlvTag
{
    /// <summary>Bit 6 of the first byte.</summary>
    public static bool IsConstructed(uint tag) => (FirstByte(tag) & 0x20) != 0;

    /// <summary>Bytes that the tag takes: 1 to 4.</summary>
    public static int ByteCount(uint tag) =>
        tag switch { <= 0xFF => 1, <= 0xFFFF => 2, <= 0xFFFFFF => 3, _ => 4 };

    /// <summary>
    /// The number is a tag: further bytes follow exactly where the coding says so, and it is not padding.
    /// </summary>
    public static bool IsWellFormed(uint tag)
    {
        var count = ByteCount(tag);
        var first = FirstByte(tag);
        if (first is 0x00 or 0xFF)
            return false;
        if ((first & 0x1F) != 0x1F)
            return count == 1;
        for (var i = count - 2; i >= 0; i--)
        {
            var hasMore = (tag >> (8 * i) & 0x80) != 0;
            if (hasMore != i > 0)
                return false;
        }
        return count > 1;
    }

    /// <summary>Upper-case hex, as standards print it: 9F02.</summary>
    public static string ToText(uint tag) =>
        tag.ToString("X" + 2 * ByteCount(tag), CultureInfo.InvariantCulture);

    private static byte FirstByte(uint tag) => (byte)(tag >> (8 * (ByteCount(tag) - 1)));
}
