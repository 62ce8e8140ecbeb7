using System.Text;

namespace CloudPos.Cards;

/// <summary>Hides card numbers in texts.</summary>
internal static class CardMask
{
    /// <summary>How cards print numbers in groups.</summary>
    private static readonly int[][] Groupings = [[4, 4, 4, 4, 3], [4, 4, 4, 4], [4, 6, 5], [4, 6, 4]];

    public static string Apply(string text)
    {
        StringBuilder? masked = null;
        for (var at = 0; at < text.Length;)
        {
            var isStart = at == 0 || !char.IsAsciiDigit(text[at - 1]);
            var (length, keep, step) = Match(text.AsSpan(at), isStart);
            if (length > 0)
                masked ??= new StringBuilder(text);
            for (var i = at; i < at + length - keep; i++)
            {
                if (char.IsAsciiDigit(text[i]))
                    masked![i] = '*';
            }
            at += step;
        }
        return masked?.ToString() ?? text;
    }

    /// <summary>
    /// What to hide at the start of the text: so many characters, but so many kept at their end; step is how
    /// far to go on.
    /// </summary>
    private static (int Length, int Keep, int Step) Match(ReadOnlySpan<char> text, bool isStart)
    {
        if (!char.IsAsciiDigit(text[0]) || !isStart)
            return (0, 0, 1);
        var run = text.IndexOfAnyExceptInRange('0', '9');
        run = run < 0 ? text.Length : run;
        if (Grouped(text) is > 0 and var grouped)
            return (grouped, 4, grouped);
        var ascii = new byte[run];
        for (var i = 0; i < run; i++)
            ascii[i] = (byte)text[i];
        var verdict = CardScrubber.Judge(ascii, out _);
        if (verdict == CardScrubber.Verdict.Nothing && IsHexOfCard(ascii))
            verdict = CardScrubber.Verdict.Within;
        Array.Clear(ascii);
        return verdict switch
        {
            CardScrubber.Verdict.Whole => (run, 4, run),
            CardScrubber.Verdict.Within => (run, 0, run),
            _ => (0, 0, run),
        };
    }

    /// <summary>Digits that are hex of ASCII digits, at either alignment.</summary>
    private static bool IsHexOfCard(ReadOnlySpan<byte> run) =>
        run.Length >= 26 && CardScrubber.Find(run).Any(place => place.Form == CardForm.HexText);

    /// <summary>The length of a number printed in groups, or 0.</summary>
    private static int Grouped(ReadOnlySpan<char> text)
    {
        Span<byte> digits = stackalloc byte[Pan.LengthMax];
        foreach (var groups in Groupings)
        {
            var at = 0;
            var count = 0;
            var fits = true;
            for (var group = 0; group < groups.Length && fits; group++)
            {
                fits = group == 0
                    || (at < text.Length && text[at] is ' ' or '-' && text[at] == text[groups[0]]);
                at += group == 0 ? 0 : 1;
                for (var i = 0; i < groups[group] && fits; i++, at++)
                {
                    fits = at < text.Length && char.IsAsciiDigit(text[at]);
                    if (fits)
                        digits[count++] = (byte)text[at];
                }
            }
            fits = fits && (at == text.Length || !char.IsAsciiDigit(text[at]));
            if (fits && CardScrubber.LooksLikeCard(digits[..count]))
            {
                digits.Clear();
                return at;
            }
        }
        digits.Clear();
        return 0;
    }
}
