using System.Diagnostics;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Tests.Terminal.Checkout;

namespace CloudPos.Tests.Terminal.Cli;

/// <summary>
/// The native binary, as it is shipped: what works in these tests' process must work without a runtime.
/// </summary>
public sealed class PublishedTerminalTests
{
    private static readonly string? Binary = Environment.GetEnvironmentVariable("CLOUDPOS_TERMINAL");

    public static bool IsMissing => !File.Exists(Binary);

    [Fact(
        Skip = "Set CLOUDPOS_TERMINAL to the program that 'dotnet publish terminal' made",
        SkipWhen = nameof(IsMissing))]
    public async Task It_sells_offline_prints_voids_and_verifies_and_leaves_no_card_number()
    {
        using var cli = new TestCli(now: TimeProvider.System.GetUtcNow());
        Task<CliRun> On(params string[] arguments) => Run([.. arguments, "--data", cli.Data]);
        var card = cli.CardFile(TestShop.VisaStripe);

        var sale = await On("sale", "--line", "MUG", "--pay", $"card:{card}", "--json");
        var refused = await On("sale", "--line", "LAMP", "--pay", $"card:{card}", "--json");
        var cash = await On("sale", "--line", "TEAx2", "--pay", "cash:10.00");
        var voided = await On("void", "--receipt", "2", "--reason", "no", "--json");
        var verify = await On("journal", "verify", "--json");
        var list = await On("journal", "list", "--json");
        var z = await On("report", "z", "--json");
        var status = await On("status", "--json");

        Assert.Equal((0, 4, 0), (sale.Code, refused.Code, cash.Code));
        Assert.Equal("Deferred", Json(sale).GetProperty("tenders")[0].GetProperty("approval").GetString());
        Assert.Equal(60, Json(refused).GetProperty("refused").GetProperty("number").GetInt32());
        Assert.Contains("Change                                3.02", cash.Output);
        Assert.Equal((0, 0, 0, 0, 0), (voided.Code, verify.Code, list.Code, z.Code, status.Code));
        Assert.True(Json(verify).GetProperty("sound").GetBoolean());
        Assert.Equal(1, Json(z).GetProperty("voids").GetInt32());
        File.Delete(card);
        var search = new CardSearch(TestShop.Numbers);
        foreach (var file in Directory.EnumerateFiles(cli.Data, "*", SearchOption.AllDirectories))
            Assert.Empty(search.Find(await File.ReadAllBytesAsync(file)));
    }

    private static JsonElement Json(CliRun run) => JsonDocument.Parse(run.Output).RootElement;

    private static async Task<CliRun> Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Binary!, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        return new CliRun(process.ExitCode, await output, await errors);
    }
}
