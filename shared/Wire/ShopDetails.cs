namespace CloudPos.Wire;

/// <summary>Who sells, as papers name them: with the enrolment, and by the feed when it changes.</summary>
/// <param name="Name">Whom receipts and invoices come from.</param>
/// <param name="TaxNumber">The seller's own, as tax offices write it; null where none was entered.</param>
public sealed record MerchantDetails(string Name, string? TaxNumber = null)
{
    public const int TaxNumberLengthMax = 30;

    /// <summary>Whether it can be printed as a tax number: letters, digits, and what stands between
    /// them.</summary>
    public static bool IsTaxNumber(string text) =>
        text.Length is > 0 and <= TaxNumberLengthMax && char.IsAsciiLetterOrDigit(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '.' or '/');
}

/// <summary>Where they sell, and how that place writes and speaks.</summary>
/// <param name="Locale">A name of <see cref="Languages.Locale.All"/>; null for the default.</param>
public sealed record StoreDetails(IReadOnlyList<string> Address, string? Locale = null);
