namespace CloudPos.Terminal.Checkout;

/// <summary>Amounts as people type them.</summary>
internal static class AmountText
{
    /// <summary>Longest text: far more than any sale needs, far less than a long can hold.</summary>
    private const int LengthMax = 15;

    /// <summary>
    /// Reads "12", "12.3" or "12.34" of a currency, without sign or thousands separators; never more digits
    /// behind the point than the currency has, because they would have to be rounded.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, Currency currency, out Money amount)
    {
        amount = default;
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? [] : text[(point + 1)..];
        if (text.Length > LengthMax || whole.IsEmpty || (point >= 0 && fraction.IsEmpty)
            || fraction.Length > currency.MinorDigits)
            return false;
        var minor = 0L;
        for (var i = 0; i < whole.Length + currency.MinorDigits; i++)
        {
            var digit = i < whole.Length ? whole[i]
                : i - whole.Length < fraction.Length ? fraction[i - whole.Length] : '0';
            if (!char.IsAsciiDigit(digit))
                return false;
            minor = minor * 10 + (digit - '0');
        }
        amount = new Money(minor, currency);
        return true;
    }
}
