using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using CloudPos.Benchmarks.Journal;
using CloudPos.Local.Children;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Benchmarks.Web;

/// <summary>
/// How soon the touch screen is usable after its process was started, and how long a tap takes, on a terminal
/// with 10,000 products and a backlog of 10,000 sales. Measured over HTTP: what the page asks for before it
/// can be used, and what a tap asks for; painting is the browser's. CLOUDPOS_TERMINAL names the published
/// binary; without it the one of the build is started.
/// </summary>
internal static class TouchScreen
{
    private const int Products = 10_000;
    private const int Backlog = 10_000;
    private static readonly Currency Eur = Currency.Parse("EUR");

    private static readonly string[] First =
    [
        "/", "/app.js", "/app.css", "/lang/en.json", "/api/session", "/api/status", "/api/products",
        "/api/basket",
    ];

    public static async Task Run(BenchmarkRun run)
    {
        var folder = run.NewFolder("screen");
        using (var till = new BenchmarkTill(folder))
        {
            Fill(till.Store, run.Scaled(Products));
            for (var sale = 0; sale < run.Scaled(Backlog); sale++)
                await till.SellByCard();
        }
        var table = new ResultTable("step", "p50 ms", "p99 ms", "n");
        var starts = new List<double>();
        for (var round = 0; round < run.Rounds; round++)
            starts.Add(await StartOnce(run, folder));
        Add(table, "process start to first screen", new Samples(starts, TimeSpan.FromSeconds(1)));
        await using var serve = new ChildProcess(StartOf(run, folder));
        using var http = Open((await serve.StartAsync()).Groups["address"].Value);
        Add(table, "tap on a product", await Samples.Collect(run.Seconds, () => Tap(http)));
        Add(table, "a category or a search", await Samples.Collect(
            run.Seconds, () => http.GetStringAsync("/api/products?q=product+77")));
        Add(table, "the bar", await Samples.Collect(run.Seconds, () => http.GetStringAsync("/api/status")));
        await table.Print();
    }

    private static void Fill(TerminalStore store, int products)
    {
        for (var from = 0; from < products; from += FeedPage.RowsMax)
            store.ApplyFeedPage(new FeedPage($"p{from}", true,
            [
                .. Enumerable.Range(from, Math.Min(FeedPage.RowsMax, products - from)).Select(
                    i => new FeedRow(new Product(
                        $"P{i:D5}", $"{2_000_000_000_000 + i}", $"Product {i}", $"Category {i % 20}",
                        new Money(100 + i % 900, Eur), 1900))),
            ]));
    }

    private static async Task<double> StartOnce(BenchmarkRun run, string folder)
    {
        var began = Stopwatch.GetTimestamp();
        await using var serve = new ChildProcess(StartOf(run, folder));
        using var http = Open((await serve.StartAsync()).Groups["address"].Value);
        await Task.WhenAll(First.Select(path => http.GetStringAsync(path)));
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static ChildStart StartOf(BenchmarkRun run, string folder) => new(
        "serve", Programs.Terminal, ["serve", "--data", folder, "--stdin-guard"],
        Path.Combine(run.Folder, "serve.log"));

    private static HttpClient Open(string address) => new() { BaseAddress = new Uri($"http://{address}") };

    /// <summary>A product is added; a full basket is discarded, so that it stays a usual one.</summary>
    private static async Task Tap(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync(
            "/api/basket/add", new { code = $"P{Random.Shared.Next(50):D5}", quantity = 1 });
        answer.EnsureSuccessStatusCode();
        var basket = await answer.Content.ReadFromJsonAsync<JsonElement>();
        if (basket.GetProperty("lines").GetArrayLength() >= 30)
            (await http.PostAsJsonAsync("/api/basket/discard", new { done = true })).Dispose();
    }

    private static void Add(ResultTable table, string step, Samples samples) =>
        table.Add(step, samples.Milliseconds(0.5), samples.Milliseconds(0.99), samples.Count);
}
