using LiteDB;

namespace CloudPos.Benchmarks.Journal;

/// <summary>
/// LiteDB: one transaction over nine collections. Its commit returns before the file is synced (strace shows
/// a sync at a checkpoint only), so what it acknowledges a power cut can take.
/// </summary>
internal sealed class LiteDbPeer(string folder) : ISalePeer
{
    private readonly LiteDatabase _database = new(Path.Combine(folder, "peer.db"));

    public string Name => "LiteDB (not durable)";

    public Task Sell()
    {
        var rows = SaleRows.Next();
        _database.BeginTrans();
        var (attempt, sale) = (rows.Place, rows.Place + 1);
        Insert("entry", attempt, ("hash", rows.Hash), ("sealed", rows.Attempt));
        Insert("attachment", attempt, ("item", 0), ("kind", 1), ("sealed", rows.Card));
        Insert(
            "payment", rows.Payment, ("sale", rows.Sale), ("attempted", attempt), ("finished", sale),
            ("receipt", rows.Receipt), ("amount", SaleRows.Total), ("currency", SaleRows.Currency),
            ("state", 2), ("at", rows.At));
        Upsert("card_tag", rows.Tag, ("token", rows.Token), ("used_at", rows.At));
        Insert("entry", sale, ("hash", rows.Hash), ("sealed", rows.Completed));
        Insert(
            "exposure", rows.Payment, ("amount", SaleRows.Total), ("currency", SaleRows.Currency),
            ("at", rows.At));
        Insert(
            "card_use", rows.Payment, ("token", rows.Token), ("amount", SaleRows.Total),
            ("currency", SaleRows.Currency), ("at", rows.At));
        Insert(
            "sale", rows.Sale, ("place", sale), ("receipt", rows.Receipt), ("date", SaleRows.Day),
            ("total", SaleRows.Total), ("currency", SaleRows.Currency), ("printed", false));
        foreach (var sku in SaleRows.Skus)
            Insert("movement", $"{sku}/{sale}", ("quantity", -1));
        foreach (var figure in SaleRows.Figures)
            Add(figure.Dimension, figure.Key, figure.Count, figure.Quantity, figure.Amount);
        _database.Commit();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Add(int dimension, string key, int count, int quantity, int amount)
    {
        var id = $"{SaleRows.Day}/{dimension}/{key}/{SaleRows.Currency}";
        var before = _database.GetCollection("figure").FindById(id);
        Upsert(
            "figure", id, ("count", (before?["count"].AsInt64 ?? 0) + count),
            ("quantity", (before?["quantity"].AsInt64 ?? 0) + quantity),
            ("amount", (before?["amount"].AsInt64 ?? 0) + amount));
    }

    private void Insert(
        string collection, BsonValue id, params ReadOnlySpan<(string Name, BsonValue Value)> members) =>
        _database.GetCollection(collection).Insert(Document(id, members));

    private void Upsert(
        string collection, BsonValue id, params ReadOnlySpan<(string Name, BsonValue Value)> members) =>
        _database.GetCollection(collection).Upsert(Document(id, members));

    private static BsonDocument Document(
        BsonValue id, ReadOnlySpan<(string Name, BsonValue Value)> members)
    {
        var document = new BsonDocument { ["_id"] = id };
        foreach (var (name, value) in members)
            document[name] = value;
        return document;
    }
}
