using System.CommandLine;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// reset: empties a data folder, its keys included, for a terminal that is given away. Refused while anything
/// in it is needed: what the back office has not acknowledged is deleted by nobody.
/// </summary>
internal sealed class ResetVerb(VerbHost host)
{
    /// <summary>For whoever has no screen before them.</summary>
    private const string Keep = " Nothing was deleted. Without the screen 'attempts' ends payments and "
        + "'forward' sends. A folder that cannot be finished is kept, and the terminal enrolled anew in "
        + "another one; 'journal export' writes it to a file.";

    private readonly Option<string> _terminal = new("--terminal")
    {
        Description = "The id of the terminal that is to be emptied, typed as a check.",
        HelpName = "ID",
        Required = true,
    };

    public Command Create()
    {
        var verb = new Verb(
            "reset", "Empty the data folder of a terminal that has nothing left to send.",
            "reset --data till1 --terminal T0000001")
        {
            host.Data, _terminal,
        };
        verb.SetAction(parse => host.OnTerminal(parse, context => Check(context.Store, parse)));
        return verb;
    }

    private VerbResult Check(TerminalStore store, ParseResult parse)
    {
        if (host.Running is not null)
            return VerbResult.Error(
                ExitCode.FolderInUse,
                "End 'serve' first, or reset this terminal on its screen, under Set-up.");
        if (store.Enrolment is not { } enrolment)
            return VerbResult.NotEnrolled(store);
        if (parse.GetRequiredValue(_terminal) != enrolment.Terminal)
            return VerbResult.Error(
                ExitCode.BadInput, $"This folder is of terminal {enrolment.Terminal}: say that one.");
        if (Leaving.Held(store, Departure.Reset) is { } obstacle)
            return VerbResult.Error(ExitCode.BadInput, obstacle + Keep);
        var data = host.PathOf(parse.GetRequiredValue(host.Data));
        // In one step, so that a crash leaves the folder as it was or not at all.
        var gone = $"{Path.TrimEndingDirectorySeparator(data)}.reset-{Id.New()}";
        Directory.Move(data, gone);
        var document = new ResetDocument(enrolment.Terminal, enrolment.Epoch, store.LastNumber);
        return VerbResult.Done($"{data} is empty; terminal {enrolment.Terminal} can be enrolled anew.\n",
            document, CliJson.Default.ResetDocument) with
        {
            AfterOutput = () => Directory.Delete(gone, recursive: true),
        };
    }
}

/// <summary>reset.</summary>
internal sealed record ResetDocument(string Terminal, int Epoch, long Entries);
