using System.Text.Json.Nodes;
using CloudPos.Local.Children;
using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using CloudPos.Local.Story;
using CloudPos.Tests.Contracts;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>
/// A real acquirer double, a real back office and one Chromium for all browser tests, each started once and
/// ended with this process. A test takes a till of its own: a real `serve` on a folder of its own, behind a
/// line that it can cut.
/// </summary>
public sealed class BrowserWorld : IAsyncLifetime
{
    private static readonly string? Chromium =
        Environment.GetEnvironmentVariable("CLOUDPOS_CHROMIUM") is { Length: > 0 } named ? named
        : File.Exists("/usr/bin/chromium") ? "/usr/bin/chromium" : null;

    /// <summary>A store that has staff: people sign in there.</summary>
    public const string StaffedStore = "berlin-ost";

    /// <summary>A store whose customers are asked for a tip.</summary>
    public const string TippedStore = "berlin-cafe";

    /// <summary>A store that takes one small card payment offline, and no second one.</summary>
    public const string KioskStore = "berlin-kiosk";

    /// <summary>A store that takes no card offline.</summary>
    public const string CashStore = "berlin-markt";

    /// <summary>A store whose screens speak a language, de-DE or es-ES.</summary>
    public static string StoreOf(string locale) => $"store-{locale.ToLowerInvariant()}";

    /// <summary>A store whose goods nobody else counts.</summary>
    public const string StockStore = "berlin-lager";

    /// <summary>Milliseconds: far more than anything takes, so that a busy machine fails no test.</summary>
    public const float Patience = 120_000;

    /// <summary>
    /// How many times slower than it is a till's screen is made: its processor, and each answer, which comes
    /// up to a quarter of a second later for each time, so that answers overtake each other. What passes at 6
    /// depends on no speed.
    /// </summary>
    public static int Slowdown { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("CLOUDPOS_BROWSER_SLOWDOWN"), out var times)
            ? Math.Clamp(times, 1, 20)
            : 1;

    private readonly TestFolder _folder = new();
    private World? _world;
    private IPlaywright? _playwright;

    public static bool IsMissing => !File.Exists(Chromium);

    internal World World => _world ?? throw new InvalidOperationException("The world did not start.");

    public IBrowser Browser { get; private set; } = null!;

    internal string Folder => _folder.Path;

    public async ValueTask InitializeAsync()
    {
        if (IsMissing)
            return;
        _world = await World.Start(_folder.File("world"), 0, TimeProvider.System);
        await SetUpShop(_world.Desk);
        Assertions.SetDefaultExpectTimeout(Patience);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            Timeout = 2 * Patience,
            Args =
            [
                "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage",
            ],
        });
    }

    /// <summary>A browser's window of its own, as slow as is asked for.</summary>
    public async Task<IBrowserContext> NewContext(BrowserNewContextOptions options)
    {
        var context = await Browser.NewContextAsync(options);
        context.SetDefaultTimeout(Patience);
        if (Slowdown > 1)
            context.Page += async (_, page) => await SlowDown(page);
        return context;
    }

    private static async Task SlowDown(IPage page)
    {
        try
        {
            var session = await page.Context.NewCDPSessionAsync(page);
            await session.SendAsync("Emulation.setCPUThrottlingRate", new() { ["rate"] = Slowdown });
        }
        catch (PlaywrightException) when (page.IsClosed)
        {
            // Nobody looks at it any more.
            return;
        }
    }

    /// <summary>So much that what all tests sell leaves some for each.</summary>
    private static JsonNode Plenty()
    {
        var stock = DemoShop.StockBody();
        foreach (var line in stock.AsArray())
            line!["quantity"] = (long)line["quantity"]! + 1_000;
        return stock;
    }

    private static async Task SetUpShop(BackOfficeDesk desk)
    {
        await desk.Put($"merchants/{DemoShop.Merchant}", DemoShop.MerchantBody());
        await desk.Put($"stores/{DemoShop.Store}", DemoShop.StoreBody());
        await desk.Put($"stores/{StaffedStore}", DemoShop.StoreBody());
        await desk.Put($"stores/{StockStore}", DemoShop.StoreBody());
        await desk.Put($"stores/{StockStore}/stock", Plenty());
        await desk.Put($"stores/{TippedStore}", DemoShop.StoreBody());
        await desk.Put($"stores/{TippedStore}/tips", new JsonObject
        {
            ["enabled"] = true, ["percentages"] = new JsonArray(5, 10, 15),
        });
        foreach (var locale in new[] { "de-DE", "es-ES" })
        {
            var body = DemoShop.StoreBody();
            body["locale"] = locale;
            await desk.Put($"stores/{StoreOf(locale)}", body);
            await desk.Put($"stores/{StoreOf(locale)}/stock", Plenty());
            await desk.Put($"stores/{StoreOf(locale)}/tips", new JsonObject
            {
                ["enabled"] = true, ["percentages"] = new JsonArray(5, 10, 15),
            });
        }
        foreach (var (person, body) in DemoShop.StaffBodies())
            await desk.Put($"stores/{StaffedStore}/staff/{person}", body);
        var policy = DemoShop.PolicyBody();
        var second = new JsonObject
        {
            ["amount"] = new JsonObject { ["minor"] = 80_00, ["currency"] = DemoShop.Currency },
        };
        // Long enough that a test can act while the bank is asked, on a busy machine too.
        policy["onlineTimeoutMilliseconds"] = 20_000;
        policy["secondLimits"] = new JsonArray(second);
        policy["floorLimits"]!.AsArray().Add(new JsonObject
        {
            ["mode"] = "Contactless",
            ["amount"] = new JsonObject { ["minor"] = 30_00, ["currency"] = DemoShop.Currency },
        });
        await desk.Put($"merchants/{DemoShop.Merchant}/policy", policy);
        foreach (var (store, member, limit) in new (string, string, JsonNode)[]
        {
            (KioskStore, "exposureLimits", new JsonArray(new JsonObject
            {
                ["amount"] = new JsonObject { ["minor"] = 20_00, ["currency"] = DemoShop.Currency },
                ["count"] = 20,
            })),
            (CashStore, "enabled", false),
        })
        {
            await desk.Put($"stores/{store}", DemoShop.StoreBody());
            await desk.Put($"stores/{store}/stock", Plenty());
            var own = DemoShop.PolicyBody();
            own[member] = limit;
            await desk.Put($"stores/{store}/policy", own);
        }
        await desk.Put($"merchants/{DemoShop.Merchant}/catalogue", DemoShop.CatalogueBody());
        await desk.Put($"stores/{DemoShop.Store}/stock", Plenty());
        await desk.Put($"stores/{StaffedStore}/stock", Plenty());
        await desk.Put($"stores/{TippedStore}/stock", Plenty());
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (_world is not null)
            await _world.DisposeAsync();
        _folder.Dispose();
    }
}

[CollectionDefinition(nameof(BrowserTests))]
public sealed class BrowserTests : ICollectionFixture<BrowserWorld>;
