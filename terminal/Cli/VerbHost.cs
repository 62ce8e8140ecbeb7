using System.CommandLine;
using CloudPos.Languages;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Terminal.Web;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// Where a verb runs: its arguments, its working folder, its outputs, and the terminal that runs already.
/// </summary>
/// <param name="Directory">File names in the arguments are relative to it.</param>
/// <param name="Running">The terminal that took the verb over; null in a process of the verb's own.</param>
internal sealed record VerbHost(
    IReadOnlyList<string> Arguments,
    string Directory,
    TextWriter Output,
    TextWriter Errors,
    TimeProvider Time,
    TerminalContext? Running)
{
    /// <summary>
    /// Where what counts only once the output is out is left, when this process does not put it out itself;
    /// null in a process of the verb's own.
    /// </summary>
    public List<Action>? Afterwards { get; init; }

    // Options belong to one parsing: the running terminal parses many command lines, several at once.
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON document instead of text.",
        Recursive = true,
    };

    public Option<string> Data { get; } = new("--data")
    {
        Description = "Folder that holds all state of this terminal.",
        HelpName = "DIR",
        Required = true,
    };

    public Option<string> Cashier { get; } = new("--cashier")
    {
        Description = "Who serves; stands on the receipt and in the journal.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Texts.Nobody,
    };

    public string PathOf(string path) => Path.GetFullPath(path, Directory);

    /// <summary>
    /// Runs work on the terminal of --data and prints what it came to. The terminal is the running one; or
    /// the one of another process, to which the arguments are handed over; or one that is opened for this
    /// work alone.
    /// </summary>
    /// <param name="mayCreate">The folder may be empty or new.</param>
    public async Task<int> OnTerminal(
        ParseResult parse, Func<TerminalContext, Task<VerbResult>> work, bool mayCreate = false)
    {
        if (Running is not null)
            return Print(parse, await Guarded(Running, work));
        var data = PathOf(parse.GetRequiredValue(Data));
        if (await HandOver.Try(data, Arguments, CancellationToken.None) is { } answer)
            return await Pass(data, answer);
        if (!mayCreate && LacksTerminal(data) is { } nothing)
            return Print(parse, nothing);
        var opened = TerminalStore.TryOpen(data, Time);
        if (opened.Store is null)
            return Print(parse, VerbResult.Error(ExitCodes.Of(opened.Status), opened.Sentence));
        using var context = new TerminalContext(opened.Store, Time) { Memory = new LineMemory(data, Time) };
        return Print(parse, await Guarded(context, work));
    }

    /// <summary>The same for work that waits for nothing.</summary>
    public Task<int> OnTerminal(ParseResult parse, Func<TerminalContext, VerbResult> work) =>
        OnTerminal(parse, context => Task.FromResult(work(context)));

    /// <summary>Writes the result, then lets it do what only counts once it is written.</summary>
    public int Print(ParseResult parse, VerbResult result)
    {
        if (parse.GetValue(Json))
            Output.WriteLine(result.Json);
        else
        {
            Output.Write(result.Text);
            foreach (var message in result.Messages)
                Errors.WriteLine(message);
        }
        Output.Flush();
        if (result.AfterOutput is { } after && Afterwards is { } later)
            later.Add(after);
        else
            result.AfterOutput?.Invoke();
        return (int)result.Code;
    }

    private static async Task<VerbResult> Guarded(
        TerminalContext context, Func<TerminalContext, Task<VerbResult>> work)
    {
        try
        {
            return await work(context);
        }
        catch (JournalUnreadableException damaged)
        {
            return VerbResult.Error(ExitCode.JournalDamaged, damaged.Message);
        }
    }

    private async Task<int> Pass(string data, HandOverAnswer answer)
    {
        Output.Write(answer.Output);
        Errors.Write(answer.Errors);
        Output.Flush();
        if (answer.Confirm is { } confirm)
            await HandOver.Printed(data, confirm, CancellationToken.None);
        return answer.ExitCode;
    }

    /// <summary>Says so when the folder is empty or missing: opening would make a terminal of it.</summary>
    public static VerbResult? LacksTerminal(string data) =>
        System.IO.Directory.Exists(data) && System.IO.Directory.EnumerateFileSystemEntries(data).Any()
            ? null
            : VerbResult.Error(
                ExitCode.NotEnrolled,
                $"{data} holds no terminal; run 'enrol' first, or name another --data.");
}
