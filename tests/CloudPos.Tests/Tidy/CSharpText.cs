using System.Text;

namespace CloudPos.Tests.Tidy;

/// <summary>
/// C# text with every comment, string and character literal blanked out, newline for newline, so that braces
/// and words in what is left are code. Holes of interpolated strings are blanked with their string: good
/// enough to count braces.
/// </summary>
internal static class CSharpText
{
    public static string WithoutCommentsAndStrings(string text)
    {
        var code = new StringBuilder(text);
        var i = 0;
        while (i < text.Length)
        {
            var end = EndOfBlank(text, i);
            for (var k = i; k < end; k++)
                if (code[k] != '\n')
                    code[k] = ' ';
            i = end > i ? end : i + 1;
        }
        return code.ToString();
    }

    /// <summary>The end of the comment or literal that starts at i, or i where none starts.</summary>
    private static int EndOfBlank(string text, int i)
    {
        if (StartsAt(text, i, "//")) return IndexOrEnd(text, "\n", i);
        if (StartsAt(text, i, "/*")) return Math.Min(text.Length, IndexOrEnd(text, "*/", i + 2) + 2);
        if (text[i] == '\'') return EndOfCharacter(text, i);
        if (text[i] is not ('"' or '$' or '@')) return i;
        return EndOfString(text, i);
    }

    private static int EndOfString(string text, int i)
    {
        var quote = i;
        while (quote < text.Length && text[quote] is '$' or '@') quote++;
        if (quote >= text.Length || text[quote] != '"') return i;
        var prefix = text.AsSpan(i, quote - i);
        var quotes = RunOf('"', text, quote);
        if (quotes >= 3) return EndOfRawString(text, quote, quotes);
        return EndOfQuotedString(text, quote + 1, prefix.Contains('@'), prefix.Contains('$'));
    }

    private static int EndOfRawString(string text, int quote, int quotes) =>
        Math.Min(text.Length, IndexOrEnd(text, new string('"', quotes), quote + quotes) + quotes);

    private static int EndOfQuotedString(string text, int i, bool verbatim, bool interpolated)
    {
        while (i < text.Length)
        {
            var c = text[i];
            if (c == '"' && verbatim && StartsAt(text, i, "\"\"")) i += 2;
            else if (c == '"') return i + 1;
            else if (c == '\\' && !verbatim) i += 2;
            else if (interpolated && StartsAt(text, i, "{{")) i += 2;
            else if (interpolated && c == '{') i = EndOfHole(text, i + 1);
            else i++;
        }
        return text.Length;
    }

    /// <summary>The end of an interpolation hole, which may hold braces and strings of its own.</summary>
    private static int EndOfHole(string text, int i)
    {
        for (var depth = 1; i < text.Length;)
        {
            var end = EndOfBlank(text, i);
            if (end > i) { i = end; continue; }
            depth += text[i] switch { '{' => 1, '}' => -1, _ => 0 };
            i++;
            if (depth == 0) return i;
        }
        return text.Length;
    }

    private static int EndOfCharacter(string text, int i)
    {
        var end = text.IndexOf('\'', Math.Min(text.Length, StartsAt(text, i + 1, "\\") ? i + 3 : i + 2));
        return end < 0 || end - i > 8 ? i : end + 1;
    }

    private static int RunOf(char c, string text, int i)
    {
        var n = 0;
        while (i + n < text.Length && text[i + n] == c) n++;
        return n;
    }

    private static bool StartsAt(string text, int i, string what) =>
        string.CompareOrdinal(text, i, what, 0, what.Length) == 0;

    private static int IndexOrEnd(string text, string what, int i)
    {
        var at = i >= text.Length ? -1 : text.IndexOf(what, i, StringComparison.Ordinal);
        return at < 0 ? text.Length : at;
    }
}
