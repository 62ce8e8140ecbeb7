using System.Globalization;
using CloudPos.Terminal.Checkout;
using CloudPos.Wire;

namespace CloudPos.Terminal.Cli;

/// <summary>A product and a quantity as typed: SKU or SKUxQTY.</summary>
internal static class ItemText
{
    /// <summary>
    /// A text that names a product as a whole is one of it, so that a SKU may itself end in x and digits.
    /// Otherwise what stands behind the last x is the quantity. What is no product is left for the basket to
    /// say.
    /// </summary>
    public static BasketItem Read(string text, Func<string, Product?> find)
    {
        var cross = text.LastIndexOf('x');
        if (cross <= 0 || find(text) is not null
            || !long.TryParse(
                text.AsSpan(cross + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out var quantity))
            return new BasketItem(text, 1);
        return new BasketItem(text[..cross], quantity);
    }
}
