using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>An entry of a segment, whose place in the chain has been checked.</summary>
internal sealed record ReceivedEntry(long Number, EntryHash Hash, EntryHeader Header, ShippedEntry Shipped);

/// <summary>
/// Checks that a segment's entries are one unbroken run of its journal: each header names the journal and its
/// number, and carries the hash of the entry before. What stands behind the headers is not looked at: an
/// entry of a kind that is not known here is stored like any other.
/// </summary>
internal static class SegmentChain
{
    /// <summary>
    /// Keys have room for twelve digits; a till that sells every second gets there in 31,000 years.
    /// </summary>
    private const long NumberMax = 999_999_000_000;

    /// <returns>False with a fault that names the number of the entry.</returns>
    public static bool TryCheck(Segment segment, out IReadOnlyList<ReceivedEntry> entries, out string? fault)
    {
        var checkedEntries = new List<ReceivedEntry>(segment.Entries.Count);
        (entries, fault) = (checkedEntries, null);
        if (segment.First > NumberMax)
        {
            fault = $"no journal reaches entry {segment.First}";
            return false;
        }
        var previous = segment.Previous;
        for (var index = 0; index < segment.Entries.Count; index++)
        {
            var number = segment.First + index;
            var shipped = segment.Entries[index];
            if (!EntryHeader.TryRead(shipped.Bytes.Span, out var header, out _, out var unreadable))
                fault = unreadable;
            else if (header!.Journal != segment.Journal)
                fault = $"it belongs to the journal {header.Journal}";
            else if (header.Number != number)
                fault = $"its header says {header.Number}";
            else if (header.Previous != previous)
                fault = "it does not follow the entry before";
            else if (
                shipped.Attachments.Any(attachment => attachment.Kind == 0 || attachment.Content.Length == 0))
                fault = "an attachment has no kind or no content";
            if (fault is not null)
            {
                fault = $"entry {number}: {fault}";
                return false;
            }
            previous = EntryHash.Of(shipped.Bytes.Span);
            checkedEntries.Add(new ReceivedEntry(number, previous, header!, shipped));
        }
        return true;
    }
}
