using System.Security.Cryptography;
using System.Text.Json;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// Edits of products, from terminals and from people, resolved per field by the later one. A product with
/// edits that did not know of each other is listed in row `k.{sku}` until a person has looked.
/// </summary>
internal sealed class ProductEdits(TablePort tables, Merchants merchants, TimeProvider time)
{
    public const string ConflictPrefix = "k.";
    private const int ConflictsMax = 500;

    /// <summary>Stands where a terminal's id does; earlier than all at the same moment.</summary>
    private const string BackOfficeJournal = "-";

    /// <summary>
    /// Rises, so that of two edits within one millisecond the second is the later; begins anywhere, so that
    /// two processes give no moment twice.
    /// </summary>
    private static long _lastMoment = RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>A terminal's entry.</summary>
    /// <param name="moment">By which it is later or earlier than others.</param>
    /// <returns>Why it cannot be applied, or null.</returns>
    public async Task<string?> Apply(
        string merchant, JournalId journal, long number, DateTimeOffset moment, ProductEdited edit,
        CancellationToken cancel)
    {
        if (await merchants.Find(merchant, cancel) is not { } known)
            return "the merchant is not known";
        if (FaultOf(edit.Sku, edit.Now, known.Currency) is { } fault)
            return $"{fault.Field}: {fault.Sentence}";
        var key = EditMoment.Of(moment, journal, number);
        await Attempts.UntilCommitted(() => Change(merchant, edit.Sku, row =>
        {
            row.AppliedThrough(journal, number);
            return row.Edit(edit.Sku, key, edit.Was, edit.Now, known.Currency);
        }, cancel));
        return null;
    }

    /// <summary>POST /api/backoffice/merchants/{merchant}/products/{sku}: the fields to change.</summary>
    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        if (await MerchantOf(call, cancel) is not { } merchant)
            return Answer.NotFound("such merchant");
        if (!call.TryRead(FleetJson.Default.ProductFields, out var fields, out var refusal))
            return refusal;
        var sku = call.Route("sku");
        if (FaultOf(sku, fields, merchant.Currency) is { } fault)
            return Answer.Refuse(ProblemCode.Malformed, fault.Field, fault.Sentence);
        ProductRow? result = null;
        await Attempts.UntilCommitted(() => Change(merchant.Id, sku, row =>
        {
            result = row;
            return row.Product is { } before
                && row.Edit(sku, Now(), ProductField.Of(before), fields, merchant.Currency);
        }, cancel));
        return result?.Product is { } product
            ? Answer.Json(product, WireJson.Default.Product)
            : Answer.NotFound("such product");
    }

    /// <summary>GET /api/backoffice/merchants/{merchant}/conflicts</summary>
    public async Task<Answer> Conflicts(Call call, CancellationToken cancel)
    {
        if (await MerchantOf(call, cancel) is not { } merchant)
            return Answer.NotFound("such merchant");
        var found = new List<EditConflict>();
        await foreach (var row in tables.Range(
            TableNames.Merchant, merchant.Id, ConflictPrefix, Keys.After(ConflictPrefix), cancel))
        {
            found.AddRange(JsonSerializer.Deserialize(
                row.Chunked("conflicts"), FleetJson.Default.IReadOnlyListEditConflict)!);
            if (found.Count >= ConflictsMax)
                break;
        }
        return Answer.Json(found, FleetJson.Default.IReadOnlyListEditConflict);
    }

    /// <summary>
    /// POST /api/backoffice/merchants/{merchant}/conflicts/{sku}: a person has looked; the value that lost
    /// comes back as an edit of now where they say so.
    /// </summary>
    public async Task<Answer> Decide(Call call, CancellationToken cancel)
    {
        if (await MerchantOf(call, cancel) is not { } merchant)
            return Answer.NotFound("such merchant");
        if (!call.TryRead(FleetJson.Default.ConflictBody, out var body, out var refusal))
            return refusal;
        EditConflict? seen = null;
        ProductRow? result = null;
        await Attempts.UntilCommitted(() => Change(merchant.Id, call.Route("sku"), row =>
        {
            (result, seen) = (row, row.See(body.Field, body.KeptMoment));
            if (seen is not null && body.TakeLost)
            {
                var field = ProductField.Of(body.Field);
                row.Edit(
                    seen.Sku, Now(), ProductField.Of(row.Product!), field.Set(new(), seen.Lost),
                    merchant.Currency);
            }
            return seen is not null;
        }, cancel));
        return seen is null
            ? Answer.NotFound("such conflict")
            : Answer.Json(result!.Product!, WireJson.Default.Product);
    }

    /// <summary>One attempt to change a product; true when it is committed, or nothing was changed.</summary>
    private async Task<bool> Change(
        string merchant, string sku, Func<ProductRow, bool> change, CancellationToken cancel)
    {
        var key = ProductRow.KeyOf(sku);
        var row = await tables.Get(TableNames.Merchant, merchant, key, cancel) ?? new Row(merchant, key);
        var product = new ProductRow(row);
        if (!change(product))
            return true;
        var feed = await FeedAppend.Begin(tables, TableNames.Merchant, merchant, cancel);
        var changes = await Write(product, feed, cancel);
        return await tables.TryCommit(
            TableNames.Merchant, merchant, [.. changes, .. feed.Changes], cancel) is null;
    }

    /// <summary>The changes that write a product, its row of the feed left out: one or two.</summary>
    public async Task<IReadOnlyList<Change>> Write(
        ProductRow product, FeedAppend feed, CancellationToken cancel)
    {
        await feed.Add(product.Row, product.Write(), cancel);
        var row = product.Row;
        List<Change> changes = [row.ETag is null ? Tables.Change.Insert(row) : Tables.Change.Replace(row)];
        var key = ConflictPrefix + Names.KeyPart(product.Product!.Sku);
        var conflicts = product.Conflicts();
        var listed = await tables.Get(TableNames.Merchant, row.Partition, key, cancel);
        if (conflicts.Count > 0)
        {
            var list = listed ?? new Row(row.Partition, key);
            list.SetChunks("conflicts", JsonSerializer.SerializeToUtf8Bytes(
                conflicts, FleetJson.Default.IReadOnlyListEditConflict));
            changes.Add(list.ETag is null ? Tables.Change.Insert(list) : Tables.Change.Replace(list));
        }
        else if (listed is not null)
            changes.Add(Tables.Change.Delete(listed));
        return changes;
    }

    /// <summary>
    /// A moment of its own for what a person does now, later than all that this process gave.
    /// </summary>
    public string Now() => EditMoment.Of(
        time.GetUtcNow(), new JournalId(BackOfficeJournal, 1), Interlocked.Increment(ref _lastMoment));

    private static (string Field, string Sentence)? FaultOf(
        string sku, ProductFields fields, Currency currency) =>
        ProductRules.Fault(ProductField.Over(ProductField.Blank(sku, currency), fields), currency);

    private async Task<Merchant?> MerchantOf(Call call, CancellationToken cancel) =>
        Names.IsMerchant(call.Route("merchant"))
            ? await merchants.Find(call.Route("merchant"), cancel)
            : null;
}

/// <summary>POST conflicts/{sku}: which conflict was looked at.</summary>
/// <param name="TakeLost">The value that lost is to hold after all.</param>
internal sealed record ConflictBody(string Field, string KeptMoment, bool TakeLost = false);
