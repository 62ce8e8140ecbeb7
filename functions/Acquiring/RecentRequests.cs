namespace CloudPos.Functions.Acquiring;

/// <summary>
/// The requests that ended last, and how: tells a late answer from a second one. Bounded; the oldest is
/// forgotten first, after which its answer counts as unasked. Thread-safe.
/// </summary>
internal sealed class RecentRequests(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<MatchKey, bool> _answered = [];
    private readonly Queue<MatchKey> _order = [];

    public void Add(MatchKey key, bool answered)
    {
        lock (_lock)
        {
            // Once answered stays answered: a repeat that goes unanswered changes nothing about the first
            // answer.
            if (_answered.TryGetValue(key, out var before))
            {
                _answered[key] = before || answered;
                return;
            }
            _answered[key] = answered;
            _order.Enqueue(key);
            if (_order.Count > capacity)
                _answered.Remove(_order.Dequeue());
        }
    }

    /// <summary>
    /// What an answer without a waiting request is. A late one counts as answered from here on.
    /// </summary>
    public StrayKind Classify(MatchKey key)
    {
        lock (_lock)
        {
            if (!_answered.TryGetValue(key, out var answered))
                return StrayKind.Unasked;
            _answered[key] = true;
            return answered ? StrayKind.Second : StrayKind.Late;
        }
    }
}
