using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>The catalogue, the trading days and the cursor. Within the caller's transaction.</summary>
internal sealed class FeedTables(Database database)
{
    private const string ProductColumns =
        "SELECT sku, ean, name, category, price, currency, tax_basis_points, withdrawn, low_stock_at "
        + "FROM product ";

    private readonly List<TradingDay> _days = [];
    private long _daysOf = -1;
    private const string DayColumns = "SELECT date, starts, ends, offset_minutes FROM trading_day ";

    public string Cursor => (string?)database.Scalar("SELECT cursor FROM feed_cursor") ?? "";

    public void SetCursor(string cursor) => database.Run(
        "INSERT INTO feed_cursor (only, cursor) VALUES (1, $1) "
        + "ON CONFLICT (only) DO UPDATE SET cursor = excluded.cursor",
        cursor);

    public void SetProduct(Product product) => database.Run(
        "INSERT INTO product (sku, ean, name, category, price, currency, tax_basis_points, withdrawn, "
        + "low_stock_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) "
        + "ON CONFLICT (sku) DO UPDATE SET ean = excluded.ean, "
        + "name = excluded.name, category = excluded.category, price = excluded.price, "
        + "currency = excluded.currency, tax_basis_points = excluded.tax_basis_points, "
        + "withdrawn = excluded.withdrawn, low_stock_at = excluded.low_stock_at",
        product.Sku, product.Ean, product.Name, product.Category, product.Price.Minor,
        product.Price.Currency.Code,
        product.TaxBasisPoints, product.Withdrawn, product.LowStockAt);

    public Product? FindSku(string sku) =>
        database.First(ProductColumns + "WHERE sku = $1", ReadProduct, sku);

    public Product? FindProduct(string skuOrEan) =>
        FindSku(skuOrEan) ?? FindEan(skuOrEan);

    public Product? FindEan(string ean) => database.First(
        ProductColumns + "WHERE ean = $1 AND ean <> '' ORDER BY withdrawn, sku LIMIT 1", ReadProduct, ean);

    public List<Product> Products() =>
        database.All(ProductColumns + "ORDER BY category, name, sku", ReadProduct);

    /// <summary>
    /// Products that may be sold, by name: those of a category, or those whose name, SKU or barcode holds the
    /// text. A page without a text comes out of an index in its order; a text is looked for in all of them.
    /// </summary>
    public List<Product> Search(string text, string category, int skip, int most) => (text, category) switch
    {
        ("", "") => database.All(
            ProductColumns + "WHERE withdrawn = 0 ORDER BY name, sku LIMIT $1 OFFSET $2",
            ReadProduct, most, skip),
        ("", _) => database.All(
            ProductColumns + "WHERE withdrawn = 0 AND category = $1 ORDER BY name, sku LIMIT $2 OFFSET $3",
            ReadProduct, category, most, skip),
        _ => database.All(
            ProductColumns + "NOT INDEXED WHERE withdrawn = 0 AND ($1 = '' OR category = $1) "
            + "AND (name LIKE $2 ESCAPE '!' OR sku LIKE $3 ESCAPE '!' OR ean LIKE $3 ESCAPE '!') "
            + "ORDER BY name, sku LIMIT $4 OFFSET $5",
            ReadProduct, category, $"%{Escaped(text)}%", $"{Escaped(text)}%", most, skip),
    };

    /// <summary>
    /// Names of the categories that have something to sell: from one to the next, past the goods of each.
    /// </summary>
    public List<string> Categories()
    {
        const string next =
            "SELECT category FROM product WHERE withdrawn = 0 AND category > $1 ORDER BY category LIMIT 1";
        var found = database.All(
            "SELECT category FROM product WHERE withdrawn = 0 ORDER BY category LIMIT 1",
            row => row.GetString(0));
        while (found.Count > 0 && database.First(next, row => row.GetString(0), found[^1]) is { } another)
            found.Add(another);
        return found;
    }

    private static string Escaped(string text) =>
        text.Replace("!", "!!").Replace("%", "!%").Replace("_", "!_");

    public void SetTradingDay(TradingDay day)
    {
        _daysOf = -1;
        database.Run(
            "INSERT INTO trading_day (date, starts, ends, offset_minutes) VALUES ($1, $2, $3, $4) "
            + "ON CONFLICT (date) DO UPDATE SET starts = excluded.starts, ends = excluded.ends, "
            + "offset_minutes = excluded.offset_minutes",
            day.Date.DayNumber, day.From.ToUnixTimeMilliseconds(), day.To.ToUnixTimeMilliseconds(),
            day.OffsetMinutes);
    }

    public List<TradingDay> TradingDays() => database.All(
        DayColumns + "ORDER BY date", ReadDay);

    /// <summary>
    /// The trading day that a moment falls in, else the one that began last before it, else the first.
    /// </summary>
    public TradingDay? DayNear(DateTimeOffset moment)
    {
        // Each entry asks, and days are few: kept in memory until one changes, or a change is taken back.
        if (_daysOf != database.Generation)
        {
            _days.Clear();
            _days.AddRange(database.All(DayColumns + "ORDER BY starts", ReadDay));
            _daysOf = database.Generation;
        }
        return _days.FindLast(day => day.From <= moment) ?? _days.FirstOrDefault();
    }

    /// <summary>
    /// Forgets all that a feed brought: another enrolment may bring another catalogue and policy.
    /// </summary>
    public void Clear()
    {
        _daysOf = -1;
        database.Script(
            "DELETE FROM product; DELETE FROM product_base; DELETE FROM product_edit; "
            + "DELETE FROM product_conflict; DELETE FROM level; DELETE FROM level_applied; "
            + "DELETE FROM trading_day; "
            + "DELETE FROM feed_cursor; DELETE FROM value");
    }

    private static TradingDay ReadDay(Row row) => new(
        DateOnly.FromDayNumber(row.GetInt32(0)), PaymentTable.TimeAt(row, 1), PaymentTable.TimeAt(row, 2),
        row.GetInt32(3));

    private static Product ReadProduct(Row row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), PaymentTable.MoneyAt(row, 4),
        row.GetInt32(6), row.GetBoolean(7))
    {
        LowStockAt = row.IsDBNull(8) ? null : row.GetInt64(8),
    };
}
