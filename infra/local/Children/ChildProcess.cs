using System.Diagnostics;
using System.Text.RegularExpressions;

namespace CloudPos.Local.Children;

/// <summary>
/// A program of ours in a process of its own. It holds the write end of the child's standard input and never
/// writes: a child ends when that closes, so children end with this process however it ends. Started, killed,
/// ended and started again by one caller at a time.
/// </summary>
internal sealed class ChildProcess(ChildStart start) : IAsyncDisposable
{
    private static readonly TimeSpan EndWithin = TimeSpan.FromMinutes(1);

    private Process? process;
    private Task output = Task.CompletedTask;

    public ChildStart Start { get; } = start;

    public bool IsRunning => process is { HasExited: false };

    /// <summary>Starts the program and waits for the line that says that it is ready.</summary>
    /// <returns>That line; its groups tell for example the address.</returns>
    /// <exception cref="InvalidOperationException">It ended first, or is running already.</exception>
    /// <exception cref="TimeoutException">It was not ready in time; it has been killed.</exception>
    public async Task<Match> StartAsync(CancellationToken cancel = default)
    {
        if (IsRunning) throw new InvalidOperationException($"{Start.Name} is running already.");
        process?.Dispose();
        process = Process.Start(Describe(Start))
            ?? throw new InvalidOperationException($"{Start.Name} did not start.");
        var log = new ChildLog(Start.LogFile, Start.Ready);
        output = log.FollowAsync(process.StandardOutput, process.StandardError);
        var ended = process.WaitForExitAsync(CancellationToken.None);
        try
        {
            if (await Task.WhenAny(log.Ready, ended).WaitAsync(Start.ReadyWithin, cancel) == log.Ready)
                return await log.Ready;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await KillAsync();
            if (e is TimeoutException)
                throw new TimeoutException($"{Start.Name} was not ready in time; see {Start.LogFile}.", e);
            throw;
        }
        await output;
        if (log.Ready.IsCompletedSuccessfully) return await log.Ready;
        throw new InvalidOperationException(
            $"{Start.Name} ended with {process.ExitCode} before it was ready; see {Start.LogFile}.");
    }

    /// <summary>Ends it at once, as a power cut would: SIGKILL, no handler runs.</summary>
    public async Task KillAsync()
    {
        if (process is null) return;
        if (!process.HasExited) process.Kill();
        // Whatever it started itself ends with its standard input, too; until then its output stays open.
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        await output;
    }

    /// <summary>Closes its standard input and waits for its end; kills it when that takes too long.</summary>
    /// <returns>The exit code; 137 where it had to be killed.</returns>
    public async Task<int> EndAsync()
    {
        if (process is null) return 0;
        if (!process.HasExited) process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(EndWithin);
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
        await output;
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        process?.Dispose();
        process = null;
    }

    /// <summary>
    /// The content root of an ASP.NET program is its working folder, so it works where it lies.
    /// </summary>
    internal static ProcessStartInfo Describe(ChildStart start)
    {
        var info = new ProcessStartInfo(start.File, start.Arguments)
        {
            WorkingDirectory = Path.GetDirectoryName(start.File),
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in start.Environment) info.Environment[name] = value;
        return info;
    }
}
