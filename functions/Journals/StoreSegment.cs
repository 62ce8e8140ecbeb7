using System.Globalization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// POST /api/journal/{terminal}/{epoch}: stores a segment and answers with the signed acknowledgement.
/// Signature, gap, hash and size are the only reasons to refuse; a quarantined or revoked terminal's entries
/// are stored all the same. It survives repetition, parallel uploads and a stop between any two commits: each
/// commit carries a run of entries and the head that names the last of them, and the next attempt goes on
/// from the head that it finds.
/// </summary>
internal sealed partial class StoreSegment(
    TablePort tables, Terminals terminals, JournalHeads heads, StoredEntries entries, Branches branches,
    ApplyOwed applyOwed, TimeProvider time, ILogger<StoreSegment> log)
{
    /// <summary>The body as sent: a segment that does not compress grows a little.</summary>
    public const int BodyBytesMax = Segment.BytesMax + 64 * 1024;

    /// <summary>An entry has at most four attachments; the head is the hundredth row.</summary>
    private const int RowsPerCommit = 99;

    /// <summary>Commits of one segment and conflicts with parallel uploads, together.</summary>
    private const int RoundsMax = 60;

    public async Task<Answer> Store(Call call, CancellationToken cancel)
    {
        var caller = call.Terminal;
        if (!TryJournal(call, out var journal, out var refusal))
            return refusal!;
        if (call.ContentType != WireContract.SegmentMediaType)
            return Answer.Refuse(
                ProblemCode.Malformed, "Content-Type",
                $"A segment comes as {WireContract.SegmentMediaType}.");
        return await Take(caller, journal, call.Body, call.ContentEncoding, cancel);
    }

    /// <summary>A segment of this journal, whichever way it came; the answer is the same.</summary>
    /// <param name="caller">Whose journal it is; that it is, the segment's own signature proves.</param>
    public async Task<Answer> Take(
        TerminalCaller caller, JournalId journal, ReadOnlyMemory<byte> body, string? encoding,
        CancellationToken cancel)
    {
        if (!SegmentBody.TryDecode(body, encoding, out var bytes, out var refusal))
            return refusal!;
        if (await terminals.KeyOf(journal.Terminal, journal.Epoch, cancel) is not { } key)
            return Answer.NotFound("such epoch of this terminal");
        if (!Segment.TryRead(bytes, key.PublicKey, out var segment, out var fault))
            return Answer.Refuse(
                fault == Segment.SignatureFault
                    ? ProblemCode.NotSigned
                    : ProblemCode.Malformed, "segment", fault!);
        if (segment!.Journal != journal)
            return Answer.Refuse(
                ProblemCode.Malformed, "segment", "The segment is of another journal than the path.");
        if (!SegmentChain.TryCheck(segment, out var received, out fault))
            return Answer.Refuse(ProblemCode.ChainBroken, "segment", fault!);
        return await Store(caller, segment, received, cancel);
    }

    /// <summary>GET of the same path: the current acknowledgement.</summary>
    public async Task<Answer> Acknowledge(Call call, CancellationToken cancel)
    {
        if (!TryJournal(call, out var journal, out var refusal))
            return refusal!;
        return await heads.Find(journal, cancel) is { } head
            ? Acknowledged(head, call.Terminal.Identity.Standing)
            : Answer.NotFound("such epoch of this terminal");
    }

    private async Task<Answer> Store(
        TerminalCaller caller, Segment segment, IReadOnlyList<ReceivedEntry> received,
        CancellationToken cancel)
    {
        var (journal, last) = (segment.Journal, segment.First + received.Count - 1);
        var compared = segment.First - 1;
        var owed = false;
        for (var round = 0; round < RoundsMax; round++)
        {
            var row = await heads.FindRow(journal, cancel)
                ?? throw new RowShapeException($"Journal {journal} has a key and no head.");
            var head = JournalHeads.From(journal, row);
            if (segment.First > head.Number + 1)
                return Gap(head, caller);
            if (await FirstDifference(segment, received, head, compared, cancel) is { } number)
                return await Fork(caller, segment, received, number, cancel);
            compared = Math.Max(compared, Math.Min(head.Number, last));
            if (last <= head.Number)
            {
                if (owed)
                    await applyOwed.Ring(journal, last, cancel);
                return Acknowledged(head, caller.Identity.Standing);
            }
            if (!owed)
                await applyOwed.Owe(journal, last, cancel);
            owed = true;
            var changes = Next(caller, journal, row, received.Skip((int)(head.Number + 1 - segment.First)));
            if (await tables.TryCommit(TableNames.Terminal, journal.Terminal, changes, cancel) is null)
                compared = JournalHeads.From(journal, row).Number;
        }
        throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
    }

    /// <summary>As many entries as one commit holds, and the head behind them.</summary>
    private List<Change> Next(
        TerminalCaller caller, JournalId journal, Row head, IEnumerable<ReceivedEntry> waiting)
    {
        var (now, epoch) = (time.GetUtcNow(), journal.Epoch);
        var changes = new List<Change>();
        foreach (var entry in waiting)
        {
            if (changes.Count + 1 + entry.Shipped.Attachments.Count > RowsPerCommit)
                break;
            changes.AddRange(StoredEntries.Rows(
                journal.Terminal, entry, now, JournalRows.Entry(epoch, entry.Number),
                index => JournalRows.Attachment(epoch, entry.Number, index)).Select(Change.Insert));
            head["number"] = entry.Number;
            head["hash"] = entry.Hash.ToBytes();
        }
        // What comes under the key of an earlier enrolment is evidence; a person decides whether it counts.
        if (!caller.KeyIsCurrent)
            head["hold"] = head.TextOrNull("hold") ?? "Handed in with the key of an earlier enrolment.";
        changes.Add(Change.Replace(head));
        return changes;
    }

    /// <summary>The first number at which the segment and what is stored are not the same, or null.</summary>
    private async Task<long?> FirstDifference(
        Segment segment, IReadOnlyList<ReceivedEntry> received, JournalHead head, long compared,
        CancellationToken cancel)
    {
        if (segment.First == head.Number + 1 && segment.Previous != head.Hash)
            return segment.First;
        var to = Math.Min(head.Number, segment.First + received.Count - 1);
        if (compared >= to)
            return null;
        await foreach (var stored in entries.Range(segment.Journal, compared + 1, to, cancel))
            if (EntryHash.Of(stored.Bytes.Span) != received[(int)(stored.Number - segment.First)].Hash)
                return stored.Number;
        return null;
    }

    private Answer Gap(JournalHead head, TerminalCaller caller) => Answer.Refuse(new Problem(
        ProblemCode.Gap, "first",
        string.Create(
            CultureInfo.InvariantCulture, $"Entries are missing: {head.Number} is the last that is stored."),
        heads.Acknowledge(head, caller.Identity.Standing)));

    private async Task<Answer> Fork(
        TerminalCaller caller, Segment segment, IReadOnlyList<ReceivedEntry> received, long number,
        CancellationToken cancel)
    {
        var journal = segment.Journal;
        LogFork(journal, number);
        await branches.Store(segment, received, number, cancel);
        var reason = string.Create(
            CultureInfo.InvariantCulture, $"Fork of journal {journal} at number {number}.");
        if (journal.Epoch == caller.Identity.Epoch)
            await terminals.Quarantine(caller.Terminal, reason, cancel);
        else
            await heads.Hold(journal, reason, cancel);
        var head = await heads.Find(journal, cancel);
        var standing = (await terminals.Find(caller.Terminal, cancel))!.Standing;
        return Answer.Refuse(new Problem(
            ProblemCode.Fork, string.Create(CultureInfo.InvariantCulture, $"{number}"),
            "Another entry of this number is stored already: the disk was copied or restored. Call support.",
            heads.Acknowledge(head!, standing)));
    }

    private Answer Acknowledged(JournalHead head, TerminalStanding standing) =>
        Answer.Text(WireContract.JwsMediaType, heads.Acknowledge(head, standing));

    public static bool TryJournal(Call call, out JournalId journal, out Answer? refusal)
    {
        (journal, refusal) = (default, null);
        if (call.Route("terminal") != call.Terminal.Terminal)
            refusal = Answer.Refuse(
                ProblemCode.Forbidden, "terminal", "A terminal hands in its own journal only.");
        else if (!int.TryParse(
            call.Route("epoch"), NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || epoch is < 1 or > JournalRows.EpochMax)
            refusal = Answer.NotFound("such epoch of this terminal");
        else
            journal = new JournalId(call.Terminal.Terminal, epoch);
        return refusal is null;
    }

    [LoggerMessage(1201, LogLevel.Error, "Journal {Journal} has forked at number {Number}.")]
    private partial void LogFork(JournalId journal, long number);
}
