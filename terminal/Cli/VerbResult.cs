using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using CloudPos.Cards;

namespace CloudPos.Terminal.Cli;

/// <summary>What a verb came to: an exit code, a text for people and a document for scripts.</summary>
/// <param name="Text">Goes to standard output without --json.</param>
/// <param name="Json">Goes to standard output with --json: one document, one line.</param>
/// <param name="Messages">Go to standard error without --json, a line each.</param>
internal sealed record VerbResult(ExitCode Code, string Text, string Json, IReadOnlyList<string> Messages)
{
    /// <summary>Runs once the output is written: a receipt counts as printed only then.</summary>
    public Action? AfterOutput { get; init; }

    /// <summary>Beside the result, to standard error: a printer that did not print what has
    /// happened.</summary>
    public VerbResult Beside(Printing.PrintResult? printed) => printed is null or Printing.PrintResult.Printed
        ? this
        : this with { Messages = [.. Messages, Printing.PrintResults.SentenceOf(printed.Value)] };

    public static VerbResult Done<T>(string text, T document, JsonTypeInfo<T> type) =>
        new(ExitCode.Done, text, JsonSerializer.Serialize(document, type), []);

    public static VerbResult Failed<T>(
        ExitCode code, T document, JsonTypeInfo<T> type, params IReadOnlyList<string> messages) =>
        new(code, "", JsonSerializer.Serialize(document, type), messages);

    /// <summary>
    /// A failure that has nothing to tell but its sentences. They may quote what was typed, so card numbers
    /// in them are hidden.
    /// </summary>
    public static VerbResult Error(ExitCode code, params IReadOnlyList<string> sentences)
    {
        string[] masked = [.. sentences.Select(CardScrubber.Mask)];
        var document = new ErrorDocument(new ErrorBody(code, (int)code, masked));
        return Failed(code, document, CliJson.Default.ErrorDocument, masked);
    }

    /// <summary>There is no enrolment: none was made, or the journal that holds it is damaged.</summary>
    public static VerbResult NotEnrolled(Journal.TerminalStore store) => store.Damage is [var damage, ..]
        ? Error(ExitCode.JournalDamaged, $"The journal is damaged: {damage.Sentence}")
        : Error(ExitCode.NotEnrolled, "This terminal is not enrolled; run 'enrol' first.");

    /// <summary>A write that was not stored.</summary>
    public static VerbResult Error(Journal.WriteOutcome outcome) =>
        Error(ExitCodes.Of(outcome.Status), outcome.Sentence);
}
