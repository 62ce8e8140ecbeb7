using System.Buffers.Binary;
using System.Text;

namespace CloudPos.Journal;

/// <summary>
/// Reads the inside of a segment whose signature has been verified; still trusts no length in it.
/// </summary>
internal sealed class SegmentReader(ReadOnlyMemory<byte> bytes)
{
    private const int AttachmentsMax = 4;
    private int _offset = 4;

    public bool TryRead(out Segment? segment, out string? fault)
    {
        (segment, fault) = (null, null);
        var epoch = BinaryPrimitives.ReadInt32BigEndian(Take(4).Span);
        var first = BinaryPrimitives.ReadInt64BigEndian(Take(8).Span);
        var count = BinaryPrimitives.ReadInt32BigEndian(Take(4).Span);
        var previous = EntryHash.From(Take(32).Span);
        if (epoch < 1 || first < 1 || count is < 0 or > Segment.EntriesMax)
            return Fail("epoch, first number or count is out of range", out fault);
        if (!TryTake(1, out var length) || !TryTake(length.Span[0], out var terminal))
            return Fail("the terminal id is cut short", out fault);
        var entries = new List<ShippedEntry>(count);
        for (var index = 0; index < count; index++)
        {
            if (!TryReadEntry(out var entry))
                return Fail($"entry {index} is cut short or its lengths are wrong", out fault);
            entries.Add(entry!);
        }
        if (_offset != bytes.Length)
            return Fail("bytes are left over behind the last entry", out fault);
        var journal = new JournalId(Encoding.ASCII.GetString(terminal.Span), epoch);
        segment = new Segment(journal, first, previous, entries);
        return true;
    }

    private bool TryReadEntry(out ShippedEntry? entry)
    {
        entry = null;
        if (!TryTakeLength(Entry.BytesMax, out var length) || !TryTake(length, out var content))
            return false;
        if (!TryTake(1, out var count) || count.Span[0] > AttachmentsMax)
            return false;
        var attachments = new Attachment[count.Span[0]];
        for (var index = 0; index < attachments.Length; index++)
        {
            if (!TryTake(1, out var kind) || !TryTake(Attachment.SaltLength, out var salt)
                || !TryTakeLength(Attachment.ContentBytesMax, out var size) || !TryTake(size, out var inner))
                return false;
            attachments[index] = new Attachment((AttachmentKind)kind.Span[0], salt, inner);
        }
        entry = new ShippedEntry(content, attachments);
        return true;
    }

    private bool TryTakeLength(int most, out int length)
    {
        length = 0;
        if (!TryTake(4, out var four))
            return false;
        length = BinaryPrimitives.ReadInt32BigEndian(four.Span);
        return length >= 0 && length <= most;
    }

    private bool TryTake(int length, out ReadOnlyMemory<byte> taken)
    {
        taken = default;
        if (bytes.Length - _offset < length)
            return false;
        taken = Take(length);
        return true;
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        var taken = bytes.Slice(_offset, length);
        _offset += length;
        return taken;
    }

    private bool Fail(string what, out string? fault)
    {
        fault = $"offset {_offset}: {what}";
        return false;
    }
}
