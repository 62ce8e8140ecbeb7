using System.Text;
using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Journal;
using CloudPos.Tests.Terminal.Checkout;

namespace CloudPos.Tests.Terminal.Cli;

/// <summary>What a verb printed and how it ended.</summary>
internal sealed record CliRun(int Code, string Output, string Errors)
{
    /// <summary>The one document of --json: one line, nothing beside it.</summary>
    public JsonElement Json
    {
        get
        {
            Assert.Equal(1, Output.Count(c => c == '\n'));
            Assert.Empty(Errors);
            return JsonDocument.Parse(Output).RootElement;
        }
    }
}

/// <summary>
/// Runs command lines on a shop's folder as processes of their own would: each verb opens the folder. Nothing
/// that any of them prints may hold a card number.
/// </summary>
internal sealed class TestCli : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly CardSearch Search = new(TestShop.Numbers);

    public TestCli(Uri? backOffice = null, DateTimeOffset? now = null)
    {
        Shop = new TestShop(backOffice, now);
        // Who answers, or refuses the connection, does so on a machine that stands still too.
        Shop.Till.Clock.Wait = meant =>
            meant < TimeSpan.FromSeconds(1) || meant > Patience ? meant : Patience;
        Shop.Till.Close();
    }

    public TestShop Shop { get; }

    public string Data => Shop.Till.Directory;

    /// <summary>Runs a verb on the shop's folder.</summary>
    public Task<CliRun> Run(params string[] arguments) => RunOn(Data, arguments);

    public Task<CliRun> RunOn(string data, params string[] arguments) => Bare([.. arguments, "--data", data]);

    /// <summary>Runs exactly these arguments.</summary>
    public async Task<CliRun> Bare(params string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = await VerbRunner.Run(arguments, Path.GetTempPath(), output, errors, Shop.Till.Clock);
        var run = new CliRun(code, output.ToString(), errors.ToString());
        Assert.Empty(Search.Find(Encoding.UTF8.GetBytes(run.Output + run.Errors)));
        return run;
    }

    /// <summary>Looks into the folder between two verbs.</summary>
    public T Peek<T>(Func<TerminalStore, T> look)
    {
        try
        {
            return look(Shop.Till.Open());
        }
        finally
        {
            Shop.Till.Close();
        }
    }

    /// <summary>A card file inside the folder, which the shop deletes with it.</summary>
    public string CardFile(string stripe)
    {
        var path = Path.Combine(Data, $"card-{Id.New()}.json");
        var card = new { name = "card", entryMode = "swipe", track2 = stripe };
        File.WriteAllText(path, JsonSerializer.Serialize(card));
        return path;
    }

    public void Dispose() => Shop.Dispose();
}
