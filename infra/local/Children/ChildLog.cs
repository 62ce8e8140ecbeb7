using System.Text.RegularExpressions;

namespace CloudPos.Local.Children;

/// <summary>
/// Appends what a child prints to its log file, and watches standard output for the line that says that it is
/// ready. A child that prints without end fills no disk: past the bound its lines are read and dropped.
/// </summary>
internal sealed class ChildLog(string file, Regex ready)
{
    private const long CharactersMax = 64 * 1024 * 1024;

    private readonly TaskCompletionSource<Match> isReady =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private long characters;

    /// <summary>Completes with the first line that matches; never where none does.</summary>
    public Task<Match> Ready => isReady.Task;

    /// <summary>Ends when both streams have ended: when the child has.</summary>
    public async Task FollowAsync(TextReader output, TextReader errors)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        await using var log = new StreamWriter(stream) { AutoFlush = true };
        await Task.WhenAll(CopyAsync(output, log, watch: true), CopyAsync(errors, log, watch: false));
    }

    private async Task CopyAsync(TextReader from, StreamWriter log, bool watch)
    {
        while (await from.ReadLineAsync() is { } line)
        {
            lock (gate)
            {
                characters += line.Length + 1;
                if (characters <= CharactersMax) log.WriteLine(line);
            }
            if (watch && !isReady.Task.IsCompleted && ready.Match(line) is { Success: true } match)
                isReady.TrySetResult(match);
        }
    }
}
