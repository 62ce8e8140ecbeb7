namespace CloudPos.Functions.Acquiring;

/// <summary>
/// What a link has done since it was made. Thread-safe; the figures are read one by one, not as a snapshot.
/// </summary>
internal sealed class LinkCounters
{
    private long _sent, _answered, _late, _second, _unasked, _unreadable, _connected, _dropped;

    /// <summary>Messages whose first byte has left or was about to, network messages included.</summary>
    public long SentCount => Interlocked.Read(ref _sent);
    public long AnsweredCount => Interlocked.Read(ref _answered);

    /// <summary>Answers whose request had been given up.</summary>
    public long LateCount => Interlocked.Read(ref _late);

    /// <summary>Answers whose request had been answered before.</summary>
    public long SecondCount => Interlocked.Read(ref _second);

    /// <summary>
    /// Answers to no request of this process, and requests of the acquirer that are not known here.
    /// </summary>
    public long UnaskedCount => Interlocked.Read(ref _unasked);

    /// <summary>Frames that are no message of the layout.</summary>
    public long UnreadableCount => Interlocked.Read(ref _unreadable);

    public long ConnectedCount => Interlocked.Read(ref _connected);

    /// <summary>
    /// Late and second answers that found their observer's queue full; the repeat resolves them.
    /// </summary>
    public long DroppedCount => Interlocked.Read(ref _dropped);

    public void Sent() => Interlocked.Increment(ref _sent);

    public void Answered() => Interlocked.Increment(ref _answered);

    public void Unreadable() => Interlocked.Increment(ref _unreadable);

    public void Connected() => Interlocked.Increment(ref _connected);

    public void Dropped() => Interlocked.Increment(ref _dropped);

    public void Unasked() => Interlocked.Increment(ref _unasked);

    public void Stray(StrayKind kind)
    {
        if (kind == StrayKind.Late)
            Interlocked.Increment(ref _late);
        else if (kind == StrayKind.Second)
            Interlocked.Increment(ref _second);
        else
            Unasked();
    }
}
