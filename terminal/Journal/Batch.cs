using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>The end of a journal: what the next entry follows.</summary>
internal sealed record Head(JournalId Journal, long Number, EntryHash Hash);

/// <summary>The entries of one transaction: each follows the one before and carries its effects.</summary>
internal sealed class Batch(Head head, JournalTable journal, Effects effects, FeedTables feed)
{
    /// <summary>Most entries of one transaction.</summary>
    public const int EntriesMax = 16;

    private readonly List<Action> _afterwards = [];

    public Head Head { get; private set; } = head;

    public Entry? Last { get; private set; }

    /// <summary>The entry that the caller is answered with; the last one unless it is set.</summary>
    public Entry? Answer { get; set; }

    private int Count { get; set; }

    /// <summary>The number that the next entry gets.</summary>
    public long Next => Head.Number + 1;

    /// <summary>Appends an entry; its business date and offset are fixed here for ever.</summary>
    public Entry Add(EntryBody body, DateTimeOffset at, params IReadOnlyList<Attachment> attachments)
    {
        if (++Count > EntriesMax)
            throw new InvalidOperationException($"More than {EntriesMax} entries in one transaction.");
        var (date, offset) = BusinessDate.Of(at, feed.DayNear(at));
        var entry = Entry.Create(Head.Journal, Next, Head.Hash, at.ToOffset(offset), date, body);
        journal.Insert(entry, attachments);
        effects.Apply(entry);
        Head = new Head(Head.Journal, entry.Header.Number, entry.Hash);
        Last = entry;
        return entry;
    }

    /// <summary>Runs once it is committed: what memory holds never runs ahead of the disk.</summary>
    public void After(Action action) => _afterwards.Add(action);

    public void Committed()
    {
        foreach (var action in _afterwards)
            action();
    }
}
