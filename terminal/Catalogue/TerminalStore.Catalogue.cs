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

    /// <summary>The trading days that the feed brought, in order.</summary>
    public IReadOnlyList<TradingDay> TradingDays => Locked(_feed.TradingDays);

    /// <summary>
    /// The business date, and the store's offset from UTC, that an entry would get at this moment.
    /// </summary>
    public (DateOnly Date, TimeSpan Offset) BusinessDateAt(DateTimeOffset moment) =>
        Locked(() => BusinessDate.Of(moment, _feed.DayNear(moment)));
}
