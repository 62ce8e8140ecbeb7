using System.Text.Json;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// The merchant's products, in rows `c.{sku}`. The catalogue is put whole: what is no longer in it is
/// withdrawn, and what did not change makes no row in the feed. What it says again is no edit: a price that a
/// terminal changed meanwhile stays until the catalogue says another one.
/// </summary>
internal sealed class Catalogue(TablePort tables, Merchants merchants, ProductEdits edits)
{
    /// <summary>Bound of a catalogue's JSON in bytes: some ten thousand products.</summary>
    public const int BodyBytesMax = 4 * 1024 * 1024;

    /// <summary>Four rows each at most, and the head of the feed: 97 of the 100 of a commit.</summary>
    private const int ProductsPerCommit = 24;

    /// <summary>PUT /api/backoffice/merchants/{merchant}/catalogue</summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        var id = call.Route("merchant");
        if (!Names.IsMerchant(id) || await merchants.Find(id, cancel) is not { } merchant)
            return Answer.NotFound("such merchant");
        if (!call.TryRead(FleetJson.Default.IReadOnlyListProduct, out var products, out var refusal))
            return refusal;
        for (var index = 0; index < products.Count; index++)
            if (ProductRules.Fault(products[index], merchant.Currency) is { } fault)
                return Answer.Refuse(ProblemCode.Malformed, $"$[{index}].{fault.Field}", fault.Sentence);
        var bySku = products.GroupBy(product => product.Sku, StringComparer.Ordinal);
        if (bySku.FirstOrDefault(same => same.Count() > 1) is { } twice)
            return Answer.Refuse(ProblemCode.Malformed, "sku", $"There are two products '{twice.Key}'.");

        var wanted = products.ToDictionary(product => product.Sku, StringComparer.Ordinal);
        var (from, to) = ProductRow.AllKeys;
        await foreach (var row in tables.Range(TableNames.Merchant, id, from, to, cancel))
            // What was made at a terminal and never put is not the catalogue's to withdraw.
            if (new ProductRow(row).LastPut is { } put && !wanted.ContainsKey(put.Sku))
                wanted.Add(put.Sku, put with { Withdrawn = true });
        foreach (var some in wanted.Values.Chunk(ProductsPerCommit))
            await Attempts.UntilCommitted(() => Write(id, some, cancel));
        return Answer.Json(new CatalogueAnswer(wanted.Count), FleetJson.Default.CatalogueAnswer);
    }

    private async Task<bool> Write(string merchant, IReadOnlyList<Product> products, CancellationToken cancel)
    {
        var feed = await FeedAppend.Begin(tables, TableNames.Merchant, merchant, cancel);
        var changes = new List<Change>();
        foreach (var product in products)
        {
            var key = ProductRow.KeyOf(product.Sku);
            var row = new ProductRow(
                await tables.Get(TableNames.Merchant, merchant, key, cancel) ?? new Row(merchant, key));
            if (!row.Put(product, edits.Now()))
                continue;
            changes.AddRange(await edits.Write(row, feed, cancel));
        }
        if (changes.Count == 0)
            return true;
        changes.AddRange(feed.Changes);
        return await tables.TryCommit(TableNames.Merchant, merchant, changes, cancel) is null;
    }
}
