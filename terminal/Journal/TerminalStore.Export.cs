using CloudPos.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Terminal.Journal;

/// <summary>One number of one epoch as it is exported: its bytes, or why there are none.</summary>
internal sealed record ExportedEntry(
    int Epoch, long Number, EntryHash? Hash, ReadOnlyMemory<byte> Bytes,
    IReadOnlyList<Attachment> Attachments, string? Fault);

internal sealed partial class TerminalStore
{
    private const int ExportPage = 500;

    /// <summary>
    /// Hands over everything that can be read of all epochs, in order, and names what cannot. Changes
    /// nothing, so that it can be done with a damaged journal. Of what lies beside entries only sealed
    /// cards are included, which nobody here can open.
    /// </summary>
    public void Export(Action<ExportedEntry> take)
    {
        if (Enrolment is not { } enrolment)
            return;
        var epochs = Locked(() => IfReadable(_journal.Epochs));
        foreach (var epoch in epochs ?? [.. Enumerable.Range(1, enrolment.Epoch)])
            for (long? next = 1; next is { } from;)
            {
                // Handed over outside the lock: no sale waits for a slow disk or browser.
                (var page, next) = Locked(
                    () => ExportPageFrom(enrolment.Journal with { Epoch = epoch }, from));
                page.ForEach(take);
            }
    }

    /// <returns>A page, and where to go on; null at the end.</returns>
    private (List<ExportedEntry> Page, long? Next) ExportPageFrom(JournalId journal, long from)
    {
        var lines = _journal.Read(journal, from, ExportPage);
        var page = lines.ConvertAll(line => line.Entry is { } entry
            ? new ExportedEntry(
                journal.Epoch, line.Number, entry.Hash, entry.Bytes,
                IfReadable(() => _journal.Attachments(journal, line.Number, out _)
                    .Where(beside => beside.Kind == AttachmentKind.SealedCard).ToList()) ?? [],
                null)
            : new ExportedEntry(
                journal.Epoch, line.Number,
                IfReadable<EntryHash?>(() => _journal.HashAt(journal, line.Number)), default, [],
                line.Fault));
        // A page that SQLite cannot read ends early and names one number; what lies behind it is asked for.
        return (page, lines.Count > 0 && lines[^1].Number < LastOf(journal) ? lines[^1].Number + 1 : null);
    }

    /// <summary>The last number of a journal; where its table does not say, the mark does.</summary>
    private long LastOf(JournalId journal) =>
        IfReadable<long?>(() => _journal.Head(journal).Number)
        ?? (_mark.Last is { } mark && mark.Epoch == journal.Epoch ? mark.Number : 0);

    /// <summary>What else is looked up for a number may lie on the damaged page as well.</summary>
    private static T? IfReadable<T>(Func<T?> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException failure) when (Database.IsCorrupt(failure))
        {
            return default;
        }
    }
}
