using System.Text.Json.Nodes;
using CloudPos.Local.Story;
using CloudPos.Terminal.Cli;

namespace CloudPos.Benchmarks.Terminal;

/// <summary>
/// The demo's acquirer and back office as processes of their own, with its shop and a terminal enrolled in a
/// folder.
/// </summary>
internal static class LocalShop
{
    public static async Task<(World World, string Till)> Open(BenchmarkRun run, int tills = 0)
    {
        var folder = run.NewFolder("shop");
        var world = await World.Start(folder, tills, TimeProvider.System);
        await world.Desk.Put($"merchants/{DemoShop.Merchant}", DemoShop.MerchantBody());
        await world.Desk.Put($"stores/{DemoShop.Store}", DemoShop.StoreBody());
        await world.Desk.Put($"merchants/{DemoShop.Merchant}/catalogue", DemoShop.CatalogueBody());
        await world.Desk.Put($"merchants/{DemoShop.Merchant}/policy", DemoShop.PolicyBody());
        var issued = await world.Desk.Post($"stores/{DemoShop.Store}/terminals", new JsonObject());
        var till = Path.Combine(folder, "till");
        await Verb(
            "enrol", "--data", till, "--url", world.BackOfficeAddress, "--code", (string)issued!["code"]!);
        return (world, till);
    }

    private static async Task Verb(params string[] arguments)
    {
        using var errors = new StringWriter();
        var code = await VerbRunner.Run(
            arguments, Environment.CurrentDirectory, TextWriter.Null, errors, TimeProvider.System);
        if (code != 0)
            throw new InvalidOperationException($"{arguments[0]} ended with {code}: {errors}");
    }
}
