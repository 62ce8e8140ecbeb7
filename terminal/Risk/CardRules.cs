using CloudPos.Cards;

namespace CloudPos.Terminal.Risk;

/// <summary>
/// The rules of a policy that look at the card itself. Called within the sealing call only; what comes out is
/// yes or no.
/// </summary>
internal static class CardRules
{
    public static bool IsInDeniedRange(IReadOnlyList<DenyRange>? ranges, ReadOnlySpan<byte> pan)
    {
        foreach (var range in ranges ?? [])
        {
            var length = range.From.Length;
            if (pan.Length >= length && Compare(pan[..length], range.From) >= 0
                && Compare(pan[..length], range.To) <= 0)
                return true;
        }
        return false;
    }

    /// <summary>A card that tells no service code, as a chip need not, is taken to be allowed.</summary>
    public static bool Allows(IReadOnlyList<string>? patterns, ServiceCode? code)
    {
        if (patterns is null || code is not { } told)
            return true;
        var digits = told.RevealDigits();
        return patterns.Any(pattern => pattern.Length == digits.Length
            && pattern.Zip(digits).All(pair => pair.First == '*' || pair.First == pair.Second));
    }

    private static int Compare(ReadOnlySpan<byte> digits, string bound)
    {
        for (var index = 0; index < digits.Length && index < bound.Length; index++)
            if (digits[index] != bound[index])
                return digits[index] - bound[index];
        return digits.Length - bound.Length;
    }
}
