using System.CommandLine;
using CloudPos.Terminal.Journal;

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

    public Command Create()
    {
        var export = new Verb(
            "export", "Write all that can be read of the journal to a file, damaged or not; changes nothing.",
            "journal export --data till1 --to till1.journal.jsonl")
        {
            host.Data, _to,
        };
        export.SetAction(parse => host.OnTerminal(
            parse, context => Export(context, host.PathOf(parse.GetRequiredValue(_to)))));
        return export;
    }

    private static VerbResult Export(TerminalContext context, string path)
    {
        var store = context.Store;
        if (store.Enrolment is not { } enrolment)
            return VerbResult.NotEnrolled(store);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            using var file = new FileStream(path, options);
            var end = JournalExport.Write(context, file);
            file.Flush(flushToDisk: true);
            return VerbResult.Done(
                $"{end.Entries} entries are in {path}; {end.Faults} could not be read and are named there.\n",
                end, CliJson.Default.ExportEnd);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return VerbResult.Error(
                ExitCode.BadInput, $"{path} cannot be written, name another --to: {failure.Message}");
        }
    }
}

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
