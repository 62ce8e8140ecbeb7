using System.CommandLine;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// reset: empties a data folder, its keys included, for a terminal that is given away. Refused while anything
/// in it is needed: what the back office has not acknowledged is deleted by nobody.
/// </summary>
internal sealed class ResetVerb(VerbHost host)
{
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
            return VerbResult.Error(ExitCode.FolderInUse, "End 'serve' first.");
        if (store.Enrolment is not { } enrolment)
            return VerbResult.NotEnrolled(store);
        if (parse.GetRequiredValue(_terminal) != enrolment.Terminal)
            return VerbResult.Error(
                ExitCode.BadInput, $"This folder is of terminal {enrolment.Terminal}: say that one.");
        if (Obstacle(store) is { } obstacle)
            return VerbResult.Error(ExitCode.BadInput, obstacle);
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

    /// <summary>What is lost if the folder goes, or null.</summary>
    private static string? Obstacle(TerminalStore store)
    {
        const string keep = "Nothing was deleted. A folder that cannot be finished is kept, and the terminal "
            + "enrolled anew in another one; 'journal export' writes it to a file.";
        if (store.Damage is [var damage, ..])
            return $"The journal is damaged: {damage.Sentence} {keep}";
        var unsent = store.LastNumber - store.Acknowledged.Number;
        if (unsent > 0)
            return $"{unsent} entries are not acknowledged yet: run 'forward' first. {keep}";
        if (store.OpenAttempts.Count > 0)
            return $"Payments have no end yet: see 'attempts', then run 'forward'. {keep}";
        if (store.OpenRefunds is [var refund, ..])
            return $"A refund of receipt {refund.Refund.ReceiptNumber} has no answer yet: ask for it again "
                + $"or give it up, under Sales. {keep}";
        var waiting = store.Exposures.Sum(exposure => exposure.Count);
        return waiting > 0
            ? $"{waiting} payments wait for their outcome: run 'forward' until it is here. {keep}"
            : null;
    }
}

/// <summary>reset.</summary>
internal sealed record ResetDocument(string Terminal, int Epoch, long Entries);
