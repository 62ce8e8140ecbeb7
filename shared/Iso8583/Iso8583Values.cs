using System.Globalization;

namespace CloudPos.Iso8583;

/// <summary>Field 90: which message a reversal or repeat is about.</summary>
/// <param name="Mti">Four digits.</param>
/// <param name="Stan">Field 11 of the original, up to six digits.</param>
/// <param name="TransmissionTime">Field 7 of the original: MMDDhhmmss.</param>
/// <param name="Acquirer">Field 32 of the original, up to eleven digits; empty is zeros.</param>
/// <param name="Forwarder">Field 33 of the original, up to eleven digits; empty is zeros.</param>
public sealed record OriginalDataElements(
    string Mti, string Stan, string TransmissionTime, string Acquirer = "", string Forwarder = "")
{
    public const int Length = 42;

    /// <summary>The 42 digits of the field.</summary>
    /// <exception cref="ArgumentException">A part is no number, or too long.</exception>
    public string ToField90() =>
        Digits(Mti, 4) + Digits(Stan, 6) + Digits(TransmissionTime, 10) + Digits(Acquirer, 11)
            + Digits(Forwarder, 11);

    /// <summary>Null when the text is not 42 digits.</summary>
    public static OriginalDataElements? TryParse(ReadOnlySpan<char> field90) =>
        field90.Length != Length || field90.ContainsAnyExceptInRange('0', '9') ? null
            : new(field90[..4].ToString(), field90[4..10].ToString(), field90[10..20].ToString(),
                field90[20..31].ToString(), field90[31..].ToString());

    private static string Digits(string part, int length) =>
        part.Length <= length && !part.AsSpan().ContainsAnyExceptInRange('0', '9') ? part.PadLeft(length, '0')
            : throw new ArgumentException($"A part of field 90 is not a number of at most {length} digits.");
}

/// <summary>Field 97 and other signed amounts: C for zero and above, D below, then minor units.</summary>
public static class SignedAmount
{
    /// <summary>Sixteen digits.</summary>
    public const long AmountMinorMax = 9_999_999_999_999_999;

    /// <summary>Positive: the merchant is credited.</summary>
    public static string ToField97(long netMinor)
    {
        if (netMinor is > AmountMinorMax or < -AmountMinorMax)
            throw new ArgumentOutOfRangeException(nameof(netMinor), "An amount has at most 16 digits.");
        return string.Create(CultureInfo.InvariantCulture,
            $"{(netMinor < 0 ? 'D' : 'C')}{Math.Abs(netMinor):0000000000000000}");
    }

    public static bool TryParse(ReadOnlySpan<char> text, out long netMinor)
    {
        netMinor = 0;
        if (text.Length is < 2 or > 17 || text[0] is not ('C' or 'D')
            || text[1..].ContainsAnyExceptInRange('0', '9'))
            return false;
        netMinor = long.Parse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture);
        netMinor = text[0] == 'D' ? -netMinor : netMinor;
        return true;
    }
}
