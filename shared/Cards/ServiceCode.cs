using System.Globalization;

namespace CloudPos.Cards;

/// <summary>
/// The three digits on the stripe that say where and how a card may be used (ISO/IEC 7813). They belong to
/// the track, so ToString does not show them. The default value is 000.
/// </summary>
public readonly record struct ServiceCode
{
    private readonly short _value;

    private ServiceCode(short value) => _value = value;

    public int Value => _value;

    /// <summary>The first digit is 2 or 6: the card has a chip, and a swipe of it is a fallback.</summary>
    public bool IsChip => _value / 100 is 2 or 6;

    /// <summary>False when the second digit is 2 or 4: the issuer must be asked.</summary>
    public bool AllowsOffline => _value / 10 % 10 is not (2 or 4);

    public static bool TryParse(ReadOnlySpan<char> digits, out ServiceCode code)
    {
        code = default;
        if (digits.Length != 3)
            return false;
        var value = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiDigit(c))
                return false;
            value = value * 10 + (c - '0');
        }
        code = new ServiceCode((short)value);
        return true;
    }

    /// <summary>The same for ASCII bytes.</summary>
    public static bool TryParse(ReadOnlySpan<byte> ascii, out ServiceCode code)
    {
        code = default;
        return ascii.Length == 3 && TryParse([(char)ascii[0], (char)ascii[1], (char)ascii[2]], out code);
    }

    public string RevealDigits() => _value.ToString("000", CultureInfo.InvariantCulture);

    public override string ToString() => "***";
}
