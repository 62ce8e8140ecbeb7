using System.Diagnostics;
using System.Text.Json;
using CloudPos.Terminal.Web;
using CloudPos.Tests.Terminal.Cli;

namespace CloudPos.Tests.Crash;

/// <summary>The native binary as it is shipped, run as processes of its own; they may be killed.</summary>
internal static class PublishedTerminal
{
    public static readonly string? Binary = Environment.GetEnvironmentVariable("CLOUDPOS_TERMINAL");

    /// <summary>The exit code of a process that SIGKILL has ended.</summary>
    public const int Killed = 128 + 9;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    public static bool IsMissing => !File.Exists(Binary);

    public static Process Start(IReadOnlyDictionary<string, string>? environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Binary!, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    public static Task<CliRun> Run(string data, params string[] arguments) => Run(null, data, arguments);

    public static async Task<CliRun> Run(
        IReadOnlyDictionary<string, string>? environment, string data, params string[] arguments)
    {
        using var process = Start(environment, [.. arguments, "--data", data]);
        return await ToEnd(process, Patience);
    }

    /// <summary>The same, killed when the time is over.</summary>
    public static async Task<CliRun> RunAndKill(TimeSpan after, string data, params string[] arguments)
    {
        using var process = Start(null, [.. arguments, "--data", data]);
        var run = ToEnd(process, Patience);
        await Task.WhenAny(run, Task.Delay(after));
        process.Kill();
        return await run;
    }

    public static JsonElement JsonOf(CliRun run) => JsonDocument.Parse(run.Output).RootElement;

    private static async Task<CliRun> ToEnd(Process process, TimeSpan patience)
    {
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(patience);
        await process.WaitForExitAsync(limit.Token);
        return new CliRun(process.ExitCode, await output, await errors);
    }
}

/// <summary>`serve` on a folder, taking verbs over.</summary>
internal sealed class ServingTerminal : IDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private ServingTerminal(Process process, string data) => (_process, _data) = (process, data);

    public static async Task<ServingTerminal> Start(
        string data, IReadOnlyDictionary<string, string>? environment = null)
    {
        var process = PublishedTerminal.Start(environment, "serve", "--data", data, "--stdin-guard");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var line = await process.StandardOutput.ReadLineAsync();
        Assert.StartsWith("listening on", line);
        return new ServingTerminal(process, data);
    }

    /// <summary>Null when the terminal died before its answer came.</summary>
    public Task<CliRun?> Verb(params string[] arguments) => Verb(_ => { }, arguments);

    /// <param name="print">Called with the output before the terminal is told that it is printed.</param>
    public async Task<CliRun?> Verb(Action<string> print, params string[] arguments)
    {
        try
        {
            var answer = await HandOver.Try(_data, [.. arguments, "--data", _data], CancellationToken.None);
            print(answer?.Output ?? "");
            if (answer?.Confirm is { } confirm)
                await HandOver.Printed(_data, confirm, CancellationToken.None);
            return answer is null ? null : new CliRun(answer.ExitCode, answer.Output, answer.Errors);
        }
        catch (HandOverException)
        {
            return null;
        }
    }

    public void Kill() => _process.Kill();

    /// <summary>As whoever started it would: by closing its input.</summary>
    public async Task End()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
