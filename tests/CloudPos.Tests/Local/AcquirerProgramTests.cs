using System.Net;
using System.Text.RegularExpressions;
using CloudPos.Local.Children;
using static CloudPos.Tests.Local.AcquirerVectors;

namespace CloudPos.Tests.Local;

/// <summary>The acquirer as the program that the story starts.</summary>
public sealed class AcquirerProgramTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cloudpos-acquirer-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task It_answers_survives_a_kill_and_ends_when_its_input_closes()
    {
        var start = new ChildStart(
            "acquirer", Programs.Local, ["acquirer", "--data", Path.Combine(folder, "acquirer")],
            Path.Combine(folder, "acquirer.log"));
        await using var child = new ChildProcess(start);
        var purchase = Purchase("000002", "000000001000", expiry: "4912");
        var first = await AskAsync(await child.StartAsync(), purchase);
        await child.KillAsync();
        var again = await AskAsync(await child.StartAsync(), purchase);
        Assert.Equal(first, again);
        Assert.Equal(0, await child.EndAsync());
        Assert.DoesNotContain(Visa, await File.ReadAllTextAsync(start.LogFile));
    }

    private static async Task<string> AskAsync(Match ready, string message)
    {
        using var caller = await AcquirerCaller.DialAsync(IPEndPoint.Parse(ready.Groups["address"].Value));
        return await caller.AskAsync(message);
    }
}
