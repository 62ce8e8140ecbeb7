using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Web.Api;

/// <summary>Goods: what lies where, what moves, and what a product is.</summary>
internal sealed class StockApi(TerminalStore store)
{
    private const int ItemsMax = 200;

    public void Map(ApiRoutes api)
    {
        var json = ShopJson.Default;
        api.Get("/api/stock", json.StockListDocument, Need.Cashier, List);
        api.Get("/api/product", json.ProductDetailDocument, Need.Cashier, Product);
        api.Post("/api/product", json.EditProductBody, json.ProductDetailDocument, Need.Manager, Edit);
        api.Get("/api/conflicts", json.ConflictsDocument, Need.Cashier,
            _ => new ConflictsDocument(store.ProductConflicts));
        api.Post("/api/stock/move", json.MoveStockBody, json.StockListDocument, Need.Cashier, Move);
        api.Get("/api/transfers", json.TransfersDocument, Need.Cashier,
            _ => TransfersOf(store, store.Transfers()));
        api.Post("/api/transfers/send", json.SendBody, json.TransferDocument, Need.Cashier, (call, body) =>
            Tell(store.SendTransfer(body.To.Trim(), body.Lines, call.Cashier)));
        api.Post("/api/transfers/arrive", json.ArriveBody, json.TransferDocument, Need.Cashier,
            (call, body) => Tell(store.ReceiveTransfer(
                body.Transfer.Trim(), body.Lines, body.IsLast, call.Cashier)));
    }

    private ApiAnswer<StockListDocument> List(ApiCall call)
    {
        var (text, only) = (call.Query("q").Trim(), call.Query("only"));
        var all = All();
        var named = store.FindProduct(text)?.Sku;
        var found = all.Where(item =>
            (only.Length == 0 || item.State != "ok")
            && (item.Name.Contains(text, StringComparison.OrdinalIgnoreCase)
                || item.Sku.Contains(text, StringComparison.OrdinalIgnoreCase)
                || item.Sku == named)).ToList();
        return new StockListDocument(
            [.. found.Take(ItemsMax)], all.Count(item => item.State == "low"),
            all.Count(item => item.State == "negative"), found.Count > ItemsMax);
    }

    /// <summary>Every product, and what lies here of goods that no product names; what needs a look
    /// first.</summary>
    private List<StockItemDocument> All()
    {
        var levels = store.Stock().ToDictionary(row => row.Sku, row => row.Quantity);
        var items = new List<StockItemDocument>();
        foreach (var product in store.Products)
        {
            var known = levels.Remove(product.Sku, out var quantity);
            if (!product.Withdrawn || (known && quantity != 0))
                items.Add(new StockItemDocument(
                    product.Sku, product.Name, product.Category, quantity, product.LowStockAt,
                    StateOf(quantity, product.LowStockAt)));
        }
        items.AddRange(levels.Select(level => new StockItemDocument(
            level.Key, level.Key, "", level.Value, null, StateOf(level.Value, null))));
        return [.. items.OrderBy(item => item.State switch { "negative" => 0, "low" => 1, _ => 2 })];
    }

    private static string StateOf(long quantity, long? lowAt) =>
        quantity < 0 ? "negative" : quantity <= lowAt ? "low" : "ok";

    private ApiAnswer<ProductDetailDocument> Product(ApiCall call) =>
        store.FindProduct(call.Query("code").Trim()) is { } product
            ? DetailOf(product)
            : ApiFault.Of(FaultCode.BadInput, $"No product has the SKU or barcode '{call.Query("code")}'.");

    public ProductDetailDocument DetailOf(Product product) => new(
        product.Sku, product.Ean, product.Name, product.Category, product.Price, product.TaxBasisPoints,
        product.Withdrawn, product.LowStockAt, store.Stock(product.Sku),
        [.. store.StockElsewhere(product.Sku).Where(level => level.Store != store.Enrolment?.Store)
            .Select(level => new ElsewhereDocument(level.Store, level.Quantity))],
        [.. store.ProductConflicts.Where(conflict => conflict.Sku == product.Sku)]);

    private ApiAnswer<ProductDetailDocument> Edit(ApiCall call, EditProductBody body)
    {
        if (store.Enrolment is not { } enrolment)
            return ApiFault.Of(FaultCode.NotEnrolled, "This terminal is not enrolled yet.");
        Money? price = null;
        if (body.Price is { } text)
        {
            if (!AmountText.TryParse(text, enrolment.Currency, out var amount))
                return ApiFault.Of(FaultCode.BadInput, $"'{text}' is no price.");
            price = amount;
        }
        var outcome = store.EditProduct(
            body.Sku.Trim(),
            new ProductFields(
                Masked(body.Name), body.Ean?.Trim(), Masked(body.Category), price, body.TaxBasisPoints,
                body.Withdrawn, body.LowStockAt),
            call.Cashier);
        return outcome.IsStored ? DetailOf(store.FindProduct(body.Sku.Trim())!) : ApiFault.Of(outcome);
    }

    private ApiAnswer<StockListDocument> Move(ApiCall call, MoveStockBody body)
    {
        var note = CardScrubber.Mask(body.Note.Trim());
        if (note.Length > 80)
            return ApiFault.Of(FaultCode.BadInput, "A note has at most 80 characters.");
        var unknown = body.Lines.Where(line => store.FindProduct(line.Sku) is null).ToList();
        if (unknown.Count > 0)
            return ApiFault.Of(FaultCode.BadInput, [.. unknown.Select(line => $"No product '{line.Sku}'.")]);
        if (body.Lines.Any(line => line.Quantity < (body.Kind == "count" ? 0 : 1)))
            return ApiFault.Of(FaultCode.BadInput, "Say how many, one or more.");
        var outcome = body.Kind switch
        {
            "receive" => store.ReceiveStock(body.Lines, note),
            "count" => store.CountStock(body.Lines),
            "waste" => store.WasteStock(body.Lines, note, call.Cashier),
            _ => null,
        };
        if (outcome is null)
            return ApiFault.Of(FaultCode.BadInput, "Goods are received, counted or written off.");
        return outcome.IsStored ? List(call) : ApiFault.Of(outcome);
    }

    public static TransfersDocument TransfersOf(TerminalStore store, IReadOnlyList<Transfer> transfers) =>
        new(
            [.. transfers.Select(transfer => DocumentOf(store, transfer))],
            [.. store.KnownStores.Where(name => name != store.Enrolment?.Store)]);

    private ApiAnswer<TransferDocument> Tell(WriteOutcome outcome)
    {
        if (!outcome.IsStored)
            return ApiFault.Of(outcome);
        var number = outcome.Entry!.Body switch
        {
            TransferSent sent => sent.Transfer,
            TransferReceived received => received.Transfer,
            _ => "",
        };
        return DocumentOf(store, store.FindTransfer(number)!);
    }

    private static TransferDocument DocumentOf(TerminalStore store, Transfer transfer)
    {
        var view = TransferView.Of(transfer);
        return new TransferDocument(
            transfer.Number, transfer.From, transfer.To, transfer.To == store.Enrolment?.Store, view.State,
            transfer.Parts.Max(part => part.At), view.Lines);
    }

    private static string? Masked(string? text) => text is null ? null : CardScrubber.Mask(text.Trim());
}
