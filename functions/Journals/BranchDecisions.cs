using System.Globalization;
using CloudPos.Cards;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>What a manager decided about a branch. Numbers are stored and never reused.</summary>
internal enum BranchDecision
{
    None = 0,

    /// <summary>What it says happened: it is applied like everything else.</summary>
    Adopted = 1,

    /// <summary>It did not, or is accounted for elsewhere: it stays as evidence, its cards go.</summary>
    Rejected = 2,
}

/// <summary>
/// A manager adopts or rejects a branch, once, with a reason; who and when stay in its row. An adopted branch
/// becomes a journal of its own, under an epoch number that no enrolment reaches, so that its effects never
/// meet those of the journal that it left: two entries with one number are two entries. The decision and the
/// new journal's head are one commit; then the entries are moved over in bounded commits while the journal is
/// held. The same decision again goes on where a stop left it, and takes over what the branch got since.
/// </summary>
internal sealed partial class BranchDecisions(
    TablePort tables, JournalHeads heads, ApplyOwed applyOwed, TimeProvider time,
    ILogger<BranchDecisions> log)
{
    public const int AdoptedEpochs = 900_000;
    private const int AdoptedMax = 999;
    private const int ReasonLengthMax = 200;
    private const int RowsPerCommit = 90;
    private const string Moving = "Its branch is being adopted.";

    /// <summary>POST journals/{terminal}/{epoch}/branches/{branch}/adopt</summary>
    public Task<Answer> Adopt(Call call, CancellationToken cancel) =>
        Decide(call, BranchDecision.Adopted, cancel);

    /// <summary>POST journals/{terminal}/{epoch}/branches/{branch}/reject</summary>
    public Task<Answer> Reject(Call call, CancellationToken cancel) =>
        Decide(call, BranchDecision.Rejected, cancel);

    /// <summary>The journals that adopted branches of a terminal have become.</summary>
    public async Task<IReadOnlyList<JournalHead>> Adopted(string terminal, CancellationToken cancel)
    {
        var found = new List<JournalHead>();
        await foreach (var row in tables.Range(
            TableNames.Terminal, terminal, JournalRows.BranchAll, Keys.After(JournalRows.BranchAll), cancel))
            if (row.NumberOrNull("adoptedAs") is { } epoch
                && await heads.Find(new JournalId(terminal, (int)epoch), cancel) is { } head)
                found.Add(head);
        return found;
    }

    private async Task<Answer> Decide(Call call, BranchDecision decision, CancellationToken cancel)
    {
        if (!call.TryRead(JournalsJson.Default.ReasonBody, out var body, out var refusal))
            return refusal;
        if (body.Reason.Length is 0 or > ReasonLengthMax)
            return Answer.Refuse(
                ProblemCode.Malformed, "reason", $"A reason has 1 to {ReasonLengthMax} characters.");
        if (!JournalAdmin.TryJournal(call, out var journal) || !IsBranch(call.Route("branch")))
            return Answer.NotFound("such branch");
        var branch = call.Route("branch");
        var row = await Attempts.UntilCommitted(
            () => Write(
                journal, branch, decision, call.Person!.Name, CardScrubber.Mask(body.Reason), cancel));
        if (row.Key.Length == 0)
            return Answer.NotFound("such branch");
        if ((BranchDecision)row.Number("decision") != decision)
            return Answer.Refuse(
                ProblemCode.DiffersFromFirst, "decision",
                $"{row.Text("decidedBy")} has {(BranchDecision)row.Number("decision")} it already.");
        if (decision == BranchDecision.Rejected)
            await DeleteCards(journal, branch, cancel);
        else
            await Move(journal, branch, row, cancel);
        row = await Attempts.UntilCommitted(
            () => Finish(journal, branch, row.Number("number"), cancel));
        LogDecided(branch, journal, decision, row.Text("decidedBy"));
        return Answer.Json(Line(row, journal.Epoch), JournalsJson.Default.BranchLine);
    }

    /// <returns>The branch's row with the decision in it, this one or an earlier; one without a key when
    /// there is no such branch; null after a conflict.</returns>
    private async Task<Row?> Write(
        JournalId journal, string branch, BranchDecision decision, string person, string reason,
        CancellationToken cancel)
    {
        var key = JournalRows.BranchPrefix(journal.Epoch) + branch;
        var row = await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel);
        if (row is null)
            return new Row(journal.Terminal, "");
        if (row.NumberOrNull("decision") is not null)
            return row;
        row["decidedUpTo"] = row.Number("first") - 1;
        row["decision"] = (int)decision;
        row["decidedBy"] = person;
        row["decidedAt"] = time.GetUtcNow();
        row["reason"] = reason;
        var changes = new List<Change>();
        if (decision == BranchDecision.Adopted)
        {
            var adopted = await FreeEpoch(journal.Terminal, cancel);
            row["adoptedAs"] = adopted.Epoch;
            changes.AddRange(await Begin(journal, branch, row.Number("first"), adopted, cancel));
        }
        changes.Add(Change.Replace(row));
        return await tables.TryCommit(TableNames.Terminal, journal.Terminal, changes, cancel) is null
            ? await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel)
            : null;
    }

    /// <summary>
    /// Notes how far the decision was carried out: what comes after it is listed until it is decided again.
    /// </summary>
    private async Task<Row?> Finish(JournalId journal, string branch, long upTo, CancellationToken cancel)
    {
        var key = JournalRows.BranchPrefix(journal.Epoch) + branch;
        var row = await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel)
            ?? throw new RowShapeException($"Branch {branch} of {journal} is gone.");
        if (row.NumberOrNull("decidedUpTo") >= upTo)
            return row;
        row["decidedUpTo"] = upTo;
        return await tables.TryCommit(
            TableNames.Terminal, journal.Terminal, [Change.Replace(row)], cancel) is null
            ? await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel)
            : null;
    }

    private async Task<JournalId> FreeEpoch(string terminal, CancellationToken cancel)
    {
        for (var n = 1; n <= AdoptedMax; n++)
        {
            var adopted = new JournalId(terminal, AdoptedEpochs + n);
            if (await heads.FindRow(adopted, cancel) is null)
                return adopted;
        }
        throw new InvalidOperationException($"Terminal {terminal} has {AdoptedMax} adopted branches.");
    }

    /// <summary>A journal that begins where the branch leaves the other, held until all of it is
    /// moved.</summary>
    private async Task<IEnumerable<Change>> Begin(
        JournalId journal, string branch, long first, JournalId adopted, CancellationToken cancel)
    {
        var key = JournalRows.BranchEntry(journal.Epoch, branch, first);
        var entry = await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel)
            ?? throw new RowShapeException($"Branch {branch} of {journal} lacks its first entry.");
        EntryHeader.TryRead(entry.Chunked("bytes"), out var header, out _, out _);
        var head = JournalHeads.Empty(adopted);
        head["number"] = first - 1;
        head["hash"] = header!.Previous.ToBytes();
        head["hold"] = Moving;
        var applied = new Row(adopted.Terminal, JournalRows.Applied(adopted.Epoch))
        {
            ["number"] = first - 1,
            ["moment"] = DateTimeOffset.UnixEpoch,
        };
        return [Change.Insert(head), Change.Insert(applied)];
    }

    private async Task Move(JournalId journal, string branch, Row decided, CancellationToken cancel)
    {
        var adopted = new JournalId(journal.Terminal, (int)decided.Number("adoptedAs"));
        var last = decided.Number("number");
        await applyOwed.Owe(adopted, last, cancel);
        for (var head = await heads.FindRow(adopted, cancel); head!.Number("number") < last;
            head = await heads.FindRow(adopted, cancel))
        {
            var changes = new List<Change>();
            for (var number = head.Number("number") + 1; number <= last; number++)
            {
                var moved = await MoveOne(journal, branch, adopted, number, cancel);
                if (changes.Count + moved.Count + 1 > RowsPerCommit)
                    break;
                changes.AddRange(moved);
                head["number"] = number;
                head["hash"] = moved[0].Row!.Bytes("hash");
            }
            changes.Add(Change.Replace(head));
            // A conflict is another call that moves the same; its head is read and gone on from.
            await tables.TryCommit(TableNames.Terminal, journal.Terminal, changes, cancel);
        }
        await heads.Release(adopted, cancel);
        await applyOwed.Ring(adopted, last, cancel);
    }

    /// <summary>Copies an entry, whose row stays as evidence, and moves what lies beside it.</summary>
    private async Task<List<Change>> MoveOne(
        JournalId journal, string branch, JournalId adopted, long number, CancellationToken cancel)
    {
        var key = JournalRows.BranchEntry(journal.Epoch, branch, number);
        var from = await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel)
            ?? throw new RowShapeException($"Branch {branch} of {journal} lacks entry {number}.");
        var entry = new Row(journal.Terminal, JournalRows.Entry(adopted.Epoch, number))
        {
            ["hash"] = from.Bytes("hash"),
            ["kind"] = from.Number("kind"),
            ["storedAt"] = from.Time("storedAt"),
            ["attachments"] = from.Number("attachments"),
        };
        entry.SetChunks("bytes", from.Chunked("bytes"));
        var changes = new List<Change> { Change.Insert(entry) };
        for (var index = 0; index < from.Number("attachments"); index++)
        {
            var beside = JournalRows.BranchAttachment(journal.Epoch, branch, number, index);
            if (await tables.Get(TableNames.Terminal, journal.Terminal, beside, cancel) is not { } row)
                continue;
            changes.Add(Change.Insert(
                new Row(journal.Terminal, JournalRows.Attachment(adopted.Epoch, number, index))
                {
                    ["kind"] = row.Number("kind"),
                    ["salt"] = row.Bytes("salt"),
                    ["content"] = row.Bytes("content"),
                }));
            changes.Add(Change.Delete(row));
        }
        return changes;
    }

    /// <summary>Nobody will charge these cards, so nobody keeps them.</summary>
    private async Task DeleteCards(JournalId journal, string branch, CancellationToken cancel)
    {
        var prefix = JournalRows.BranchAttachments(journal.Epoch, branch);
        var gone = new List<Change>();
        await foreach (var row in tables.Range(
            TableNames.Terminal, journal.Terminal, prefix, Keys.After(prefix), cancel))
            gone.Add(Change.Delete(row));
        foreach (var some in gone.Chunk(RowsPerCommit))
            if (await tables.TryCommit(TableNames.Terminal, journal.Terminal, some, cancel) is not null)
                throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }

    public static BranchLine Line(Row row, int epoch)
    {
        var decision = (BranchDecision)(row.NumberOrNull("decision") ?? 0);
        return new BranchLine(
            row.Key[JournalRows.BranchPrefix(epoch).Length..], row.Number("first"), row.Number("number"),
            row.Time("at"))
        {
            Decision = decision == BranchDecision.None ? null : decision,
            DecidedBy = row.TextOrNull("decidedBy"),
            DecidedAt = row.TimeOrNull("decidedAt"),
            Reason = row.TextOrNull("reason"),
            Since = row.Number("number") - (row.NumberOrNull("decidedUpTo") ?? row.Number("number")),
            AdoptedAs = (int?)row.NumberOrNull("adoptedAs"),
        };
    }

    private static bool IsBranch(string text) => text.Length == 16 && text.All(char.IsAsciiHexDigitLower);

    [LoggerMessage(1205, LogLevel.Warning, "Branch {Branch} of journal {Journal} is {Decision} by {Person}.")]
    private partial void LogDecided(string branch, JournalId journal, BranchDecision decision, string person);
}
