namespace CloudPos.Cards;

/// <summary>
/// Finds the scheme of a chip card from its application identifier (tag 4F or 84). The longest matching row
/// decides; the five-byte rows cover every application of a registered provider (ISO/IEC 7816-5).
/// </summary>
public static class SchemeAids
{
    private static readonly (byte[] Prefix, Scheme Scheme)[] Table =
    [
        (Convert.FromHexString("A000000003"), Scheme.Visa),
        (Convert.FromHexString("A000000004"), Scheme.Mastercard),
        (Convert.FromHexString("A0000000043060"), Scheme.Maestro),
        (Convert.FromHexString("A000000025"), Scheme.Amex),
        (Convert.FromHexString("A000000065"), Scheme.Jcb),
        (Convert.FromHexString("A000000152"), Scheme.Discover),
        (Convert.FromHexString("A000000333"), Scheme.UnionPay),
        (Convert.FromHexString("A000000658"), Scheme.Mir),
    ];

    public static Scheme Of(ReadOnlySpan<byte> aid)
    {
        var scheme = Scheme.Unknown;
        var longest = 0;
        foreach (var (prefix, candidate) in Table)
        {
            if (prefix.Length <= longest || !aid.StartsWith(prefix))
                continue;
            longest = prefix.Length;
            scheme = candidate;
        }
        return scheme;
    }
}
