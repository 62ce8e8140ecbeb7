using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// What is checked each time a journal is opened: its end against the mark outside, and the entries that are
/// not yet acknowledged, with some before them, each decrypted and hashed. <see cref="TerminalStore.Verify"/>
/// checks all of it.
/// </summary>
internal static class OpenCheck
{
    /// <summary>Entries that are read at least, acknowledged or not.</summary>
    private const int EntriesAtLeast = 1_000;

    private const int PageEntries = 500;

    /// <summary>What was not synced when the last transaction committed, and that transaction.</summary>
    private const int EntriesAheadMax = HighWaterMark.EntriesUnsyncedMax + Batch.EntriesMax;

    /// <summary>
    /// Compares the journal with its mark. A power cut between commit and mark leaves the journal ahead by a
    /// few entries; behind it, or with another hash, entries were lost or exchanged. Uses nothing but the
    /// entry table.
    /// </summary>
    public static IEnumerable<DamageFinding> Mark(Database database, HighWaterMark mark)
    {
        var last = database.Number("SELECT max(place) FROM entry") is { } value
            ? new Place(value)
            : new Place(0);
        if (!mark.IsReadable)
            return [new DamageFinding(last.Number,
                $"{HighWaterMark.Name} is unreadable; whether entries are missing cannot be told.")];
        if (mark.Last is not { } marked)
            return last.Number > Batch.EntriesMax
                ? [new DamageFinding(last.Number,
                    $"{HighWaterMark.Name} is missing or empty; whether entries are missing cannot be told.")]
                : [];
        var place = new Place(marked.Epoch, marked.Number);
        if (last.CompareTo(place) < 0)
            return [new DamageFinding(
                last.Epoch == marked.Epoch ? last.Number + 1 : 1,
                $"The journal ends at entry {last.Number} of epoch {last.Epoch}, but had reached entry "
                + $"{marked.Number} of epoch {marked.Epoch}: the entries between are missing.")];
        var hash = (byte[]?)database.Scalar("SELECT hash FROM entry WHERE place = $1", place.Value);
        if (hash is null || !hash.AsSpan().SequenceEqual(marked.Hash.ToBytes()))
            return [new DamageFinding(
                marked.Number,
                $"Entry {marked.Number} is not the one that was marked: this is another journal's file, or "
                + "an altered one.")];
        var behind = database.Number("SELECT count(*) FROM entry WHERE place > $1", place.Value) ?? 0;
        return behind > EntriesAheadMax
            ? [new DamageFinding(marked.Number,
                $"{HighWaterMark.Name} is {behind} entries behind the journal: it is an older copy.")]
            : [];
    }

    /// <summary>Reads the end of the journal and follows its chain up to the head.</summary>
    public static IEnumerable<DamageFinding> Tail(
        JournalTable journal, PrunedTable pruned, Head? head, AcknowledgedUpTo? acknowledged)
    {
        if (head is null)
            yield break;
        var confirmed = Math.Min(acknowledged?.Number ?? 0, head.Number);
        if (acknowledged is not null && acknowledged.Number > head.Number)
            yield return new DamageFinding(
                head.Number + 1,
                $"The journal ends at entry {head.Number}, but the back office has stored "
                + $"{acknowledged.Number} entries of it.");
        var from = Math.Max(
            pruned.Through(head.Journal.Epoch) + 1,
            Math.Min(confirmed, head.Number - EntriesAtLeast + 1));
        var walk = new ChainWalk(journal, head.Journal);
        foreach (var finding in walk.Follow(from, head.Number, PageEntries))
            yield return finding;
    }
}
