using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    private long _saved;
    private bool _isLeft;

    /// <summary>
    /// How far the journal was saved sealed since the program started; of a damaged one, all that can be read
    /// counts as its end.
    /// </summary>
    public long SavedSealed => Locked(() => _saved);

    public void KeepSavedSealed(long through)
    {
        lock (_gate)
            _saved = Math.Max(_saved, through);
    }

    /// <summary>
    /// Ends writing for good, for a terminal that is given away: asked and ended in one step, so that no sale
    /// comes in between. What the obstacle says is why not, and then all goes on.
    /// </summary>
    public string? TryLeave(Func<TerminalStore, string?> obstacle)
    {
        lock (_gate)
        {
            var held = obstacle(this);
            _isLeft = held is null;
            return held;
        }
    }

    /// <summary>
    /// Entries behind a number with what still lies beside them, whatever is acknowledged meanwhile; no
    /// segment at the journal's end, or where the next one cannot be read.
    /// </summary>
    public (Segment? Segment, DamageFinding? Fault) ReadBehind(long after, int maxBytes, int maxEntries)
    {
        lock (_gate)
        {
            if (_head is not { } head || head.Number <= after)
                return (null, null);
            var (entries, fault) = ReadRun(head.Journal, after + 1, maxBytes - SegmentFrame, maxEntries);
            var previous = _journal.HashAt(head.Journal, after) ?? default;
            return entries.Count == 0
                ? (null, fault)
                : (new Segment(head.Journal, after + 1, previous, entries), fault);
        }
    }
}
