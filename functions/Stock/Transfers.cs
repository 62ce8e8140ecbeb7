using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Stock;

/// <summary>
/// Goods between stores: row `t.{number}` in the partition of each of the two, with the parts that are known
/// there. Parts are a set keyed by their entries, so neither order nor repetition matters; the stock itself
/// moves by the entries alone.
/// </summary>
internal sealed class Transfers(TablePort tables, Stores stores)
{
    private const string Prefix = "t.";

    public static (string From, string To) AllKeys => (Prefix, Keys.After(Prefix));

    /// <returns>Why it cannot be shown to the other store, or null.</returns>
    public async Task<string?> Add(
        string merchant, string number, string from, string to, TransferPart part, CancellationToken cancel)
    {
        var known = await Read(to, number, cancel);
        // Who receives names the sender only if it was known there.
        var sender = from.Length > 0 ? from : known?.From ?? "";
        if (!part.IsArrival && await IsOther(merchant, to, cancel))
            return $"the goods were sent to '{to}', which is no store of the merchant";
        var all = new Transfer(number, sender, to, [.. known?.Parts ?? [], part]);
        if (sender.Length > 0 && await Read(sender, number, cancel) is { } there)
            all = all with { Parts = [.. all.Parts, .. there.Parts] };
        foreach (var store in new[] { to, sender }.Where(Names.IsStore).Distinct())
            await Attempts.UntilCommitted(() => Merge(store, all, cancel));
        return null;
    }

    public async Task<IReadOnlyList<Transfer>> List(string store, int most, CancellationToken cancel)
    {
        var found = new List<Transfer>();
        var (from, to) = AllKeys;
        await foreach (var row in tables.Range(TableNames.Store, store, from, to, cancel))
        {
            found.Add(From(row));
            if (found.Count == most)
                break;
        }
        return found;
    }

    private async Task<bool> Merge(string store, Transfer more, CancellationToken cancel)
    {
        var key = Prefix + Names.KeyPart(more.Number);
        var row = await tables.Get(TableNames.Store, store, key, cancel) ?? new Row(store, key);
        var before = row.ETag is null ? null : From(row);
        var after = Union(before, more);
        if (before is not null && before.Parts.Count == after.Parts.Count && before.From == after.From)
            return true;
        row.SetChunks("transfer", JsonSerializer.SerializeToUtf8Bytes(after, WireJson.Default.Transfer));
        var feed = await FeedAppend.Begin(tables, TableNames.Store, store, cancel);
        await feed.Add(row, new FeedRow { Transfer = after }, cancel);
        var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
        return await tables.TryCommit(TableNames.Store, store, [change, .. feed.Changes], cancel) is null;
    }

    /// <summary>In an order that does not depend on arrival; the first ones of too many.</summary>
    private static Transfer Union(Transfer? before, Transfer more) => more with
    {
        From = more.From.Length > 0 ? more.From : before?.From ?? "",
        Parts = [.. (before?.Parts ?? []).Concat(more.Parts)
            .DistinctBy(part => part.Entry, StringComparer.Ordinal)
            .OrderBy(part => part.IsArrival).ThenBy(part => part.Entry, StringComparer.Ordinal)
            .Take(Transfer.PartsMax)],
    };

    private async Task<bool> IsOther(string merchant, string store, CancellationToken cancel) =>
        !Names.IsStore(store) || (await stores.Find(store, cancel))?.Merchant != merchant;

    private async Task<Transfer?> Read(string store, string number, CancellationToken cancel) =>
        Names.IsStore(store)
        && await tables.Get(TableNames.Store, store, Prefix + Names.KeyPart(number), cancel) is { } row
            ? From(row)
            : null;

    private static Transfer From(Row row) =>
        JsonSerializer.Deserialize(row.Chunked("transfer"), WireJson.Default.Transfer)
        ?? throw new RowShapeException($"Row {row} holds no transfer.");
}
