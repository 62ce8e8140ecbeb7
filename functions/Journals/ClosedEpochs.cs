using System.Globalization;
using CloudPos.Cards;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// Journals that a later enrolment closed. One whose terminal said where it ended, and which is stored up to
/// there, is complete. Of any other it is not known what it still held: its disk was lost, or is in use
/// elsewhere. It is listed with what it was expected to hold until a manager writes it off.
/// </summary>
internal sealed partial class ClosedEpochs(
    TablePort tables, JournalHeads heads, TimeProvider time, ILogger<ClosedEpochs> log)
{
    private const int ReasonLengthMax = 200;

    /// <summary>Notes in the head's row, which the enrolment commits, that the journal is closed.</summary>
    /// <param name="end">Where the terminal says it ended; null when it does not know of it.</param>
    public static void Close(Row head, EpochEnd? end, DateTimeOffset? lastContact, DateTimeOffset now)
    {
        var (journal, number) = (head.Key, head.Number("number"));
        head["closedAt"] = now;
        head["lastContact"] = lastContact;
        head["complete"] = end is not null && JournalRows.Head(end.Epoch) == journal && end.Number == number
            && end.Hash == EntryHash.From(head.Bytes("hash")) ? 1L : 0L;
    }

    /// <summary>What is known of a closed journal; null while it is open.</summary>
    public async Task<ClosedLine?> Of(JournalId journal, CancellationToken cancel)
    {
        if (await heads.FindRow(journal, cancel) is not { } row || row.TimeOrNull("closedAt") is not { } at)
            return null;
        var isComplete = row.NumberOrNull("complete") == 1;
        var isWrittenOff = row.Has("writtenOffBy");
        return new ClosedLine(
            at, isComplete, isComplete ? null : await Expected(journal, row, cancel),
            isWrittenOff ? row.Text("writtenOffBy") : null, row.TimeOrNull("writtenOffAt"),
            row.TextOrNull("writtenOffReason"));
    }

    /// <summary>POST journals/{terminal}/{epoch}/write-off</summary>
    public async Task<Answer> WriteOff(Call call, CancellationToken cancel)
    {
        if (!call.TryRead(JournalsJson.Default.ReasonBody, out var body, out var refusal))
            return refusal;
        if (body.Reason.Length is 0 or > ReasonLengthMax)
            return Answer.Refuse(
                ProblemCode.Malformed, "reason", $"A reason has 1 to {ReasonLengthMax} characters.");
        if (!JournalAdmin.TryJournal(call, out var journal))
            return Answer.NotFound("such journal");
        if (await Of(journal, cancel) is not { } closed)
            return Answer.Refuse(
                ProblemCode.Forbidden, "epoch",
                "Only a journal that a later enrolment closed is written off.");
        if (closed.IsComplete)
            return Answer.Refuse(
                ProblemCode.Forbidden, "epoch", "This journal is complete: there is nothing to write off.");
        await Attempts.UntilCommitted(async () =>
        {
            var row = (await heads.FindRow(journal, cancel))!;
            if (row.Has("writtenOffBy"))
                return true;
            row["writtenOffBy"] = call.Person!.Name;
            row["writtenOffAt"] = time.GetUtcNow();
            row["writtenOffReason"] = CardScrubber.Mask(body.Reason);
            return await tables.TryCommit(
                TableNames.Terminal, journal.Terminal, [Change.Replace(row)], cancel) is null;
        });
        LogWrittenOff(journal, call.Person!.Name);
        return Answer.Json((await Of(journal, cancel))!, JournalsJson.Default.ClosedLine);
    }

    /// <summary>In words: how far it is stored, when it last called, what was approved live and never
    /// came.</summary>
    private async Task<string> Expected(JournalId journal, Row head, CancellationToken cancel)
    {
        var count = 0;
        var sums = new SortedDictionary<string, Money>(StringComparer.Ordinal);
        await foreach (var row in tables.Range(
            TableNames.Terminal, journal.Terminal, PaymentRowCodec.KeyPrefix,
            Keys.After(PaymentRowCodec.KeyPrefix), cancel))
        {
            var payment = PaymentRowCodec.From(row);
            if (payment.Facts is not { } facts || facts.Epoch != journal.Epoch || payment.Accepted is not null
                || payment.State != PaymentState.Approved)
                continue;
            count++;
            var code = facts.Amount.Currency.Code;
            sums[code] = sums.TryGetValue(code, out var sum) ? sum + facts.Amount : facts.Amount;
        }
        var contact = head.TimeOrNull("lastContact") is { } last
            ? string.Create(CultureInfo.InvariantCulture, $"its last contact was {last:yyyy-MM-dd HH:mm}Z")
            : "it never called";
        var approved = count == 0
            ? "no payment approved online lacks its sale"
            : $"{count} payments approved online lack their sale: {string.Join(", ", sums.Values)}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Stored up to entry {head.Number("number")}; {contact}; {approved}. What it took offline behind "
            + $"that is not known.");
    }

    [LoggerMessage(1208, LogLevel.Warning, "Journal {Journal} is written off by {Person}.")]
    private partial void LogWrittenOff(JournalId journal, string person);
}
