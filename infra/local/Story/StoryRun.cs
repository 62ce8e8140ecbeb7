using CloudPos.Local.Children;
using CloudPos.Local.Demo;

namespace CloudPos.Local.Story;

/// <param name="Data">Where all state goes; null for the default folder under the project.</param>
/// <param name="Once">End after the story in place of staying up.</param>
internal sealed record StoryOptions(string? Data, bool Once);

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
        await using var world = await World.Start(data, 2, time);
        var book = new CashierBook();
        await new Outage(world, new Counter(book, say), say, time).Play();
        say.Chapter("What is looked at from outside, after the story:");
        var checks = Checks.Run(book, await Evidence.Gather(world), data);
        checks.Print(output);
        checks.Write(Path.Combine(data, "summary.json"));
        await output.WriteLineAsync();
        await output.WriteLineAsync(checks.AllHeld
            ? $"All {checks.All.Count} checks held, after {say.Seconds:F0} seconds."
            : $"{checks.All.Count(check => !check.Held)} of {checks.All.Count} checks broke; see {data}.");
        if (!options.Once)
            await StayUp(world, data, output, cancel);
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
        await output.WriteLineAsync($"  acquirer's log      {world.AcquirerControl}/log");
        await output.WriteLineAsync($"  settlement reports  {Path.Combine(data, "backoffice", "reports")}");
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

    /// <summary>Beside the solution, in a folder that git ignores; else in the working folder.</summary>
    private static string DefaultFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        for (; folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "CloudPos.sln")))
                return Path.Combine(folder.FullName, ".run", "story");
        return Path.Combine(Environment.CurrentDirectory, ".run", "story");
    }
}
