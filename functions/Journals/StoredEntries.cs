using System.Globalization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>An entry as it is stored.</summary>
/// <param name="StoredAt">Server time.</param>
/// <param name="Attachments">How many came with it; some may have been taken over or deleted since.</param>
internal sealed record StoredEntry(
    JournalId Journal, long Number, ReadOnlyMemory<byte> Bytes, DateTimeOffset StoredAt, int Attachments);

/// <summary>Reads entries and attachments, and makes their rows.</summary>
internal sealed class StoredEntries(TablePort tables)
{
    public async Task<StoredEntry?> Find(JournalId journal, long number, CancellationToken cancel)
    {
        var key = JournalRows.Entry(journal.Epoch, number);
        var row = await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel);
        return row is null ? null : From(journal, number, row);
    }

    /// <summary>
    /// Entries from one number to another, both included, in order; a named gap is passed over.
    /// </summary>
    public async IAsyncEnumerable<StoredEntry> Range(
        JournalId journal, long from, long to,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var prefix = JournalRows.EntryPrefix(journal.Epoch).Length;
        var rows = tables.Range(
            TableNames.Terminal, journal.Terminal, JournalRows.Entry(journal.Epoch, from),
            JournalRows.Entry(journal.Epoch, to + 1), cancel);
        await foreach (var row in rows)
            yield return From(
                journal, long.Parse(row.Key.AsSpan(prefix), NumberStyles.None, CultureInfo.InvariantCulture),
                row);
    }

    /// <summary>What still lies beside an entry.</summary>
    public async Task<IReadOnlyList<StoredAttachment>> Attachments(
        StoredEntry entry, CancellationToken cancel)
    {
        var (epoch, number, terminal) = (entry.Journal.Epoch, entry.Number, entry.Journal.Terminal);
        if (entry.Attachments == 0)
            return [];
        // Most have one: a lookup, where a query would read the file.
        if (entry.Attachments == 1)
            return await tables.Get(
                TableNames.Terminal, terminal, JournalRows.Attachment(epoch, number, 0), cancel) is { } only
                ? [Beside(only)]
                : [];
        var prefix = JournalRows.AttachmentPrefix(epoch, number);
        var found = new List<StoredAttachment>(entry.Attachments);
        await foreach (var row in tables.Range(
            TableNames.Terminal, terminal, prefix, Keys.After(prefix), cancel))
            found.Add(Beside(row));
        return found;
    }

    private static StoredAttachment Beside(Row row) => new(
        row.Key, row.ETag!,
        new Attachment((AttachmentKind)row.Number("kind"), row.Bytes("salt"), row.Bytes("content")));

    /// <summary>The rows of an entry: its own, and one for each attachment.</summary>
    public static IEnumerable<Row> Rows(
        string terminal, ReceivedEntry entry, DateTimeOffset now, string entryKey,
        Func<int, string> attachmentKey)
    {
        var row = new Row(terminal, entryKey)
        {
            ["hash"] = entry.Hash.ToBytes(),
            ["kind"] = (int)entry.Header.Kind,
            ["storedAt"] = now,
            ["attachments"] = entry.Shipped.Attachments.Count,
        };
        row.SetChunks("bytes", entry.Shipped.Bytes.Span);
        yield return row;
        for (var index = 0; index < entry.Shipped.Attachments.Count; index++)
        {
            var attachment = entry.Shipped.Attachments[index];
            yield return new Row(terminal, attachmentKey(index))
            {
                ["kind"] = (int)attachment.Kind,
                ["salt"] = attachment.Salt.ToArray(),
                ["content"] = attachment.Content.ToArray(),
            };
        }
    }

    private static StoredEntry From(JournalId journal, long number, Row row) => new(
        journal, number, row.Chunked("bytes"), row.Time("storedAt"), (int)row.Number("attachments"));
}
