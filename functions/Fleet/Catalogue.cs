using System.Text.Json;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// The merchant's products, in rows `c.{sku}`. The catalogue is put whole: what is no longer in it is
/// withdrawn, and what did not change makes no row in the feed.
/// </summary>
internal sealed class Catalogue(TablePort tables, Merchants merchants)
{
    /// <summary>Bound of a catalogue's JSON in bytes: some ten thousand products.</summary>
    public const int BodyBytesMax = 4 * 1024 * 1024;

    private const string KeyPrefix = "c.";

    /// <summary>Three rows each, and the head of the feed: 91 of the 100 that a commit may have.</summary>
    private const int ProductsPerCommit = 30;

    private const int TextLengthMax = 200;
    private const int TaxBasisPointsMax = 10_000;

    /// <summary>PUT /api/backoffice/merchants/{merchant}/catalogue</summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        var id = call.Route("merchant");
        if (!Names.IsMerchant(id) || await merchants.Find(id, cancel) is not { } merchant)
            return Answer.NotFound("such merchant");
        if (!call.TryRead(FleetJson.Default.IReadOnlyListProduct, out var products, out var refusal))
            return refusal;
        for (var index = 0; index < products.Count; index++)
            if (Fault(products[index], merchant.Currency) is { } fault)
                return Answer.Refuse(ProblemCode.Malformed, $"$[{index}].{fault.Field}", fault.Sentence);
        var bySku = products.GroupBy(product => product.Sku, StringComparer.Ordinal);
        if (bySku.FirstOrDefault(same => same.Count() > 1) is { } twice)
            return Answer.Refuse(ProblemCode.Malformed, "sku", $"There are two products '{twice.Key}'.");

        var wanted = products.ToDictionary(product => product.Sku, StringComparer.Ordinal);
        await foreach (var row in tables.Range(
            TableNames.Merchant, id, KeyPrefix, Keys.After(KeyPrefix), cancel))
        {
            var product = From(row);
            if (!wanted.ContainsKey(product.Sku))
                wanted.Add(product.Sku, product with { Withdrawn = true });
        }
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
            var key = KeyPrefix + Names.KeyPart(product.Sku);
            var row = await tables.Get(TableNames.Merchant, merchant, key, cancel) ?? new Row(merchant, key);
            if (row.ETag is not null && From(row) == product)
                continue;
            row["product"] = JsonSerializer.Serialize(product, WireJson.Default.Product);
            await feed.Add(row, new FeedRow(Product: product), cancel);
            changes.Add(row.ETag is null ? Change.Insert(row) : Change.Replace(row));
        }
        if (changes.Count == 0)
            return true;
        changes.AddRange(feed.Changes);
        return await tables.TryCommit(TableNames.Merchant, merchant, changes, cancel) is null;
    }

    private static (string Field, string Sentence)? Fault(Product product, Currency currency)
    {
        if (product.Sku.Length is 0 or > Names.SkuLengthMax || product.Sku.Any(c => c is < '!' or > '~'))
            return ("sku", $"An SKU is 1 to {Names.SkuLengthMax} printable characters without spaces.");
        if (product.Ean.Length > 0 && !IsEan(product.Ean))
            return ("ean", "An EAN has 8 or 13 digits, of which the last checks the others; or it is empty.");
        if (product.Name.Length is 0 or > TextLengthMax || product.Category.Length > TextLengthMax)
            return ("name", $"Names and categories have up to {TextLengthMax} characters.");
        if (product.Price.Minor < 0 || product.Price.Currency != currency)
            return ("price", $"A price is not negative and in {currency}.");
        if (product.TaxBasisPoints is < 0 or > TaxBasisPointsMax)
            return ("taxBasisPoints", "A tax rate is 0 to 10000 basis points.");
        return null;
    }

    /// <summary>
    /// GS1 General Specifications, 7.9: weights 3 and 1 from the right, and the sum is a multiple of ten.
    /// </summary>
    private static bool IsEan(string ean)
    {
        if (ean.Length is not (8 or 13) || !ean.All(char.IsAsciiDigit))
            return false;
        var sum = 0;
        for (var index = 0; index < ean.Length; index++)
            sum += (ean[ean.Length - 1 - index] - '0') * (index % 2 == 0 ? 1 : 3);
        return sum % 10 == 0;
    }

    private static Product From(Row row) =>
        JsonSerializer.Deserialize(row.Text("product"), WireJson.Default.Product)
        ?? throw new RowShapeException($"Row {row} holds no product.");
}
