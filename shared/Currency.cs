using System.Collections.Frozen;

namespace CloudPos;

/// <summary>
/// A currency of ISO 4217: alphabetic code, numeric code (ISO 8583 field 49) and number of minor digits.
/// Made only from the table below; the default value is no currency and refuses every calculation.
/// </summary>
public readonly record struct Currency
{
    private static readonly Currency[] Table =
    [
        new("AUD", 036, 2), new("BHD", 048, 3), new("BRL", 986, 2), new("CAD", 124, 2), new("CHF", 756, 2),
        new("CZK", 203, 2), new("DKK", 208, 2), new("EUR", 978, 2), new("GBP", 826, 2), new("HUF", 348, 2),
        new("INR", 356, 2), new("JPY", 392, 0), new("KRW", 410, 0), new("KWD", 414, 3), new("MXN", 484, 2),
        new("NOK", 578, 2), new("NZD", 554, 2), new("PLN", 985, 2), new("RON", 946, 2), new("SEK", 752, 2),
        new("SGD", 702, 2), new("TRY", 949, 2), new("USD", 840, 2), new("ZAR", 710, 2),
    ];

    private static readonly FrozenDictionary<string, Currency> ByCode =
        Table.ToFrozenDictionary(c => c.Code);

    private static readonly FrozenDictionary<int, Currency> ByNumeric =
        Table.ToFrozenDictionary(c => c.Numeric);

    private Currency(string code, int numeric, int minorDigits) =>
        (Code, Numeric, MinorDigits) = (code, numeric, minorDigits);

    /// <summary>Three capital letters, for example EUR.</summary>
    public string Code { get; }

    /// <summary>Three digits, for example 978.</summary>
    public int Numeric { get; }

    /// <summary>Digits after the decimal point: 2 for EUR, 0 for JPY, 3 for KWD.</summary>
    public int MinorDigits { get; }

    public static IReadOnlyList<Currency> All => Table;

    public static bool TryParse(string? code, out Currency currency)
    {
        currency = default;
        return code is not null && ByCode.TryGetValue(code, out currency);
    }

    public static bool TryFromNumeric(int numeric, out Currency currency) =>
        ByNumeric.TryGetValue(numeric, out currency);

    /// <exception cref="FormatException">The code is not in the table.</exception>
    public static Currency Parse(string code) => TryParse(code, out var currency)
        ? currency
        : throw new FormatException("Not a currency code known here; use one of ISO 4217, such as EUR.");

    public override string ToString() => Code ?? "(none)";
}
