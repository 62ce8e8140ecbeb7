using System.Globalization;

namespace CloudPos.Cards;

/// <summary>
/// The month in which a card ends; it is good through that month's last day. The default value is no valid
/// expiry: its year and month are 0. ToString shows neither, because receipts and logs must not carry it.
/// </summary>
public readonly record struct Expiry
{
    private Expiry(int year, int month)
    {
        Year = year;
        Month = month;
    }

    /// <summary>Four digits.</summary>
    public int Year { get; }

    /// <summary>1 to 12.</summary>
    public int Month { get; }

    /// <summary>
    /// Reads YYMM, as on the stripe and in field 14: years 00 to 49 are 20xx, 50 to 99 are 19xx.
    /// </summary>
    public static bool TryParseYymm(ReadOnlySpan<char> yymm, out Expiry expiry)
    {
        expiry = default;
        if (yymm.Length != 4)
            return false;
        foreach (var c in yymm)
        {
            if (!char.IsAsciiDigit(c))
                return false;
        }
        return TryCreate((yymm[0] - '0') * 10 + (yymm[1] - '0'), (yymm[2] - '0') * 10 + (yymm[3] - '0'),
            out expiry);
    }

    /// <summary>The same for four ASCII bytes.</summary>
    public static bool TryParseYymm(ReadOnlySpan<byte> yymm, out Expiry expiry)
    {
        Span<char> chars = stackalloc char[4];
        for (var i = 0; i < yymm.Length && i < 4; i++)
            chars[i] = (char)yymm[i];
        var valid = TryParseYymm(chars[..Math.Min(yymm.Length, 4)], out expiry) && yymm.Length == 4;
        chars.Clear();
        return valid;
    }

    /// <summary>True from the first day of the month after. The default value is always past.</summary>
    public bool IsPast(DateOnly today) => today.Year * 12 + today.Month > Year * 12 + Month;

    /// <summary>The clear date as YYMM.</summary>
    public string RevealYymm() => string.Create(CultureInfo.InvariantCulture, $"{Year % 100:00}{Month:00}");

    public override string ToString() => "**/**";

    private static bool TryCreate(int yearOfCentury, int month, out Expiry expiry)
    {
        expiry = month is >= 1 and <= 12
            ? new Expiry(yearOfCentury + (yearOfCentury < 50 ? 2000 : 1900), month)
            : default;
        return expiry.Month != 0;
    }
}
