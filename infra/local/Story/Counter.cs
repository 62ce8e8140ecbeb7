using CloudPos.Local.Demo;

namespace CloudPos.Local.Story;

/// <summary>Sells at a till and writes down in the book what came of it. One for the whole story.</summary>
internal sealed class Counter(CashierBook book, Narrator say)
{
    private int _turn;

    public CashierBook Book => book;

    /// <summary>A sale paid by card, worth about as much as asked.</summary>
    public Task<SeenSale?> Card(
        Till till, string card, long leastMinor, long mostMinor, string? email = null) =>
        Sell(till, card, leastMinor, mostMinor, email);

    public Task<SeenSale?> Cash(Till till, long leastMinor, long mostMinor, string? email = null) =>
        Sell(till, null, leastMinor, mostMinor, email);

    /// <summary>A card that is expected to be turned down; the story goes on without the sale.</summary>
    public async Task<SeenRefusal> Refused(Till till, string card, long leastMinor, long mostMinor)
    {
        if (await Sell(till, card, leastMinor, mostMinor, null) is { } sold)
            throw new InvalidOperationException($"{till.Name} took {card} for receipt {sold.Receipt}.");
        return book.Refusals[^1];
    }

    /// <summary>The whole basket is taken back at the till that sold it.</summary>
    public async Task Void(SeenSale sale)
    {
        var number = sale.Receipt[(sale.Receipt.LastIndexOf('-') + 1)..].TrimStart('0');
        var end = await sale.Till.Verb(
            "void", "--receipt", number, "--reason", "customer changed their mind");
        if (!end.IsDone)
            throw new InvalidOperationException($"{sale.Receipt} could not be voided: {end.Errors}");
        book.Voided(sale);
        say.Say($"{sale.Till.Name}: receipt {sale.Receipt} is voided.");
    }

    public async Task Receive(Till till, string sku, long quantity)
    {
        var end = await till.Verb(
            "stock", "receive", "--line", $"{sku}x{quantity}", "--reference", "delivery 4711");
        if (!end.IsDone)
            throw new InvalidOperationException($"{till.Name} could not receive stock: {end.Errors}");
        book.Received(sku, quantity);
        say.Say($"{till.Name}: {quantity} of {sku} received.");
    }

    /// <summary>
    /// The verb of a sale as a cashier types it; for chapters that kill the till in the middle of one.
    /// </summary>
    public static string[] SaleVerb((string Sku, long Quantity) line, string? card, string? email) =>
    [
        "sale", "--line", $"{line.Sku}x{line.Quantity}",
        "--pay", card is null ? "cash" : $"card:{DemoCards.PathOf(card)}",
        .. email is null ? Array.Empty<string>() : ["--email", email],
    ];

    public (string Sku, long Quantity) Line(long leastMinor, long mostMinor) =>
        DemoShop.Worth(leastMinor, mostMinor, _turn++ * 7);

    private async Task<SeenSale?> Sell(
        Till till, string? card, long leastMinor, long mostMinor, string? email)
    {
        var line = Line(leastMinor, mostMinor);
        var end = await till.Verb(SaleVerb(line, card, email));
        if (!end.IsDone)
        {
            book.Refused(till, card ?? "cash", end);
            var reason = (string?)end.Json?["declined"]?["responseCode"] is { } code
                ? $"its bank says no, code {code}"
                : book.Refusals[^1].Reason;
            say.Say($"{till.Name}: {card ?? "cash"} not taken: {reason} (exit {end.ExitCode}).");
            return null;
        }
        var sale = book.Sold(till, end.Document, [line], email);
        var how = card is null ? "cash" : $"{card}, {sale.Payments[0].Approval}";
        say.Say($"{till.Name}: receipt {sale.Receipt}, {new Money(sale.TotalMinor, Euro)}, {how}.");
        return sale;
    }

    private static Currency Euro { get; } = Currency.Parse(DemoShop.Currency);
}
