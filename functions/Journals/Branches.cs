using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>
/// Keeps forks: entries whose number is stored already with another hash, and what follows them. A branch is
/// named for the hash of its first entry, so the same branch sent again is found again, and one that goes on
/// is found by the hash of its last entry. Nothing is dropped and nothing of it is applied. Rows: head
/// `b.{epoch}.{branch}`, entries `be.`, attachments `ba.`.
/// </summary>
internal sealed class Branches(TablePort tables, TimeProvider time)
{
    private const int NameDigits = 16;
    private const int RowsPerCommit = 99;

    /// <summary>
    /// Every round stores or passes at least one entry, unless another upload came between.
    /// </summary>
    private const int RoundsMax = 2 * Segment.EntriesMax;

    /// <summary>Stores the segment's entries from the number at which it leaves the journal.</summary>
    public async Task Store(
        Segment segment, IReadOnlyList<ReceivedEntry> received, long from, CancellationToken cancel)
    {
        var waiting = received.Where(entry => entry.Number >= from).ToList();
        if (waiting.Count == 0)
            return;
        var branch = await Continued(segment, waiting[0], cancel) ?? NameOf(waiting[0]);
        for (var round = 0; waiting.Count > 0; round++)
        {
            if (round == RoundsMax)
                throw new TablesUnavailableException(TimeSpan.FromSeconds(1));
            var (journal, next) = (segment.Journal, waiting[0]);
            var key = JournalRows.BranchEntry(journal.Epoch, branch, next.Number);
            var stored = await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel);
            if (stored is null)
                await StoreSome(journal, branch, waiting, cancel);
            else if (EntryHash.From(stored.Bytes("hash")) == next.Hash)
                waiting.RemoveAt(0);
            else
                branch = NameOf(next); // A branch of the branch.
        }
    }

    /// <summary>The branch whose last entry, or an earlier one, the first of these follows.</summary>
    private async Task<string?> Continued(Segment segment, ReceivedEntry first, CancellationToken cancel)
    {
        var (terminal, epoch) = (segment.Journal.Terminal, segment.Journal.Epoch);
        var prefix = JournalRows.BranchPrefix(epoch);
        await foreach (
            var head in tables.Range(TableNames.Terminal, terminal, prefix, Keys.After(prefix), cancel))
        {
            var branch = head.Key[prefix.Length..];
            if (first.Number <= head.Number("first"))
                continue;
            var key = JournalRows.BranchEntry(epoch, branch, first.Number - 1);
            var before = await tables.Get(TableNames.Terminal, terminal, key, cancel);
            if (before is not null && EntryHash.From(before.Bytes("hash")) == first.Header.Previous)
                return branch;
        }
        return null;
    }

    /// <summary>
    /// One commit; takes what it stored off the list. A conflict leaves all for the next round.
    /// </summary>
    private async Task StoreSome(
        JournalId journal, string branch, List<ReceivedEntry> waiting, CancellationToken cancel)
    {
        var headKey = JournalRows.BranchPrefix(journal.Epoch) + branch;
        var head = await tables.Get(TableNames.Terminal, journal.Terminal, headKey, cancel)
            ?? new Row(journal.Terminal, headKey)
            {
                ["first"] = waiting[0].Number,
                ["at"] = time.GetUtcNow(),
            };
        var changes = new List<Change>();
        var taken = 0;
        foreach (var entry in waiting)
        {
            if (changes.Count + 1 + entry.Shipped.Attachments.Count > RowsPerCommit)
                break;
            var rows = StoredEntries.Rows(
                journal.Terminal, entry, time.GetUtcNow(),
                JournalRows.BranchEntry(journal.Epoch, branch, entry.Number),
                index => JournalRows.BranchAttachment(journal.Epoch, branch, entry.Number, index));
            changes.AddRange(rows.Select(Change.Insert));
            head["number"] = entry.Number;
            taken++;
        }
        changes.Add(head.ETag is null ? Change.Insert(head) : Change.Replace(head));
        if (await tables.TryCommit(TableNames.Terminal, journal.Terminal, changes, cancel) is null)
            waiting.RemoveRange(0, taken);
    }

    private static string NameOf(ReceivedEntry first) => first.Hash.ToString()[..NameDigits];
}
