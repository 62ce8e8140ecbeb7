using CloudPos.Crypto;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Vault;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// POST /api/backoffice/journals/sealed: a journal that came on a stick instead of a line. The file is opened
/// with the key that its cards are sealed to as well; each segment in it is signed by its terminal and stored
/// as an upload is, so the same file twice, or a line that came back meanwhile, stores nothing twice. The
/// answer holds the signed acknowledgement: taken back to the terminal it says there what an answer by the
/// line would.
/// </summary>
internal sealed partial class SealedJournals(
    KeyRing keys, Terminals terminals, JournalHeads heads, StoreSegment segments,
    ILogger<SealedJournals> log)
{
    /// <summary>Some forty thousand sales by card.</summary>
    public const int BodyBytesMax = WireContract.SealedJournalBytesMax;

    public async Task<Answer> Take(Call call, CancellationToken cancel)
    {
        var result = SealedJournal.TryOpen(call.Body.Span, keys.FindSealing, out var journal, out var parts);
        if (result != SealedJournalResult.Opened)
            return Answer.Refuse(ProblemCode.Malformed, "file", SentenceOf(result));
        if (!Names.IsTerminal(journal.Terminal) || journal.Epoch is < 1 or > JournalRows.EpochMax
            || await terminals.Find(journal.Terminal, cancel) is not { } identity
            || await heads.Find(journal, cancel) is not { } before)
            return Answer.NotFound("such epoch of this terminal");
        foreach (var part in parts)
        {
            var answer = await segments.Take(
                new TerminalCaller(identity, journal.Epoch), journal, part, "br", cancel);
            if (answer.Status != StatusCodes.Status200OK)
                return answer;
        }
        var head = (await heads.Find(journal, cancel))!;
        LogTaken(journal, head.Number - before.Number, call.Person!.Name);
        return Answer.Json(
            new SealedJournalTaken(
                journal.Terminal, journal.Epoch, head.Number - before.Number, head.Number,
                heads.Acknowledge(head, identity.Standing)),
            JournalsJson.Default.SealedJournalTaken);
    }

    private static string SentenceOf(SealedJournalResult result) => result switch
    {
        SealedJournalResult.UnknownKey =>
            "The file is sealed to a key that this back office does not have, or no longer.",
        SealedJournalResult.Damaged =>
            "The file was cut short or altered: have it saved anew at the terminal, and bring all of it.",
        _ => "This is no sealed journal of a terminal, or one of a newer version.",
    };

    [LoggerMessage(
        1204, LogLevel.Information, "{Entries} entries of journal {Journal} came as a file, by {Person}.")]
    private partial void LogTaken(JournalId journal, long entries, string person);
}
