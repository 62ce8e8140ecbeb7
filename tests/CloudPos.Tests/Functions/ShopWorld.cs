using CloudPos.Functions.Fleet;
using CloudPos.Journal;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Tests.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions;

/// <summary>
/// A back office and real terminals of it: their journals on disk, their uplinks over loopback. A terminal is
/// offline for as long as nobody lets it forward.
/// </summary>
internal sealed class ShopWorld : IAsyncDisposable
{
    private readonly List<ShopTill> _tills = [];

    public required TestBackOffice Office { get; init; }

    public static async Task<ShopWorld> Start(Action<IServiceCollection>? change = null)
    {
        var world = new ShopWorld { Office = await TestBackOffice.WithStore(change) };
        await world.Office.Expect(world.Office.Put(
            "/api/backoffice/stores/hamburg-1", TestBackOffice.StoreJson.Replace("Berlin", "Hamburg")
                .Replace("Europe/Hamburg", "Europe/Berlin")));
        await world.PutCatalogue(200);
        return world;
    }

    public string Merchant => $"/api/backoffice/merchants/{TestBackOffice.Merchant}";

    public Task PutCatalogue(long teaPrice) => Office.Expect(Office.Put(
        $"{Merchant}/catalogue",
        $$"""
        [{"sku":"TEA","ean":"4006381333931","name":"Tea","category":"Drinks",
          "price":{"minor":{{teaPrice}},"currency":"EUR"},"taxBasisPoints":700},
         {"sku":"MUG","ean":"","name":"Mug","category":"Things",
          "price":{"minor":1000,"currency":"EUR"},"taxBasisPoints":1900}]
        """));

    public async Task<ShopTill> Open(string terminal, string store = TestBackOffice.Store)
    {
        var answer = await Office.Expect(Office.Post(
            $"/api/backoffice/stores/{store}/terminals", $$"""{"terminal":"{{terminal}}"}"""));
        var till = new ShopTill(new PatientTime(Office.Time));
        _tills.Add(till);
        await till.Enrol(Office.Http.BaseAddress!, answer.GetProperty("code").GetString()!);
        return till;
    }

    /// <summary>Everything arrives, is applied, and comes back to everybody.</summary>
    public async Task Meet(params IReadOnlyList<ShopTill> tills)
    {
        foreach (var till in tills)
            await till.Forward();
        foreach (var till in tills)
            await Applied(till);
        foreach (var till in tills)
            await till.Forward();
    }

    public async Task Applied(ShopTill till)
    {
        var journals = Office.Services.GetRequiredService<CloudPos.Functions.Journals.ApplyJournal>();
        // The office's own queue is at it as well.
        var (applied, _) = await Deliveries.UntilDone(
            () => journals.Apply(till.Store.Enrolment!.Journal, CancellationToken.None));
        Assert.Equal(till.Store.Acknowledged.Number, applied);
    }

    public async Task<string> SetAside() =>
        (await Office.Expect(Office.Get("/api/backoffice/set-aside"))).ToString();

    public async ValueTask DisposeAsync()
    {
        foreach (var till in _tills)
            till.Dispose();
        await Office.DisposeAsync();
    }
}

/// <summary>A terminal with its folder.</summary>
internal sealed class ShopTill(TimeProvider time) : IDisposable
{
    private const int TriesMax = 20;
    private readonly TestFolder _folder = new();
    private TerminalContext? _context;

    public string Data => _folder.File("till");

    public TerminalContext Context => _context ??= Open();

    public TerminalStore Store => Context.Store;

    public async Task Enrol(Uri address, string code)
    {
        using var client = new BackOfficeClient(address, time, Context.Line);
        using var key = Store.PrepareDeviceKey();
        var joined = await Enroller.Enrol(client, code, key, "test", CancellationToken.None);
        for (var tried = 1; joined.Enrolment is null && tried < TriesMax; tried++)
            joined = await Enroller.Enrol(client, code, key, "test", CancellationToken.None);
        Assert.True(joined.Enrolment is not null, joined.Sentence);
        Ok(Store.Enrol(address, joined.Enrolment.Answer, "test"));
        await Forward();
    }

    /// <summary>A round that the line or a busy office ended is made again, as the program does.</summary>
    public async Task Forward()
    {
        var report = await Context.Forwarder!.Run(CancellationToken.None);
        for (var tried = 1; !report.IsComplete && tried < TriesMax; tried++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100));
            report = await Context.Forwarder!.Run(CancellationToken.None);
        }
        Assert.True(report.IsComplete, report.Stopped);
    }

    /// <summary>Sells for cash and answers with the sale.</summary>
    public SaleCompleted Sell(string sku, long quantity = 1, SaleCustomer? customer = null)
    {
        var product = Store.FindProduct(sku)!;
        var total = product.Price * quantity;
        var outcome = Ok(Store.CompleteSale(new SaleDraft(
            Id.New(), "anna",
            [new SaleLine(
                sku, product.Name, quantity, product.Price, Money.Zero(total.Currency), 700, total)],
            [TaxLine.Included(total, 700)], total, [new Tender(TenderKind.Cash, total, total)])
        {
            Customer = customer,
        }));
        return (SaleCompleted)outcome.Entry!.Body;
    }

    public static WriteOutcome Ok(WriteOutcome outcome)
    {
        Assert.True(outcome.IsStored, outcome.Sentence);
        return outcome;
    }

    /// <summary>
    /// Time passes. A running terminal counts on by its own clock, so it is started again.
    /// </summary>
    public void Later(TestBackOffice office, TimeSpan by)
    {
        office.Time.Shift += by;
        _context?.Dispose();
        _context = null;
    }

    /// <summary>The program ends; what is asked next starts it again.</summary>
    public void Close()
    {
        _context?.Dispose();
        _context = null;
    }

    public void Dispose()
    {
        _context?.Dispose();
        _folder.Dispose();
    }

    private TerminalContext Open()
    {
        var opened = TerminalStore.TryOpen(Data, time);
        Assert.True(opened.Store is not null, opened.Sentence);
        return new TerminalContext(opened.Store, time);
    }
}
