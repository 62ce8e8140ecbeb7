using LiteDB;

namespace CloudPos.Benchmarks.Journal;

/// <summary>
/// LiteDB: one transaction over seven collections. Its commit returns before the file is synced (strace shows
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
        Insert("entry", rows.Place, ("hash", rows.Hash), ("sealed", rows.Attempt));
        Insert("attachment", rows.Place, ("item", 0), ("sealed", rows.Card));
        Insert(
            "payment", rows.Payment, ("sale", rows.Sale), ("amount", 1999), ("state", 1), ("at", rows.Place));
        Insert("exposure", rows.Payment, ("amount", 1999), ("at", rows.Place));
        Insert("card_use", rows.Payment, ("token", rows.Sale), ("amount", 1999), ("at", rows.Place));
        Insert("entry", rows.Place + 1, ("hash", rows.Hash), ("sealed", rows.Completed));
        Insert("sale", rows.Sale, ("place", rows.Place + 1), ("receipt", rows.Sale), ("total", 1999));
        foreach (var sku in SaleRows.Skus)
            Insert("movement", $"{sku}/{rows.Place}", ("quantity", -1));
        _database.Commit();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Insert(
        string collection, BsonValue id, params ReadOnlySpan<(string Name, BsonValue Value)> members)
    {
        var document = new BsonDocument { ["_id"] = id };
        foreach (var (name, value) in members)
            document[name] = value;
        _database.GetCollection(collection).Insert(document);
    }
}
