using System.CommandLine;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// journal export: everything of the journal that can be read, as lines of JSON in a file that is the owner's
/// alone: a head, a line for each entry, and a closing line with counts and the digest of all before it, so
/// that a file that was cut short is noticed. Works on a damaged journal and changes nothing.
/// </summary>
internal sealed class JournalExportVerb(VerbHost host)
{
    private readonly Option<string> _to = new("--to")
    {
        Description = "The file to write; there must be none of that name.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<bool> _sealed = new("--sealed")
    {
        Description = "Only what the back office has not confirmed, sealed so that it alone can open it.",
    };

    private readonly Option<string> _from = new("--from")
    {
        Description = "The file that the back office gave for a sealed one.",
        HelpName = "FILE",
        Required = true,
    };

    public Command Create()
    {
        var export = new Verb(
            "export", "Write all that can be read of the journal to a file, damaged or not; changes nothing.",
            "journal export --data till1 --to till1.journal.jsonl")
        {
            host.Data, _to, _sealed,
        };
        export.SetAction(parse => host.OnTerminal(parse, context => parse.GetValue(_sealed)
            ? Seal(context.Store, host.PathOf(parse.GetRequiredValue(_to)))
            : Export(context, host.PathOf(parse.GetRequiredValue(_to)))));
        return export;
    }

    public Command CreateConfirm()
    {
        var confirm = new Verb(
            "confirm", "Take in what the back office confirms of a sealed file that was brought to it.",
            "journal confirm --data till1 --from confirmation.json")
        {
            host.Data, _from,
        };
        confirm.SetAction(parse => host.OnTerminal(
            parse, context => Confirm(context.Store, host.PathOf(parse.GetRequiredValue(_from)))));
        return confirm;
    }

    private static VerbResult Export(TerminalContext context, string path)
    {
        var store = context.Store;
        if (store.Enrolment is not { } enrolment)
            return VerbResult.NotEnrolled(store);
        return Written(path, file =>
        {
            var end = JournalExport.Write(context, file);
            return VerbResult.Done(
                $"{end.Entries} entries are in {path}; {end.Faults} could not be read and are named there.\n",
                end, CliJson.Default.ExportEnd);
        });
    }

    private static VerbResult Seal(TerminalStore store, string path)
    {
        if (SealedExport.Refuses(store) is { } refusal)
            return VerbResult.Error(ExitCode.BadInput, refusal);
        return Written(path, file =>
        {
            var end = SealedExport.Write(store, file);
            return VerbResult.Done(
                $"Entries {end.First} to {end.Last} are in {path}, sealed. Bring it to whoever runs the back "
                + $"office at {store.Enrolment!.BackOffice} (POST {WireContract.SealedJournalPath}); what "
                + $"comes back is for 'journal confirm'."
                + (end.IsAll ? "\n" : $" More is left: {end.Fault ?? "seal again behind that."}\n"),
                end, CliJson.Default.SealedExportEnd);
        });
    }

    private static VerbResult Confirm(TerminalStore store, string path)
    {
        string text;
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > WireContract.JsonBytesMax)
                return VerbResult.Error(ExitCode.BadInput, $"{path} is no confirmation of the back office.");
            using var reader = new StreamReader(file);
            text = reader.ReadToEnd();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return VerbResult.Error(ExitCode.BadInput, $"{path} cannot be read: {failure.Message}");
        }
        var outcome = store.ApplyAcknowledgement(SealedExport.AcknowledgementIn(text), byHand: true);
        var document = new ConfirmedDocument(store.Acknowledged.Number, store.LastNumber);
        return outcome.IsApplied
            ? VerbResult.Done(
                $"Confirmed up to entry {document.Acknowledged} of {document.Entries}.\n", document,
                CliJson.Default.ConfirmedDocument)
            : VerbResult.Error(ExitCode.BadInput, outcome.Sentence);
    }

    private static VerbResult Written(string path, Func<Stream, VerbResult> write)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var file = new FileStream(path, options);
            var result = write(file);
            file.Flush(flushToDisk: true);
            return result;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return VerbResult.Error(
                ExitCode.BadInput, $"{path} cannot be written, name another --to: {failure.Message}");
        }
    }
}

/// <summary>journal confirm.</summary>
internal sealed record ConfirmedDocument(long Acknowledged, long Entries);

/// <summary>The first line of an export.</summary>
/// <param name="Acknowledgement">The newest one as signed; absent before any.</param>
internal sealed record ExportHead(
    string Format, int Version, string Terminal, int Epoch, DateTimeOffset ExportedAt, long Entries,
    long Acknowledged, string? Acknowledgement, IReadOnlyList<string> Findings)
{
    public const string FormatName = "cloudpos-journal-export";
}

/// <summary>One entry.</summary>
/// <param name="Bytes">As it was hashed, base64; absent with a fault.</param>
/// <param name="SealedCards">What lies beside it still, sealed to the back office.</param>
internal sealed record ExportLine(
    int Epoch, long Number, string? Hash, string? Bytes, IReadOnlyList<ExportedCard>? SealedCards,
    string? Fault);

/// <param name="Salt">Base64, as is the content.</param>
internal sealed record ExportedCard(string Salt, string Content);

/// <summary>The last line of an export, and what the verb prints.</summary>
/// <param name="Sha256">Of all lines before this one.</param>
internal sealed record ExportEnd(long Entries, long Faults, string Sha256);
