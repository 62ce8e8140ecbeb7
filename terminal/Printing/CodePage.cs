namespace CloudPos.Terminal.Printing;

/// <summary>
/// PC858 (PC850 with the euro sign in place of the dotless i): the page that ESC t 19 selects, and which
/// receipt printers of all makers hold. What it lacks prints as a question mark.
/// </summary>
internal static class CodePage
{
    /// <summary>The n of ESC t n.</summary>
    public const byte Number = 19;

    /// <summary>The characters of 80 to FF, in order.</summary>
    private const string High =
        "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»"
        + "░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´"
        + "\u00AD±‗¾¶§÷¸°¨·¹³²■\u00A0";

    public static byte[] Encode(string text)
    {
        var bytes = new byte[text.Length];
        for (var i = 0; i < text.Length; i++)
            bytes[i] = ByteOf(text[i]);
        return bytes;
    }

    private static byte ByteOf(char c)
    {
        if (c is >= ' ' and < '\u007f')
            return (byte)c;
        // Typesetters' marks have plain counterparts that every printer holds.
        var plain = c switch
        {
            '\u2013' or '\u2014' or '\u2212' => '-',
            '\u2018' or '\u2019' => '\'',
            '\u201c' or '\u201d' or '\u201e' => '"',
            '\u202f' or '\u00a0' => ' ',
            _ => c,
        };
        if (plain != c)
            return (byte)plain;
        var at = High.IndexOf(c, StringComparison.Ordinal);
        return at < 0 ? (byte)'?' : (byte)(0x80 + at);
    }
}
