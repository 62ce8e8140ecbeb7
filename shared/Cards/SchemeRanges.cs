using System.Globalization;
using System.Security.Cryptography;

namespace CloudPos.Cards;

/// <summary>
/// Finds the scheme of a card number from its first digits. The range with the longest prefix decides, and
/// then the number's length must be one that the range issues; otherwise the scheme is <see
/// cref="Scheme.Unknown"/>. For a chip card the application identifier decides instead: see <see
/// cref="SchemeAids"/>.
/// </summary>
public static class SchemeRanges
{
    /// <summary>
    /// One row: numbers whose first digits lie in [First, Last], MinLength to MaxLength digits long.
    /// </summary>
    private readonly record struct Range(Scheme Scheme, int First, int Last, int MinLength, int MaxLength)
    {
        public int PrefixLength { get; } = First.ToString(CultureInfo.InvariantCulture).Length;
    }

    /// <summary>The longest prefix in the table, in digits.</summary>
    private const int PrefixLengthMax = 6;

    private static readonly Range[] Table =
    [
        new(Scheme.Visa, 4, 4, 13, 13),
        new(Scheme.Visa, 4, 4, 16, 16),
        new(Scheme.Visa, 4, 4, 18, 19),
        new(Scheme.Mastercard, 51, 55, 16, 16),
        new(Scheme.Mastercard, 222100, 272099, 16, 16),
        new(Scheme.Amex, 34, 34, 15, 15),
        new(Scheme.Amex, 37, 37, 15, 15),
        new(Scheme.Discover, 6011, 6011, 16, 19),
        new(Scheme.Discover, 644, 649, 16, 19),
        new(Scheme.Discover, 65, 65, 16, 19),
        new(Scheme.Diners, 300, 305, 14, 19),
        new(Scheme.Diners, 36, 36, 14, 19),
        new(Scheme.Diners, 38, 39, 14, 19),
        new(Scheme.Jcb, 3528, 3589, 16, 19),
        new(Scheme.Jcb, 2131, 2131, 15, 19),
        new(Scheme.Jcb, 1800, 1800, 15, 19),
        new(Scheme.UnionPay, 620, 626, 14, 19),
        new(Scheme.UnionPay, 6270, 6270, 14, 19),
        new(Scheme.UnionPay, 6272, 6272, 14, 19),
        new(Scheme.UnionPay, 6276, 6277, 14, 19),
        new(Scheme.UnionPay, 6282, 6289, 14, 19),
        new(Scheme.UnionPay, 6291, 6292, 14, 19),
        new(Scheme.UnionPay, 810, 817, 14, 19),
        new(Scheme.Maestro, 50, 50, 12, 19),
        new(Scheme.Maestro, 56, 59, 12, 19),
        new(Scheme.Maestro, 6, 6, 12, 19),
        new(Scheme.Mir, 2200, 2204, 16, 19),
    ];

    /// <summary>The scheme of a whole card number, given as ASCII digits. Anything else is Unknown.</summary>
    public static Scheme Of(ReadOnlySpan<char> panDigits)
    {
        Span<byte> ascii = stackalloc byte[Pan.LengthMax];
        if (panDigits.Length > ascii.Length)
            return Scheme.Unknown;
        for (var i = 0; i < panDigits.Length; i++)
        {
            if (!char.IsAsciiDigit(panDigits[i]))
                return Scheme.Unknown;
            ascii[i] = (byte)panDigits[i];
        }
        var scheme = Of(ascii[..panDigits.Length]);
        CryptographicOperations.ZeroMemory(ascii);
        return scheme;
    }

    /// <summary>The same for ASCII bytes; the caller has checked that all are digits.</summary>
    internal static Scheme Of(ReadOnlySpan<byte> asciiDigits)
    {
        for (var length = Math.Min(PrefixLengthMax, asciiDigits.Length); length > 0; length--)
        {
            var prefix = 0;
            foreach (var digit in asciiDigits[..length])
                prefix = prefix * 10 + (digit - '0');
            var found = false;
            foreach (ref readonly var range in Table.AsSpan())
            {
                if (range.PrefixLength != length || prefix < range.First || prefix > range.Last)
                    continue;
                if (asciiDigits.Length >= range.MinLength && asciiDigits.Length <= range.MaxLength)
                    return range.Scheme;
                found = true;
            }
            if (found)
                return Scheme.Unknown;
        }
        return Scheme.Unknown;
    }
}
