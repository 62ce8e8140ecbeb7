using CloudPos.Local.Children;
using CloudPos.Local.Demo;
using CloudPos.Local.FunctionsHost;

namespace CloudPos.Local.Story;

/// <param name="Data">Where all state goes; null for the default folder under the project.</param>
/// <param name="Once">End after the story in place of staying up.</param>
internal sealed record StoryOptions(string? Data, bool Once)
{
    /// <summary>Publish the back office and run it under the double of the Functions host.</summary>
    public bool UnderFunctionsHost { get; init; }

    /// <summary>A function app that is published already.</summary>
    public string? Package { get; init; }
}

/// <summary>Plays the story once, looks at what came of it, and says whether every rule held.</summary>
internal static class StoryRun
{
    /// <summary>Marks a folder as ours: a new story may empty it, and nothing else is ever emptied.</summary>
    private const string Marker = ".cloudpos-story";

    public static async Task<int> Run(StoryOptions options, TextWriter output, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var data = Path.GetFullPath(options.Data ?? DefaultFolder());
        if (Prepare(data) is { } refusal)
        {
            await output.WriteLineAsync(refusal);
            return 2;
        }
        var say = new Narrator(output, time);
        say.Chapter("CloudPos: an outage, survived. Acquirer, back office and two terminals on loopback.");
        var package = await PackageOf(options, data, say, cancel);
        await using var world = await World.Start(data, 2, time, package);
        var book = new CashierBook();
        await new Outage(world, new Counter(book, say), say, time).Play();
        say.Chapter("What is looked at from outside, after the story:");
        var checks = Checks.Run(
            book, await Evidence.Gather(world), data, officeWasKilled: world.Hosted is not null);
        if (world.Hosted is { } hosted)
            await HostChecks.Run(checks, hosted, time);
        checks.Print(output);
        checks.Write(Path.Combine(data, "summary.json"));
        await output.WriteLineAsync();
        await output.WriteLineAsync(checks.AllHeld
            ? $"All {checks.All.Count} checks held, after {say.Seconds:F0} seconds."
            : $"{checks.All.Count(check => !check.Held)} of {checks.All.Count} checks broke; see {data}.");
        if (!options.Once)
        {
            await world.Desk.Put(
                $"merchants/{DemoShop.Merchant}/policy",
                DemoShop.PolicyBody(2, DemoShop.OnlineTimeoutMilliseconds));
            await StayUp(world, data, output, cancel);
        }
        return checks.AllHeld ? 0 : 1;
    }

    private static async Task StayUp(World world, string data, TextWriter output, CancellationToken cancel)
    {
        await output.WriteLineAsync();
        await output.WriteLineAsync("Still running; Ctrl+C ends it:");
        foreach (var till in world.Tills)
        {
            await output.WriteLineAsync($"  terminal {till.Terminal}   {till.Address}");
            await output.WriteLineAsync(
                $"    its verbs           {Programs.Terminal} status --data {till.Directory}");
        }
        await output.WriteLineAsync($"  back office         {world.BackOfficeAddress}");
        await output.WriteLineAsync($"    a person's token     {world.Token}");
        await output.WriteLineAsync("    what finance does   functions/FINANCE.md");
        await output.WriteLineAsync($"  acquirer's log      {world.AcquirerControl}/log");
        if (world.Hosted is null)
            await output.WriteLineAsync(
                $"  settlement reports  {Path.Combine(data, "backoffice", "reports")}");
        await output.WriteLineAsync($"  receipts on paper   {world.Papers}");
        await output.WriteLineAsync($"  mails               {world.Mails}");
        await output.WriteLineAsync($"  scripted cards      {DemoCards.Folder}");
        await Task.Delay(Timeout.Infinite, cancel).ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    /// <returns>Why the folder cannot be used, or null.</returns>
    private static string? Prepare(string data)
    {
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
        {
            if (!File.Exists(Path.Combine(data, Marker)))
                return $"{data} holds other files; name an empty folder with --data.";
            Directory.Delete(data, recursive: true);
        }
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(data, Marker), "The next story empties this folder.\n");
        return null;
    }

    private static async Task<string?> PackageOf(
        StoryOptions options, string data, Narrator say, CancellationToken cancel)
    {
        if (!options.UnderFunctionsHost)
            return null;
        if (options.Package is { } given)
            return Path.GetFullPath(given);
        say.Say("Publishing the function app as it is deployed; this takes a minute or two.");
        return await PackageBuild.Publish(
            Top()?.FullName ?? Environment.CurrentDirectory, Path.Combine(data, "package"),
            Path.Combine(data, "logs", "publish.log"), cancel);
    }

    /// <summary>Beside the solution, in a folder that git ignores; else in the working folder.</summary>
    private static string DefaultFolder() =>
        Path.Combine(Top()?.FullName ?? Environment.CurrentDirectory, ".run", "story");

    private static DirectoryInfo? Top()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CloudPos.sln")))
            folder = folder.Parent;
        return folder;
    }
}
