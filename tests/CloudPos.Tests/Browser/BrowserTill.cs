using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using CloudPos.Local.Children;
using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using CloudPos.Local.Story;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>
/// One terminal as its cashier has it: a running `serve`, its line, and its screen in the browser. What the
/// page throws or logs as an error fails the test that uses it.
/// </summary>
internal sealed class BrowserTill : IAsyncDisposable
{
    private static int _count;
    private readonly BrowserWorld _world;
    private readonly string _name;
    private readonly List<string> _complaints = [];
    private readonly ChildProcess _serve;
    private IBrowserContext? _context;
    private IPage? _page;

    private BrowserTill(BrowserWorld world)
    {
        _world = world;
        _name = $"b{Interlocked.Increment(ref _count)}";
        Line = LineProxy.Start(IPEndPoint.Parse(new Uri(world.World.BackOfficeAddress).Authority));
        // The port is kept over a restart, as a shop's bookmark expects it.
        var urls = $"http://127.0.0.1:{LocalPort.Choose()}";
        _serve = new ChildProcess(new ChildStart(
            $"{_name} serve", Programs.Terminal,
            [
                "serve", "--data", Directory, "--stdin-guard", "--cards", DemoCards.Folder, "--urls", urls,
            ],
            Log));
    }

    public LineProxy Line { get; }

    public string Directory => Path.Combine(_world.Folder, _name);

    public string Log => Path.Combine(_world.Folder, $"{_name}.log");

    public string Address { get; private set; } = "";

    public IPage Page => _page ?? throw new InvalidOperationException("Open a screen first.");

    /// <summary>Enrolled, started, its catalogue fetched, its screen open.</summary>
    public static async Task<BrowserTill> Open(BrowserWorld world, string store = DemoShop.Store)
    {
        Require();
        var till = new BrowserTill(world);
        var code = await till.NewCode(store);
        var joined = await till.Verb("enrol", "--url", $"http://{till.Line.Address}", "--code", code);
        Assert.True(joined.ExitCode == 0, joined.Errors);
        // Where the machine was too busy for the catalogue, it comes now: a test may cut the line at once.
        if (joined.Document["feedRows"] is null)
            await Until(async () => (await till.Verb("forward")).ExitCode == 0, "the feed");
        await till.Start();
        await till.OpenScreen();
        return till;
    }

    /// <summary>Started on an empty folder.</summary>
    public static async Task<BrowserTill> OpenNew(BrowserWorld world, string locale = "en-GB")
    {
        Require();
        var till = new BrowserTill(world);
        await till.Start();
        await till.OpenScreen(locale: locale);
        return till;
    }

    /// <summary>
    /// What a sentence on the screen, or a finger on a button, lasts is for people: a test on a busy machine
    /// looks later. What was asked for and is not drawn yet is counted, so that a test can wait for it. And
    /// where the screens are made slow, questions, answers and events come late, each by another time.
    /// </summary>
    private static string Script =>
        $$"""
        {
          const late = {{(BrowserWorld.Slowdown - 1) * 125}};
          const real = window.setTimeout;
          const rest = () => late && new Promise(done => real(done, Math.random() * late));
          window.setTimeout = (act, rest, ...more) => real(act, rest > 2000 ? rest * 20 : rest, ...more);
          window.underway = 0;
          const ask = window.fetch;
          window.fetch = async (...asked) => {
            window.underway++;
            try {
              await rest();
              const answer = await ask(...asked);
              await rest();
              return answer;
            } finally {
              window.underway--;
            }
          };
          if (late) {
            window.EventSource = class extends EventSource {
              last = Promise.resolve();
              addEventListener(name, act) {
                super.addEventListener(name, event => {
                  this.last = this.last.then(rest).then(() => act(event));
                });
              }
            };
          }
        }
        """;

    /// <summary>Until everything that the page asked for has been answered and drawn.</summary>
    public static Task Settled(IPage page) => Until(
        async () =>
        {
            try
            {
                return await page.EvaluateAsync<bool>(
                    "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame("
                    + "() => done(!window.underway))))");
            }
            catch (PlaywrightException e) when (e.Message.Contains("context", StringComparison.Ordinal))
            {
                // Another page came in between: it is asked.
                return false;
            }
        },
        "what the page asked for");

