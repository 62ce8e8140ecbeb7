using System.Text.Json;

namespace CloudPos.Tests.Crash;

/// <summary>
/// The real terminal under the recorder: sales of its own processes, then of `serve`, by card and for cash,
/// while nobody can be asked. What it did to its folder is a log; what it wrote in the end is known entry by
/// entry.
/// </summary>
internal sealed class Recording : IDisposable
{
    public const int VerbSales = 24;
    public const int ServedSales = 44;

    private Recording()
    {
    }

    public required CrashShop Shop { get; init; }

    public required IReadOnlyList<LogRecord> Log { get; init; }

    /// <summary>What lay in the folder, durable, before the first sale.</summary>
    public required IReadOnlyDictionary<string, byte[]> Start { get; init; }

    /// <summary>The hash of every entry, by its number.</summary>
    public required IReadOnlyDictionary<long, string> Hashes { get; init; }

    /// <summary>Entries behind which a transaction may not end: the sale that they belong to
    /// follows.</summary>
    public required IReadOnlySet<long> Inner { get; init; }

    public required IReadOnlyDictionary<long, ListedSale> Sales { get; init; }

    public static async Task<Recording> Make()
    {
        var shop = new CrashShop();
        var start = ImageFolder.Contents(shop.Data);
        using var recorder = new Recorder(shop.Data);
        await SellByVerbs(shop, recorder);
        await SellServed(shop, recorder);
        var list = PublishedTerminal.JsonOf(await PublishedTerminal.Run(
            shop.Data, "journal", "list", "--json"));
        var entries = list.GetProperty("entries").EnumerateArray().ToList();
        return new Recording
        {
            Shop = shop,
            Log = recorder.Read(),
            Start = start,
            Hashes = entries.ToDictionary(Number, entry => entry.GetProperty("hash").GetString()!),
            Inner = entries.Where(IsInner).Select(Number).ToHashSet(),
            Sales = ListedSale.Of(list).ToDictionary(sale => sale.Entry),
        };
    }

    private static async Task SellByVerbs(CrashShop shop, Recorder recorder)
    {
        for (var sale = 0; sale < VerbSales; sale++)
        {
            var run = await PublishedTerminal.Run(
                recorder.Printing, shop.Data, shop.Sale($"v{sale}", byCard: sale % 2 == 0));
            Assert.True(run.Code == 0, run.Output + run.Errors);
        }
    }

    private static async Task SellServed(CrashShop shop, Recorder recorder)
    {
        using var serve = await ServingTerminal.Start(shop.Data, recorder.Environment);
        for (var sale = 0; sale < ServedSales; sale++)
        {
            var run = await serve.Verb(
                output => RecordedLog.AppendPrinted(recorder.Log, output),
                shop.Sale($"s{sale}", byCard: sale % 2 == 0));
            Assert.True(run is { Code: 0 }, run?.Output + run?.Errors ?? "It died.");
        }
        await serve.End();
    }

    private static long Number(JsonElement entry) => entry.GetProperty("number").GetInt64();

    /// <summary>Decided offline, attempt and sale are one; asked online, the attempt stands alone.</summary>
    private static bool IsInner(JsonElement entry) =>
        entry.GetProperty("kind").GetString() == "PaymentAttempted"
        && !entry.GetProperty("body").GetProperty("online").GetBoolean();

    public void Dispose() => Shop.Dispose();
}
