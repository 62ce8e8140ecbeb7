using System.Buffers;
using CloudPos.Crypto;
using CloudPos.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Entries and what lies beside them, encrypted: the clear bytes exist in memory only. Each record is bound
/// to its place (table, terminal, epoch, number, item), so that records cannot be exchanged without notice.
/// </summary>
internal sealed class JournalTable(Database database, AtRestCipher cipher)
{
    private const string Range = "SELECT place, hash, sealed FROM entry WHERE place >= $1 AND place < $2 "
        + "ORDER BY place LIMIT $3";

    /// <summary>Writes an entry with its attachments, within the caller's transaction.</summary>
    public void Insert(Entry entry, IReadOnlyList<Attachment> attachments)
    {
        var place = Place.Of(entry.Header);
        var journal = entry.Header.Journal;
        database.Run(
            "INSERT INTO entry (place, hash, sealed) VALUES ($1, $2, $3)",
            place.Value, entry.Hash.ToBytes(), cipher.Encrypt(entry.Bytes.Span, EntryPlace(journal, place)));
        for (var item = 0; item < attachments.Count; item++)
        {
            var attachment = attachments[item];
            byte[] clear = [.. attachment.Salt.Span, .. attachment.Content.Span];
            database.Run(
                "INSERT INTO attachment (place, item, kind, sealed) VALUES ($1, $2, $3, $4)",
                place.Value, item, (int)attachment.Kind,
                cipher.Encrypt(clear, AttachmentPlace(journal, place, item)));
        }
    }

    /// <summary>Number and hash of the last entry of a journal; its genesis when there is none.</summary>
    public (long Number, EntryHash Hash) Head(JournalId journal) => LastUpTo(journal, long.MaxValue >> 24);

    /// <summary>
    /// The hash column at a number, also of the last one that was deleted; null when there is no such entry.
    /// </summary>
    public EntryHash? HashAt(JournalId journal, long number)
    {
        if (number == 0)
            return EntryHash.Genesis(journal);
        var hash = (byte[]?)database.Scalar(
            "SELECT hash FROM entry WHERE place = $1", new Place(journal.Epoch, number).Value);
        hash ??= (byte[]?)database.Scalar(
            "SELECT hash FROM pruned WHERE epoch = $1 AND number = $2", journal.Epoch, number);
        return hash is { Length: EntryHash.Length } ? EntryHash.From(hash) : null;
    }

    /// <summary>Decrypts one entry and checks that it is the one its place says.</summary>
    public JournalLine Read(JournalId journal, long number)
    {
        var lines = Read(journal, number, 1);
        return lines.Count == 1 && lines[0].Number == number
            ? lines[0]
            : new JournalLine(number, null, "is missing");
    }

    /// <summary>
    /// Decrypts up to <paramref name="most"/> entries from a number on, in order, faulty ones named. Where
    /// the file itself cannot be read, the next number is named and the list ends: what lies behind it is
    /// asked for by a later number.
    /// </summary>
    public List<JournalLine> Read(JournalId journal, long from, int most)
    {
        var lines = new List<JournalLine>();
        try
        {
            database.Each(
                Range, row => lines.Add(Open(journal, row)),
                new Place(journal.Epoch, from).Value, new Place(journal.Epoch + 1, 0).Value, most);
        }
        catch (SqliteException failure) when (Database.IsCorrupt(failure))
        {
            var number = lines.Count == 0 ? from : lines[^1].Number + 1;
            lines.Add(new JournalLine(number, null, Unreadable(failure)));
        }
        return lines;
    }

    /// <summary>
    /// Up to <paramref name="most"/> links of the chain from a number on, in order, faulty ones named: each
    /// entry decrypted and hashed, its header read. What its body says stays unread, since it is what was
    /// hashed when it was written: of the time of reading an entry whole that is three quarters.
    /// </summary>
    public List<ChainLink> Links(JournalId journal, long from, int most)
    {
        var links = new List<ChainLink>();
        try
        {
            database.Each(
                Range, row => links.Add(Link(journal, row)),
                new Place(journal.Epoch, from).Value, new Place(journal.Epoch + 1, 0).Value, most);
        }
        catch (SqliteException failure) when (Database.IsCorrupt(failure))
        {
            links.Add(new ChainLink(
                links.Count == 0 ? from : links[^1].Number + 1, default, default, Unreadable(failure)));
        }
        return links;
    }

    /// <summary>The epochs that have entries.</summary>
    public List<int> Epochs()
    {
        var epochs = new List<int>();
        for (var next = First(0); next is { } place; next = First(new Place(place.Epoch + 1, 0).Value))
            epochs.Add(place.Epoch);
        return epochs;
    }

    private Place? First(long from) =>
        database.Number("SELECT min(place) FROM entry WHERE place >= $1", from) is { } value
            ? new Place(value)
            : null;

