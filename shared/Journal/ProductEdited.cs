namespace CloudPos.Journal;

/// <summary>
/// A product changed at a terminal, or made there: the changed fields alone, each with what the terminal
/// showed before. Of several who change the same field, the later one wins; who did not know of the other is
/// told so with both values.
/// </summary>
/// <param name="Was">What the terminal showed in these fields; null members where it knew no value.</param>
/// <param name="Now">The changed fields; the others are null.</param>
/// <param name="IsNew">The terminal knew no product of this number.</param>
public sealed record ProductEdited(
    string Sku, ProductFields Was, ProductFields Now, bool IsNew, string Cashier)
    : EntryBody(EntryKind.ProductEdited);

/// <summary>Fields of a product that can be changed one by one. Null: not told.</summary>
/// <param name="LowStockAt">From this quantity on stock counts as low; -1 is no such figure.</param>
public sealed record ProductFields(
    string? Name = null,
    string? Ean = null,
    string? Category = null,
    Money? Price = null,
    int? TaxBasisPoints = null,
    bool? Withdrawn = null,
    long? LowStockAt = null);
