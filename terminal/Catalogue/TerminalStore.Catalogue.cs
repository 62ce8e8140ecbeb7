using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>
    /// A product by its number or, failing that, its EAN; withdrawn ones too, which may no longer be sold.
    /// </summary>
    public Product? FindProduct(string skuOrEan) => Locked(() => _feed.FindProduct(skuOrEan));

    /// <summary>The whole catalogue, by category and name.</summary>
    public IReadOnlyList<Product> Products => Locked(_feed.Products);

    /// <summary>
    /// What may be sold, by name: of a category (empty: of all), whose name, SKU or barcode holds the text.
    /// </summary>
    public IReadOnlyList<Product> SearchProducts(string text, string category, int skip, int most) =>
        Locked(() => _feed.Search(text, category, skip, most));

    public IReadOnlyList<string> ProductCategories => Locked(_feed.Categories);

    /// <summary>The trading days that the feed brought, in order.</summary>
    public IReadOnlyList<TradingDay> TradingDays => Locked(_feed.TradingDays);

    /// <summary>
    /// The business date, and the store's offset from UTC, that an entry would get at this moment.
    /// </summary>
    /// <summary>The shop's clock against UTC now; null while no trading day is known.</summary>
    public int? ShopOffsetMinutes => Locked(() => _feed.DayNear(_time.GetUtcNow())?.OffsetMinutes);

    public (DateOnly Date, TimeSpan Offset) BusinessDateAt(DateTimeOffset moment) =>
        Locked(() => BusinessDate.Of(moment, _feed.DayNear(moment)));
}
