using System.Globalization;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos;

/// <summary>
/// The fields of a product that are edited one by one, each as a text, so that both sides resolve them by one
/// table.
/// </summary>
/// <param name="Name">As in JSON.</param>
/// <param name="Get">Its text, or null when it is not told.</param>
/// <param name="Set">The fields with this one read from a text that <paramref name="Get"/> wrote.</param>
public sealed record ProductField(
    string Name, Func<ProductFields, string?> Get, Func<ProductFields, string, ProductFields> Set)
{
    /// <summary>Stands for no figure at all where a number is wanted.</summary>
    private const long NoFigure = -1;

    public static IReadOnlyList<ProductField> All { get; } =
    [
        new("name", fields => fields.Name, (fields, text) => fields with { Name = text }),
        new("ean", fields => fields.Ean, (fields, text) => fields with { Ean = text }),
        new("category", fields => fields.Category, (fields, text) => fields with { Category = text }),
        new("price", fields => TextOf(fields.Price), (fields, text) => fields with { Price = Price(text) }),
        new("taxBasisPoints", fields => TextOf(fields.TaxBasisPoints),
            (fields, text) => fields with { TaxBasisPoints = (int)Number(text) }),
        new("withdrawn", fields => fields.Withdrawn is { } flag ? (flag ? "yes" : "no") : null,
            (fields, text) => fields with { Withdrawn = text == "yes" }),
        new("lowStockAt", fields => TextOf(fields.LowStockAt),
            (fields, text) => fields with { LowStockAt = Number(text) }),
    ];

    public static ProductField Of(string name) => All.First(field => field.Name == name);

    public static ProductFields Of(Product product) => new(
        product.Name, product.Ean, product.Category, product.Price, product.TaxBasisPoints,
        product.Withdrawn, product.LowStockAt ?? NoFigure);

    /// <summary>The product with the fields that are told.</summary>
    public static Product Over(Product product, ProductFields fields) => product with
    {
        Name = fields.Name ?? product.Name,
        Ean = fields.Ean ?? product.Ean,
        Category = fields.Category ?? product.Category,
        Price = fields.Price ?? product.Price,
        TaxBasisPoints = fields.TaxBasisPoints ?? product.TaxBasisPoints,
        Withdrawn = fields.Withdrawn ?? product.Withdrawn,
        LowStockAt = fields.LowStockAt is { } low ? (low < 0 ? null : low) : product.LowStockAt,
    };

    /// <summary>What a product of this number is before anybody told anything of it.</summary>
    public static Product Blank(string sku, Currency currency) =>
        new(sku, "", sku, "", Money.Zero(currency), 0);

    private static string? TextOf(Money? money) => money is { } known
        ? string.Create(CultureInfo.InvariantCulture, $"{known.Minor} {known.Currency.Code}")
        : null;

    private static string? TextOf(long? number) => number?.ToString(CultureInfo.InvariantCulture);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static Money Price(string text) => text.Split(' ') is [var minor, var currency]
        ? new Money(Number(minor), Currency.Parse(currency))
        : throw new FormatException("A price is minor units and a currency.");
}
