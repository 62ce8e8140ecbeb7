using CloudPos.Wire;

namespace CloudPos;

/// <summary>What a product may look like; both sides keep to it.</summary>
public static class ProductRules
{
    public const int SkuLengthMax = 64;
    public const int TextLengthMax = 200;
    public const int TaxBasisPointsMax = 10_000;
    public const long LowStockMax = 1_000_000;

    /// <summary>The first field that is wrong, and what to write instead; null when nothing is.</summary>
    public static (string Field, string Sentence)? Fault(Product product, Currency currency)
    {
        if (product.Sku.Length is 0 or > SkuLengthMax || product.Sku.Any(c => c is < '!' or > '~'))
            return ("sku", $"An SKU is 1 to {SkuLengthMax} printable characters without spaces.");
        if (product.Ean.Length > 0 && !IsEan(product.Ean))
            return ("ean", "An EAN has 8 or 13 digits, of which the last checks the others; or it is empty.");
        if (product.Name.Length is 0 or > TextLengthMax || product.Category.Length > TextLengthMax
            || product.Name.Any(char.IsControl) || product.Category.Any(char.IsControl))
            return ("name", $"Names and categories have up to {TextLengthMax} characters.");
        if (product.Price.Minor < 0 || product.Price.Currency != currency)
            return ("price", $"A price is not negative and in {currency}.");
        if (product.TaxBasisPoints is < 0 or > TaxBasisPointsMax)
            return ("taxBasisPoints", "A tax rate is 0 to 10000 basis points.");
        return product.LowStockAt is < 0 or > LowStockMax
            ? ("lowStockAt", $"Stock is low from 0 to {LowStockMax} pieces on.")
            : null;
    }

    /// <summary>
    /// GS1 General Specifications, 7.9: weights 3 and 1 from the right, and the sum is a multiple of ten.
    /// </summary>
    public static bool IsEan(string ean)
    {
        if (ean.Length is not (8 or 13) || !ean.All(char.IsAsciiDigit))
            return false;
        var sum = 0;
        for (var index = 0; index < ean.Length; index++)
            sum += (ean[ean.Length - 1 - index] - '0') * (index % 2 == 0 ? 1 : 3);
        return sum % 10 == 0;
    }
}