    /// <summary>Looks until it is seen.</summary>
    public static async Task Until(Func<Task<bool>> seen, string what)
    {
        var since = System.Diagnostics.Stopwatch.StartNew();
        while (!await seen())
        {
            Assert.True(since.Elapsed.TotalMilliseconds < BrowserWorld.Patience, $"Never seen: {what}.");
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>What the acquirer has of this till comes to rest at an amount.</summary>
    public async Task Charged(long minor)
    {
        var terminal = (string)(await Verb("status")).Document["terminal"]!;
        await Until(
            async () => (await _world.World.Acquirer.Log()).Where(line => line.Terminal == terminal)
                .Sum(line => line.ChargedMinor) == minor,
            $"{minor} charged");
    }

    public static void Require() => Assert.SkipWhen(
        BrowserWorld.IsMissing, "No Chromium: apt-get install chromium, or name one in CLOUDPOS_CHROMIUM");

    public async Task<string> NewCode(string store = DemoShop.Store)
    {
        var issued = await _world.World.Desk.Post($"stores/{store}/terminals", new JsonObject());
        return (string)issued!["code"]!;
    }

    public async Task Start() => Address = "http://" + (await _serve.StartAsync()).Groups["address"].Value;

    /// <summary>What a power cut does to the program.</summary>
    public Task Kill() => _serve.KillAsync();

    public async Task<VerbEnd> Verb(params string[] arguments)
    {
        var start = new ChildStart(
            $"{_name} {arguments[0]}", Programs.Terminal, [.. arguments, "--data", Directory, "--json"], Log);
        var run = await ChildRun.ToEndAsync(start, TimeSpan.FromMilliseconds(BrowserWorld.Patience));
        return new VerbEnd(run.ExitCode, JsonNode.Parse(run.Output), run.Errors);
    }

    public async Task OpenScreen(int width = 1280, int height = 800, string locale = "en-GB")
    {
        if (_context is null)
        {
            _context = await _world.NewContext(new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = height }, Locale = locale,
            });
            await _context.AddInitScriptAsync(Script);
        }
        _page = await _context.NewPageAsync();
        _page.PageError += (_, error) => _complaints.Add(error);
        _page.Console += (_, message) =>
        {
            // Chromium itself logs a request that failed; the tests cut the line on purpose.
            if (message.Type == "error" && !message.Text.Contains("Failed to load", StringComparison.Ordinal))
                _complaints.Add(message.Text);
        };
        await _page.GotoAsync(Address);
        await Assertions.Expect(_page.Locator("#bar")).Not.ToBeEmptyAsync();
    }

    public ILocator Find(string css) => Page.Locator(css);

    public ILocator Button(string name) =>
        Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex(name) });

    public Task Sees(string css, string text) =>
        Assertions.Expect(Page.Locator(css).First).ToContainTextAsync(text);

    public Task SeesBar(string text) => Sees("#bar", text);

    public async Task Go(string screen)
    {
        await Find($"nav a[href='#/{screen}']").ClickAsync();
        await Assertions.Expect(Find($"#main.screen-{screen}")).ToBeVisibleAsync();
    }

    /// <summary>As a scanner types, outside any field, on the selling screen; it is in the basket then, or
    /// refused.</summary>
    public async Task Scan(string code)
    {
        await Assertions.Expect(Page.Locator("#main.screen-sell")).ToBeVisibleAsync();
        await Page.Locator("#main").FocusAsync();
        await Page.RunAndWaitForResponseAsync(
            () => Wedge(code), answer => answer.Url.EndsWith("/api/basket/add", StringComparison.Ordinal));
    }

    /// <summary>
    /// As a scanner or a stripe reader types: all keys within a moment, wherever the machine stands still.
    /// </summary>
    public async Task Wedge(string text)
    {
        var keys = await Page.Context.NewCDPSessionAsync(Page);
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        await Task.WhenAll([.. text.Select(one => Key($"{one}", $"{one}")), Key("Enter", "\r")]);
        await keys.DetachAsync();

        Task Key(string name, string typed) => keys.SendAsync("Input.dispatchKeyEvent", new()
        {
            ["type"] = "keyDown", ["key"] = name, ["text"] = typed, ["timestamp"] = at,
        });
    }

    /// <param name="screen">Where the one before was when the screen was locked.</param>
    public async Task SignIn(string person, string pin, string screen = "sell")
    {
        await Find($"[data-person={person}]").ClickAsync();
        await TypePin(pin, "");
        await Assertions.Expect(Page.Locator($".screen-{screen}")).ToBeVisibleAsync();
    }

    /// <summary>By touch, as on a screen without a keyboard.</summary>
    public async Task TypePin(string pin, string within)
    {
        foreach (var digit in pin)
            await Find($"{within}.keys").GetByRole(AriaRole.Button, new() { Name = $"{digit}", Exact = true })
                .ClickAsync();
        await Find($"{within}.keys [data-key=enter]").ClickAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        await _serve.DisposeAsync();
        await Line.DisposeAsync();
        Assert.Empty(_complaints);
    }
}
