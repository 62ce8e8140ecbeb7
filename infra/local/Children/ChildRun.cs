using System.Diagnostics;
using System.Text;

namespace CloudPos.Local.Children;

/// <summary>What one run of a program gave.</summary>
internal sealed record ChildResult(int ExitCode, string Output, string Errors);

/// <summary>Runs a program to its end: a verb of the terminal, for example.</summary>
internal static class ChildRun
{
    /// <summary>Characters kept of each of the two outputs; what comes after is read and dropped.</summary>
    private const int CharactersMax = 4 * 1024 * 1024;

    /// <summary>Standard input is empty. Both outputs are also appended to the log file.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it has been killed.</exception>
    public static async Task<ChildResult> ToEndAsync(
        ChildStart start, TimeSpan within, CancellationToken cancel = default)
    {
        using var process = Process.Start(ChildProcess.Describe(start))
            ?? throw new InvalidOperationException($"{start.Name} did not start.");
        process.StandardInput.Close();
        var output = ReadAsync(process.StandardOutput);
        var errors = ReadAsync(process.StandardError);
        try
        {
            await process.WaitForExitAsync(cancel).WaitAsync(within, cancel);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            if (e is TimeoutException) throw new TimeoutException($"{start.Name} did not end in time.", e);
            throw;
        }
        var result = new ChildResult(process.ExitCode, await output, await errors);
        Directory.CreateDirectory(Path.GetDirectoryName(start.LogFile)!);
        var asked = string.Join(' ', start.Arguments);
        var said = $"> {asked}\n{result.Output}{result.Errors}< {result.ExitCode}\n";
        await File.AppendAllTextAsync(start.LogFile, said, cancel);
        return result;
    }

    private static async Task<string> ReadAsync(StreamReader from)
    {
        var text = new StringBuilder();
        var buffer = new char[8 * 1024];
        while (await from.ReadAsync(buffer) is var read and > 0)
            text.Append(buffer, 0, Math.Min(read, CharactersMax - text.Length));
        return text.ToString();
    }
}