    /// <summary>What still lies beside an entry, as far as it can be read.</summary>
    /// <param name="fault">Null, or what cannot be read or decrypted.</param>
    public List<Attachment> Attachments(JournalId journal, long number, out string? fault)
    {
        var place = new Place(journal.Epoch, number);
        var found = new List<Attachment>();
        string? wrong = null;
        try
        {
            database.Each(
                "SELECT item, kind, sealed FROM attachment WHERE place = $1 ORDER BY item",
                row =>
                {
                    if (OpenAttachment(journal, place, row, ref wrong) is { } opened)
                        found.Add(opened);
                },
                place.Value);
        }
        catch (SqliteException failure) when (Database.IsCorrupt(failure))
        {
            wrong = $"what lies beside it {Unreadable(failure)}";
        }
        fault = wrong;
        return found;
    }

    private Attachment? OpenAttachment(JournalId journal, Place place, Row row, ref string? fault)
    {
        var result = cipher.TryDecrypt(
            (byte[])row.GetValue(2), AttachmentPlace(journal, place, row.GetInt64(0)), out var clear);
        if (result == AtRestResult.Opened && clear.Length >= Attachment.SaltLength)
            return new Attachment(
                (AttachmentKind)row.GetInt64(1), clear.AsMemory(0, Attachment.SaltLength),
                clear.AsMemory(Attachment.SaltLength));
        fault = $"attachment {row.GetInt64(0)} cannot be decrypted: {result}";
        return null;
    }

    /// <summary>Deletes what lies beside an entry, of one kind; answers whether there was any.</summary>
    public bool DeleteAttachments(Place place, AttachmentKind kind) =>
        database.Run("DELETE FROM attachment WHERE place = $1 AND kind = $2", place.Value, (int)kind) > 0;

    /// <summary>Deletes the attachments of a kind of one epoch up to a number.</summary>
    public bool DeleteAttachmentsUpTo(JournalId journal, long number, AttachmentKind kind) => database.Run(
        "DELETE FROM attachment WHERE place > $1 AND place <= $2 AND kind = $3",
        new Place(journal.Epoch, 0).Value, new Place(journal.Epoch, number).Value, (int)kind) > 0;

    /// <summary>Deletes entries and what lies beside them, both ends included.</summary>
    public void DeleteRange(Place first, Place last)
    {
        database.Run("DELETE FROM attachment WHERE place >= $1 AND place <= $2", first.Value, last.Value);
        database.Run("DELETE FROM entry WHERE place >= $1 AND place <= $2", first.Value, last.Value);
    }

    private (long Number, EntryHash Hash) LastUpTo(JournalId journal, long number)
    {
        var place = database.Number(
            "SELECT max(place) FROM entry WHERE place > $1 AND place <= $2",
            new Place(journal.Epoch, 0).Value, new Place(journal.Epoch, number).Value);
        var last = place is { } value ? new Place(value).Number : 0;
        return (last, HashAt(journal, last) ?? default);
    }

    private JournalLine Open(JournalId journal, Row row)
    {
        var place = new Place(row.GetInt64(0));
        var result = cipher.TryDecrypt((byte[])row.GetValue(2), EntryPlace(journal, place), out var clear);
        if (result != AtRestResult.Opened)
            return new JournalLine(place.Number, null, $"cannot be decrypted: {result}");
        if (!Entry.TryRead(clear, out var entry, out var fault))
            return new JournalLine(place.Number, null, fault);
        return FaultOf(journal, place, entry!.Header, entry.Hash, row) is { } wrong
            ? new JournalLine(place.Number, null, wrong)
            : new JournalLine(place.Number, entry, null);
    }

    private ChainLink Link(JournalId journal, Row row)
    {
        var place = new Place(row.GetInt64(0));
        var record = row.GetBytes(2);
        var length = Math.Max(0, record.Length - AtRestCipher.Overhead);
        var memory = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            var clear = memory.AsSpan(0, length);
            var result = cipher.TryDecrypt(record, EntryPlace(journal, place), clear);
            if (result != AtRestResult.Opened)
                return Faulty($"cannot be decrypted: {result}");
            if (!EntryHeader.TryRead(clear, out var header, out _, out var fault))
                return Faulty(fault!);
            var hash = EntryHash.Of(clear);
            return FaultOf(journal, place, header!, hash, row) is { } wrong
                ? Faulty(wrong)
                : new ChainLink(place.Number, header!.Previous, hash, null)
                {
                    IsLater = !Entry.IsKnown(header.Kind),
                };
        }
        finally
        {
            // What was sold is no secret of the running program, but lies no longer in memory than it must.
            ArrayPool<byte>.Shared.Return(memory, clearArray: true);
        }

        ChainLink Faulty(string why) => new(place.Number, default, default, why);
    }

    private static string? FaultOf(
        JournalId journal, Place place, EntryHeader header, EntryHash hash, Row row) =>
        header.Journal != journal || header.Number != place.Number ? "its header names another place"
        : hash.ToBytes().AsSpan().SequenceEqual(row.GetBytes(1)) ? null
        : "its bytes do not have the hash kept beside them";

    private static string Unreadable(SqliteException failure) => $"cannot be read: {failure.Message}";

    private static byte[] EntryPlace(JournalId journal, Place place) => new LengthPrefixed()
        .Add("entry").Add(journal.Terminal).Add(place.Epoch).Add(place.Number).ToArray();

    private static byte[] AttachmentPlace(JournalId journal, Place place, long item) => new LengthPrefixed()
        .Add("attachment").Add(journal.Terminal).Add(place.Epoch).Add(place.Number).Add(item).ToArray();
}
