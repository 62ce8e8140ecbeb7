using System.Text.Json.Nodes;
using CloudPos.Local.Children;
using CloudPos.Local.Demo;
using CloudPos.Local.Line;

namespace CloudPos.Local.Story;

/// <summary>What a verb of the terminal came to.</summary>
/// <param name="ExitCode">Of the documented table: 0 done, 4 refused by policy, 5 declined, 9 unknown
/// ...</param>
/// <param name="Json">The document that --json prints.</param>
internal sealed record VerbEnd(int ExitCode, JsonNode? Json, string Errors)
{
    public bool IsDone => ExitCode == 0;

    public JsonNode Document => Json
        ?? throw new InvalidOperationException($"The verb ended with {ExitCode} and no document: {Errors}");
}

/// <summary>
/// One terminal as its cashier has it: a running `serve`, and verbs typed beside it, each a process of its
/// own. Its line to the back office is its own as well, to be cut and mended.
/// </summary>
internal sealed class Till : IAsyncDisposable
{
    private static readonly TimeSpan VerbWithin = TimeSpan.FromMinutes(3);
    private readonly string _logs;
    private readonly ChildProcess _serve;

    public Till(string name, string directory, string logs, LineProxy line)
    {
        (Name, Directory, Line, _logs) = (name, directory, line, logs);
        _serve = new ChildProcess(new ChildStart(
            $"{name} serve", Programs.Terminal,
            ["serve", "--data", directory, "--stdin-guard", "--cards", DemoCards.Folder],
            Path.Combine(logs, $"{name}-serve.log")));
    }

    public string Name { get; }

    public string Directory { get; }

    public LineProxy Line { get; }

    /// <summary>The terminal id that the back office gave it; empty before enrolment.</summary>
    public string Terminal { get; private set; } = "";

    public string Address { get; private set; } = "";

    public async Task Enrol(string terminal, string code)
    {
        var end = await Verb("enrol", "--url", $"http://{Line.Address}", "--code", code);
        if (!end.IsDone)
            throw new InvalidOperationException($"{Name} could not enrol: {end.Json} {end.Errors}");
        Terminal = terminal;
    }

    public async Task Start() => Address = "http://" + (await _serve.StartAsync()).Groups["address"].Value;

    /// <summary>SIGKILL: what a power cut does to the program.</summary>
    public Task Kill() => _serve.KillAsync();

    public async Task<VerbEnd> Verb(params string[] arguments)
    {
        var start = new ChildStart(
            $"{Name} {arguments[0]}", Programs.Terminal, [.. arguments, "--data", Directory, "--json"],
            Path.Combine(_logs, $"{Name}-verbs.log"));
        var result = await ChildRun.ToEndAsync(start, VerbWithin);
        return new VerbEnd(result.ExitCode, Parse(result.Output), result.Errors.Trim());
    }

    public async Task<JsonNode> Status() => (await Verb("status")).Document;

    public ValueTask DisposeAsync() => _serve.DisposeAsync();

    private static JsonNode? Parse(string output)
    {
        try
        {
            return JsonNode.Parse(output);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}
