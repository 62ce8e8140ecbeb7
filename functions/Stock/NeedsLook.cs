using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Functions.Customers;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Stock;

/// <summary>A product that is out or running out in a store.</summary>
/// <param name="State">negative or low.</param>
internal sealed record StockLook(
    string Store, string Sku, string Name, long Quantity, long? LowStockAt, string State);

/// <param name="Points">Below zero: terminals that did not know of each other let them be redeemed.</param>
internal sealed record OverdrawnLook(Id Customer, string Name, long Points);

/// <summary>GET look: what a person has to settle; empty lists where nothing is.</summary>
internal sealed record LookAnswer(
    IReadOnlyList<EditConflict> Conflicts, IReadOnlyList<OverdrawnLook> Overdrawn,
    IReadOnlyList<StockLook> Stock);

/// <summary>
/// One list of what came of outages and needs a person: edits that did not know of each other with both
/// values, balances that were overdrawn, stock that is low or below zero. As JSON, or as a page that says how
/// each is settled.
/// </summary>
internal sealed class NeedsLook(TablePort tables, Merchants merchants, Stores stores, Register register)
{
    private const int LinesMax = 1_000;

    /// <summary>GET /api/backoffice/merchants/{merchant}/look?format=html</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || await merchants.Find(call.Route("merchant"), cancel) is not { } merchant)
            return Answer.NotFound("such merchant");
        var look = new LookAnswer(
            await Conflicts(merchant.Id, cancel), await Overdrawn(merchant.Id, cancel),
            await Stock(merchant.Id, cancel));
        return call.Query("format") == "html"
            ? Answer.Text("text/html; charset=utf-8", Page(merchant, look))
            : Answer.Json(look, LookJson.Default.LookAnswer);
    }

    private async Task<IReadOnlyList<EditConflict>> Conflicts(string merchant, CancellationToken cancel)
    {
        var found = new List<EditConflict>();
        await foreach (var row in tables.Range(
            TableNames.Merchant, merchant, ProductEdits.ConflictPrefix,
            Keys.After(ProductEdits.ConflictPrefix), cancel))
        {
            found.AddRange(JsonSerializer.Deserialize(
                row.Chunked("conflicts"), FleetJson.Default.IReadOnlyListEditConflict)!);
            if (found.Count >= LinesMax)
                break;
        }
        return found;
    }

    private async Task<IReadOnlyList<OverdrawnLook>> Overdrawn(string merchant, CancellationToken cancel)
    {
        var found = new List<OverdrawnLook>();
        var (from, to) = CustomerRow.AllKeys;
        await foreach (var row in tables.Range(TableNames.Customer, merchant, from, to, cancel))
            if (new CustomerRow(row) is { Points: < 0 } customer && found.Count < LinesMax)
                found.Add(new OverdrawnLook(customer.Id, customer.Data?.Name ?? "-", customer.Points));
        return [.. found.OrderBy(customer => customer.Points)];
    }

    /// <summary>Below zero first, then what is low.</summary>
    private async Task<IReadOnlyList<StockLook>> Stock(string merchant, CancellationToken cancel)
    {
        var products = new Dictionary<string, Product>(StringComparer.Ordinal);
        var (from, to) = ProductRow.AllKeys;
        await foreach (var row in tables.Range(TableNames.Merchant, merchant, from, to, cancel))
            if (new ProductRow(row).Product is { } product)
                products[product.Sku] = product;
        var found = new List<StockLook>();
        foreach (var id in await register.List(Register.Stores, cancel))
        {
            if ((await stores.Find(id, cancel))?.Merchant != merchant)
                continue;
            (from, to) = StockLevelRow.AllKeys;
            await foreach (var row in tables.Range(TableNames.Store, id, from, to, cancel))
            {
                var (sku, quantity) = (row.Text("sku"), row.Number("quantity"));
                var product = products.GetValueOrDefault(sku);
                if (quantity >= 0 && (product is null or { Withdrawn: true }
                    || !(quantity <= product.LowStockAt)))
                    continue;
                found.Add(new StockLook(
                    id, sku, product?.Name ?? sku, quantity, product?.LowStockAt,
                    quantity < 0 ? "negative" : "low"));
            }
        }
        return [.. found.OrderBy(line => line.Quantity >= 0)
            .ThenBy(line => line.Store, StringComparer.Ordinal)
            .ThenBy(line => line.Sku, StringComparer.Ordinal).Take(LinesMax)];
    }

    private static string Page(Merchant merchant, LookAnswer look)
    {
        var page = new List<Block>();
        if (look is { Conflicts.Count: 0, Overdrawn.Count: 0, Stock.Count: 0 })
            page.Add(new Paragraph("Nothing needs a look."));
        if (look.Conflicts.Count > 0)
        {
            page.Add(new Heading("Edits that did not know of each other"));
            page.Add(new Paragraph(
                "The later value holds. Settle each by POST conflicts/{sku} with field and keptMoment; "
                + "takeLost brings the other value back."));
            var table = new TableBlock(
                "Both values of each field", ["Product", "Field", "Holds", "By", "Lost", "By"]);
            foreach (var one in look.Conflicts)
                table.Row(
                    one.Sku, one.Field, one.Kept, Who(one.KeptMoment), one.Lost, Who(one.LostMoment));
            page.Add(table);
        }
        if (look.Overdrawn.Count > 0)
        {
            page.Add(new Heading("Points below zero"));
            page.Add(new Paragraph(
                "Redeemed at terminals that could not know of each other. Let the next purchases fill them "
                + "up, or settle by POST customers/{customer}/points."));
            var table = new TableBlock("Overdrawn customers", ["Customer", "Name", "#Points"]);
            foreach (var one in look.Overdrawn)
                table.Row($"{one.Customer}", one.Name, Digits(one.Points));
            page.Add(table);
        }
        if (look.Stock.Count > 0)
        {
            page.Add(new Heading("Stock that is low or below zero"));
            page.Add(new Paragraph(
                "Receive goods or count them at a terminal, or settle by PUT stores/{store}/stock."));
            var table = new TableBlock(
                "By store", ["Store", "Product", "Name", "#Pieces", "#Low at", "State"]);
            foreach (var one in look.Stock)
                table.Row(
                    one.Store, one.Sku, one.Name, Digits(one.Quantity),
                    one.LowStockAt is { } low ? Digits(low) : "", one.State);
            page.Add(table);
        }
        const string title = "What needs a look";
        return HtmlBlocks.Page($"{title}: {merchant.Name}", title, [$"{merchant.Name}, {merchant.Id}"], page);
    }

    private static string Who(string moment)
    {
        var who = EditMoment.TerminalOf(moment);
        return $"{(who == "-" ? "back office" : who)}, {Receipts.Printed.Utc(EditMoment.TimeOf(moment))}";
    }

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LookAnswer))]
internal sealed partial class LookJson : JsonSerializerContext;
