using System.Security.Cryptography;
using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Training;
using CloudPos.Wire;

namespace CloudPos.Terminal.Web.Api;

/// <summary>Selling: products, the open basket, parked ones, the reader, paying.</summary>
/// <param name="cards">A folder with scripted cards for demonstration and training, or null.</param>
internal sealed class SellApi(
    TerminalContext context, SaleDesk desk, PeopleApi people, PresentedCard reader, string? cards)
{
    private const int ProductsPerPage = 60;
    private const int SearchLengthMax = 80;
    private const int ScriptedMax = 100;

    public void Map(ApiRoutes api)
    {
        api.Get("/api/products", UiJson.Default.ProductsDocument, Need.Cashier, Products);
        api.Get("/api/categories", UiJson.Default.CategoriesDocument, Need.Cashier,
            _ => new CategoriesDocument(context.Store.ProductCategories));
        api.Get("/api/basket", UiJson.Default.BasketDocument, Need.Cashier, _ => Basket());
        api.Post("/api/basket/add", UiJson.Default.AddBody, UiJson.Default.BasketDocument, Need.Cashier,
            (_, body) => Tell(desk.Add(body.Code.Trim(), body.Quantity)));
        api.Post("/api/basket/line", UiJson.Default.LineBody, UiJson.Default.BasketDocument, Need.Cashier,
            (call, body) => Reduce(call, body.Manager, right => desk.SetLine(
                body.Index, body.Quantity, new Discount(body.BasisPoints, body.Minor), right)));
        api.Post("/api/basket/discount", UiJson.Default.DiscountBody, UiJson.Default.BasketDocument,
            Need.Cashier, (call, body) => Reduce(call, body.Manager, right => desk.SetDiscount(
                new Discount(body.BasisPoints, body.Minor), right)));
        api.Post("/api/basket/customer", UiJson.Default.BuyerBody, UiJson.Default.BasketDocument,
            Need.Cashier, (_, body) => Tell(desk.SetCustomer(body.Customer, body.Redeem)));
        api.Post("/api/basket/discard", UiJson.Default.DoneDocument, UiJson.Default.BasketDocument,
            Need.Cashier, (_, _) => Tell(desk.Discard()));
        api.Post("/api/basket/park", UiJson.Default.ParkBody, UiJson.Default.BasketDocument, Need.Cashier,
            (_, body) => Tell(desk.Park(CardScrubber.Mask(body.Label))));
        api.Post("/api/basket/resume", UiJson.Default.ResumeBody, UiJson.Default.BasketDocument,
            Need.Cashier, (_, body) => Tell(desk.Resume(body.Sale)));
        api.Get("/api/baskets", UiJson.Default.ParkedListDocument, Need.Cashier, _ => Parked());
        api.Post("/api/basket/pay", UiJson.Default.PayBody, UiJson.Default.PaidDocument, Need.Cashier, Pay);
        api.Get("/api/basket/try", UiJson.Default.PaidDocument, Need.Cashier, Asked);
        api.Post("/api/payments/keep", UiJson.Default.KeepBody, UiJson.Default.PaidDocument, Need.Cashier,
            Keep);
        api.Post("/api/basket/giveup", UiJson.Default.DoneDocument, UiJson.Default.BasketDocument,
            Need.Cashier, (_, _) => Tell(desk.GiveUp()));
        api.Get("/api/reader", UiJson.Default.ReaderDocument, Need.Cashier,
            _ => new ReaderDocument([.. Scripted().Keys.Order(StringComparer.Ordinal)]));
        api.Post("/api/reader/forget", UiJson.Default.DoneDocument, UiJson.Default.DoneDocument, Need.Cashier,
            (_, body) =>
            {
                reader.Forget();
                return body;
            });
        api.Raw("/api/reader/swipe", UiJson.Default.DoneDocument, Need.Cashier, Swipe);
    }

    private ApiAnswer<ProductsDocument> Products(ApiCall call)
    {
        _ = int.TryParse(call.Query("skip"), out var skip);
        var text = call.Query("q").Trim();
        if (text.Length > SearchLengthMax || skip < 0)
            return ApiFault.Of(FaultCode.BadInput, $"Search for at most {SearchLengthMax} characters.");
        var found = context.Store.SearchProducts(text, call.Query("category"), skip, ProductsPerPage + 1);
        return new ProductsDocument(
            [.. found.Take(ProductsPerPage).Select(DocumentOf)], found.Count > ProductsPerPage);
    }

    private ProductDocument DocumentOf(Product product) => new(
        product.Sku, product.Ean, product.Name, product.Category, product.Price, product.TaxBasisPoints,
        context.Store.Stock(product.Sku));

    /// <summary>A discount within the person's limit, or with a manager's PIN.</summary>
    private ApiAnswer<BasketDocument> Reduce(
        ApiCall call, PinBody? manager, Func<DiscountRight, DeskAnswer> reduce)
    {
        var right = RightOf(call);
        var answer = reduce(right);
        if (answer.Ask is not { } ask)
            return Tell(answer);
        var overrule = new Overrule(answer.Faults[0], desk.Open.Sale, right.BasisPoints, ask.Share)
        {
            Asked = new AskedDocument(ask.Article, ask.From, ask.To, ask.Share, right.BasisPoints),
        };
        return people.Approve(call, manager, OverrideSubject.Discount, overrule) is { } refused
            ? refused
            : Tell(reduce(right with { Approved = true }));
    }

    private DiscountRight RightOf(ApiCall call) => call.Who is { IsManager: true }
        ? DiscountRight.Any
        : new DiscountRight(context.Store.Settings.CashierDiscountBasisPoints);

    private ApiAnswer<BasketDocument> Tell(DeskAnswer answer) => answer.IsDone
        ? Basket()
        : ApiFault.Of(FaultCode.BadInput, answer.Faults);

    private ApiAnswer<BasketDocument> Basket() => context.Store.Enrolment is { } enrolment
        ? BasketView.Of(desk, context.Store, enrolment.Currency, context.Line.Now.IsUp)
        : ApiFault.Of(FaultCode.NotEnrolled, "This terminal is not enrolled yet.");

    private ApiAnswer<ParkedListDocument> Parked()
    {
        if (context.Store.Enrolment is not { } enrolment)
            return ApiFault.Of(FaultCode.NotEnrolled, "This terminal is not enrolled yet.");
        return new ParkedListDocument([.. desk.Parked.Select(parked => new ParkedDocument(
            parked.Sale, parked.Label, parked.ParkedAt!.Value, parked.Lines.Count,
            Checkout.Basket.TryCreate(
                parked.Items, context.Store.FindProduct, enrolment.Currency, parked.Off).Value?.Total))]);
    }

    private async Task<ApiAnswer<PaidDocument>> Pay(ApiCall call, PayBody body)
    {
        if (body.Tenders.Count is 0 or > Journal.TerminalStore.TendersMax)
            return ApiFault.Of(FaultCode.BadInput, "Say how the sale is paid.");
        var approval = ApprovalOrder.Usual;
        if (body.Manager is { } manager)
        {
            var pin = context.Pins.CheckManager(manager.Person, manager.Pin);
            if (!pin.IsRight)
                return PeopleApi.Refused(pin);
            approval = approval with { Approver = pin.Member!.Person };
        }
        CardSource? card = null;
        if (body.Card is { Scripted: { } name })
            card = Scripted().GetValueOrDefault(name);
        else if (body.Card is { Swiped: true })
            card = reader.Take();
        try
        {
            var result = await desk.Pay(new PayOrder(
                body.Sale, body.Turn,
                [.. body.Tenders.Select(tender => new TenderText(tender.Kind, tender.Amount))],
                card, call.Cashier, Blank(body.Email), Blank(body.Phone))
            {
                Right = RightOf(call),
                Approval = approval,
                IsPart = body.IsPart,
                Tip = Blank(body.Tip),
            });
            return Ended(call, result, body.Sale);
        }
        finally
        {
            card?.Forget();
        }
    }

    /// <summary>How a try ended that a page asked for before it was loaded again.</summary>
    private async Task<ApiAnswer<PaidDocument>> Asked(ApiCall call)
    {
        if (!Id.TryParse(call.Query("sale"), out var sale) || !int.TryParse(call.Query("turn"), out var turn)
            || desk.Asked(sale, turn) is not { } asked)
            return ApiFault.Of(FaultCode.BadInput, "Nothing was paid in between: look at the basket.");
        return PaidView.Of(await asked, sale, context.Store);
    }

    private ApiAnswer<PaidDocument> Ended(ApiCall call, SaleResult result, Id sale)
    {
        if (result.Sale is { } paid && context.Printing.HasPrinter)
            context.Printing.Sold(paid);
        else if (result.Sale is { } sold)
            call.Http.Response.OnCompleted(() => Shown(call.Http, sold.Sale));
        return PaidView.Of(result, sale, context.Store);
    }

    /// <summary>
    /// Sells the basket at the counter with an attempt whose end nobody knows. With a line whoever sells may
    /// ask once more; without one a manager says that the shop takes the risk.
    /// </summary>
    private async Task<ApiAnswer<PaidDocument>> Keep(ApiCall call, KeepBody body)
    {
        if (context.Store.OpenAttempts.FirstOrDefault(open => open.Payment == body.Payment)
            is not { } attempt)
            return ApiFault.Of(FaultCode.BadInput, "That payment is not open: it has an end already.");
        var approval = ApprovalOrder.Usual;
        var mayStandIn = body.Manager is not null || !context.Line.Now.IsUp;
        if (mayStandIn)
        {
            var overrule = new Overrule(
                "Nobody can be asked now. A manager may keep this payment at the shop's risk.",
                attempt.Sale, 0, attempt.Amount.Minor);
            if (people.Approve(call, body.Manager, OverrideSubject.KeepAttempt, overrule) is { } refused)
                return refused;
            approval = approval with
            {
                Approver = body.Manager?.Person ?? (call.Who is { Person: { Length: > 0 } who } ? who : null),
            };
        }
        var order = new PayOrder(attempt.Sale, desk.Turn, [], null, call.Cashier, null, null)
        {
            Right = RightOf(call), Approval = approval,
        };
        return Ended(call, await desk.Keep(body.Payment, order, mayStandIn), attempt.Sale);
    }

    /// <summary>
    /// The receipt is on the screen; one whose answer was lost is offered again as a marked copy.
    /// </summary>
    private Task Shown(HttpContext http, Id sale)
    {
        if (!http.RequestAborted.IsCancellationRequested)
            context.Store.MarkPrinted(sale);
        return Task.CompletedTask;
    }

    /// <summary>What the reader typed: read once, into memory that is zeroed.</summary>
    private async Task<ApiAnswer<DoneDocument>> Swipe(ApiCall call)
    {
        var keystrokes = GC.AllocateArray<byte>(PresentedCard.KeystrokesMax, pinned: true);
        try
        {
            var length = 0;
            int read;
            while (length < keystrokes.Length
                && (read = await call.Http.Request.Body.ReadAsync(
                    keystrokes.AsMemory(length), call.Http.RequestAborted)) > 0)
                length += read;
            return reader.Present(keystrokes.AsSpan(0, length)) is { } fault
                ? ApiFault.Of(FaultCode.BadInput, fault)
                : new DoneDocument();
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keystrokes);
        }
    }

    /// <summary>
    /// Names without folder and ending, so that a request can name no other file. Whoever practises without a
    /// folder of cards has some all the same.
    /// </summary>
    private IReadOnlyDictionary<string, CardSource> Scripted() =>
        cards is not null && Directory.Exists(cards)
            ? Directory.EnumerateFiles(cards, "*.json").Order(StringComparer.Ordinal).Take(ScriptedMax)
                .ToDictionary(file => Path.GetFileNameWithoutExtension(file)!, CardSource.FromFile)
        : context.Store.Enrolment is { IsTraining: true } ? PracticeCards.All
        : new Dictionary<string, CardSource>();

    private static string? Blank(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}
