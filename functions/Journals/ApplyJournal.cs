using System.Globalization;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// Turns stored entries into what they mean: payments, stock, sales, receipts to send. Runs on a doorbell,
/// from the watermark to the head. It survives a stop between any two steps and runs in parallel: every
/// effect finds itself done, and the watermark only says where to go on. An entry that cannot be applied is
/// set aside; the others go on.
/// </summary>
internal sealed class ApplyJournal(
    TablePort tables, Terminals terminals, JournalHeads heads, StoredEntries entries, ApplyEntry applyEntry,
    SetAsides setAsides, LiveFirst live, DueTable due, IBus bus, TimeProvider time)
{
    /// <summary>
    /// Entries of one run; what is left is rung for again, so that no run outlives its message.
    /// </summary>
    private const int EntriesMax = 200;

    /// <summary>After so many entries the watermark moves.</summary>
    private const int EntriesPerMark = 25;

    private const int Lanes = 64;
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Runs of one journal wait for each other here, which saves work; nothing depends on it.
    /// </summary>
    private readonly SemaphoreSlim[] _lanes =
        [.. Enumerable.Range(0, Lanes).Select(_ => new SemaphoreSlim(1, 1))];

    public async Task Run(Doorbell bell, CancellationToken cancel)
    {
        // The due row is read before the state, so that what is owed after that is not taken for done.
        if (await due.Take(bell.Kind, bell.Id, cancel) is not { } owed)
            return;
        var epoch = int.Parse(owed.Ref("epoch"), NumberStyles.None, CultureInfo.InvariantCulture);
        var journal = new JournalId(owed.Ref("terminal"), epoch);
        var through = long.Parse(owed.Ref("through"), NumberStyles.None, CultureInfo.InvariantCulture);
        var (applied, more) = await Apply(journal, cancel);
        if (applied >= through)
            await due.Done(owed, cancel);
        else if (more)
            await bus.Ring(bell.Kind, bell, cancel: cancel);
        // The entries are not stored yet, or the terminal is not active. Whoever changes that owes it anew.
        else if (time.GetUtcNow() - owed.OwedAt > Patience)
            await due.Done(owed, cancel);
        else
            await due.Postpone(owed, time.GetUtcNow() + Pause, cancel);
    }

    /// <summary>
    /// Applies what is stored; the number reached, and whether there is more that may be applied now.
    /// </summary>
    public async Task<(long Applied, bool More)> Apply(JournalId journal, CancellationToken cancel)
    {
        var lane = _lanes[(journal.GetHashCode() & int.MaxValue) % Lanes];
        await lane.WaitAsync(cancel);
        try
        {
            var mark = await ReadMark(journal, cancel);
            var head = await heads.Find(journal, cancel);
            var identity = await terminals.Find(journal.Terminal, cancel);
            if (head is not { Hold: null } || identity is not { Standing: TerminalStanding.Active })
                return (mark.Number, false);
            return await ApplyBehind(identity, head, mark, cancel);
        }
        finally
        {
            lane.Release();
        }
    }

    private async Task<(long Applied, bool More)> ApplyBehind(
        TerminalIdentity identity, JournalHead head, Mark mark, CancellationToken cancel)
    {
        var to = Math.Min(head.Number, mark.Number + EntriesMax);
        var behind = mark.Number;
        if (to > mark.Number)
            await foreach (var entry in entries.Range(head.Journal, mark.Number + 1, to, cancel))
            {
                using var turn = await live.Begin(cancel);
                mark = new Mark(entry.Number, await ApplyOne(identity, entry, mark.Moment, cancel));
                if (mark.Number - behind < EntriesPerMark && mark.Number < to)
                    continue;
                await WriteMark(head.Journal, mark, cancel);
                behind = mark.Number;
            }
        // Nothing is stored at the end of the stretch: it lies in a named gap.
        if (mark.Number < to)
        {
            mark = mark with { Number = to };
            await WriteMark(head.Journal, mark, cancel);
        }
        return (mark.Number, mark.Number < head.Number);
    }

    /// <returns>The moment of the entry, from which the next one's does not go back.</returns>
    private async Task<DateTimeOffset> ApplyOne(
        TerminalIdentity identity, StoredEntry entry, DateTimeOffset before, CancellationToken cancel)
    {
        var moment = MomentOf(entry, before);
        if (await applyEntry.Apply(identity, entry, moment, cancel) is { } reason)
            await setAsides.Put(entry, moment, reason, cancel);
        return moment;
    }

    /// <summary>
    /// When an entry happened, for the order of stock movements: by its own clock, but never after it was
    /// stored and never before the entry before it. So a clock that ran wild moves nothing behind counts to
    /// come, and within a journal the order is that of the numbers.
    /// </summary>
    private static DateTimeOffset MomentOf(StoredEntry entry, DateTimeOffset before)
    {
        var own = EntryHeader.TryRead(entry.Bytes.Span, out var header, out _, out _)
            ? header!.At
            : entry.StoredAt;
        var bounded = own < entry.StoredAt ? own : entry.StoredAt;
        return (bounded > before ? bounded : before).ToUniversalTime();
    }

    private async Task<Mark> ReadMark(JournalId journal, CancellationToken cancel)
    {
        var row = await tables.Get(
            TableNames.Terminal, journal.Terminal, JournalRows.Applied(journal.Epoch), cancel);
        return row is null
            ? new Mark(0, DateTimeOffset.UnixEpoch)
            : new Mark(row.Number("number"), row.Time("moment"));
    }

    /// <summary>The watermark only rises.</summary>
    private Task WriteMark(JournalId journal, Mark mark, CancellationToken cancel) => Attempts.UntilCommitted(
        async () =>
        {
            var key = JournalRows.Applied(journal.Epoch);
            var row = await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel)
                ?? new Row(journal.Terminal, key);
            if (row.NumberOrNull("number") >= mark.Number)
                return true;
            row["number"] = mark.Number;
            row["moment"] = mark.Moment;
            var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
            return await tables.TryCommit(TableNames.Terminal, journal.Terminal, [change], cancel) is null;
        });

    /// <summary>How far a journal is applied, and the moment of that entry.</summary>
    private readonly record struct Mark(long Number, DateTimeOffset Moment);
}
