using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Stock of the own store: the feed's level plus this terminal's own movements that the level does not
/// contain yet. A movement is a row per (product, entry), so that each counts once. Within the caller's
/// transaction.
/// </summary>
internal sealed class StockTable(Database database)
{
    /// <summary>
    /// Epoch by epoch, so that what the level contains is passed over instead of read and left out: the
    /// figure costs what is not in the level yet, and not what was ever sold.
    /// </summary>
    private const string Quantity =
        "coalesce((SELECT quantity FROM level WHERE store = $1 AND sku = s.sku), 0) + coalesce(("
        + "WITH RECURSIVE epoch (n) AS (SELECT min(place) >> 40 FROM movement WHERE sku = s.sku UNION ALL "
        + "SELECT (SELECT min(place) >> 40 FROM movement "
        + "WHERE sku = s.sku AND place >= ((epoch.n + 1) << 40)) FROM epoch WHERE epoch.n IS NOT NULL) "
        + "SELECT sum((SELECT sum(m.quantity) FROM movement m WHERE m.sku = s.sku "
        + "AND m.place < ((epoch.n + 1) << 40) AND m.place > (epoch.n << 40) + coalesce("
        + "(SELECT a.number FROM level_applied a WHERE a.sku = s.sku AND a.epoch = epoch.n), 0))) "
        + "FROM epoch WHERE epoch.n IS NOT NULL), 0)";

    /// <summary>Moves a product within an entry; lines of the same product add up.</summary>
    public void Move(Place place, string sku, long quantity) => database.Run(
        "INSERT INTO movement (sku, place, quantity) VALUES ($1, $2, $3) "
        + "ON CONFLICT (sku, place) DO UPDATE SET quantity = quantity + excluded.quantity",
        sku, place.Value, quantity);

    /// <summary>
    /// Takes over a level of the feed; of the own store also what it contains of this terminal.
    /// </summary>
    public void SetLevel(StockLevel level, Enrolment own)
    {
        database.Run(
            "INSERT INTO level (store, sku, quantity) VALUES ($1, $2, $3) "
            + "ON CONFLICT (store, sku) DO UPDATE SET quantity = excluded.quantity",
            level.Store, level.Sku, level.Quantity);
        if (level.Store != own.Store)
            return;
        database.Run("DELETE FROM level_applied WHERE sku = $1", level.Sku);
        for (var epoch = 1; epoch <= own.Epoch; epoch++)
            if (level.AppliedThrough.TryGetValue(
                new JournalId(own.Terminal, epoch).ToString(), out var number))
                database.Run(
                    "INSERT INTO level_applied (sku, epoch, number) VALUES ($1, $2, $3)", level.Sku, epoch,
                    number);
    }

    /// <summary>What should lie on the shelf; zero for a product that never moved here.</summary>
    public long OnHand(string store, string sku) =>
        database.Number($"SELECT {Quantity} FROM (SELECT $2 AS sku) s", store, sku) ?? 0;

    /// <summary>All products that have a level or moved here, by product.</summary>
    public List<StockRow> All(string store) => database.All(
        $"SELECT s.sku, {Quantity} FROM "
        + "(SELECT sku FROM level WHERE store = $1 UNION SELECT sku FROM movement) s ORDER BY s.sku",
        row => new StockRow(row.GetString(0), row.GetInt64(1)), store);

    public IReadOnlyList<string> Stores() => database.All(
        "SELECT DISTINCT store FROM level ORDER BY store", row => row.GetString(0));

    /// <summary>The levels that the feed brought for all stores of the merchant.</summary>
    public List<(string Store, long Quantity)> Levels(string sku) => database.All(
        "SELECT store, quantity FROM level WHERE sku = $1 ORDER BY store",
        row => (row.GetString(0), row.GetInt64(1)), sku);
}
