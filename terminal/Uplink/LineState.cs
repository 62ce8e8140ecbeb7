namespace CloudPos.Terminal.Uplink;

/// <summary>Which part of the way to an authorisation is missing. Numbers are shown to scripts.</summary>
internal enum LinePart
{
    None = 0,

    /// <summary>No connection can be made: the shop's line, or the address.</summary>
    Line = 1,

    /// <summary>Something answers there, but not the back office, or not in time.</summary>
    BackOffice = 2,

    /// <summary>The back office answers; the acquirer behind it does not.</summary>
    Acquirer = 3,
}

/// <summary>
/// What the terminal believes of its way to the back office, from the requests that it made: the last failure
/// is remembered, so that the next sale does not wait for it again, and the background probe takes it back.
/// Thread-safe.
/// </summary>
internal sealed class LineState(TimeProvider time)
{
    private readonly Lock _lock = new();
    private Snapshot _now = new(true, LinePart.None, time.GetUtcNow(), "", IsAsked: false);
    private DateTimeOffset? _answeredAt;

    /// <param name="IsUp">A live authorisation is worth trying; so it is before anything was asked.</param>
    /// <param name="Since">Wall-clock time of the last change between up and down, or of the missing
    /// part.</param>
    /// <param name="Reason">For people; empty when up.</param>
    /// <param name="IsAsked">False while nothing was asked: whether the way is there is not known.</param>
    internal sealed record Snapshot(
        bool IsUp, LinePart Missing, DateTimeOffset Since, string Reason, bool IsAsked = true)
    {
        /// <summary>It was asked and said nothing, which cost all the time that a request has.</summary>
        public bool IsSilent { get; init; }
    }

    /// <summary>When the back office answered last; null when it has not since the program
    /// started.</summary>
    public DateTimeOffset? AnsweredAt
    {
        get
        {
            lock (_lock)
                return _answeredAt;
        }
    }

    /// <summary>Called when the way was lost, on the thread that found out: somebody is to look for its
    /// return.</summary>
    public Action? WentDown { get; set; }

    /// <summary>Since when an outage is practised; null when none is. Nothing is asked meanwhile.</summary>
    public Func<DateTimeOffset?>? Practised { get; set; }

    public bool IsPractised => Practised?.Invoke() is not null;

    public Snapshot Now
    {
        get
        {
            if (Practised?.Invoke() is { } since)
                return new Snapshot(false, LinePart.Line, since, "An outage is being practised.");
            lock (_lock)
                return _now;
        }
    }

    /// <summary>The back office answered; whatever it said, line and back office are there.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            _answeredAt = time.GetUtcNow();
            if (!_now.IsAsked || _now.Missing is LinePart.Line or LinePart.BackOffice)
                _now = new Snapshot(true, LinePart.None, _answeredAt.Value, "");
        }
    }

    /// <summary>The acquirer answered through the back office.</summary>
    public void AcquirerAnswered()
    {
        lock (_lock)
            if (!_now.IsUp)
                _now = new Snapshot(true, LinePart.None, time.GetUtcNow(), "");
    }

    /// <summary>Another program found the back office silent, and nothing was asked since.</summary>
    public void Recall(DateTimeOffset silentSince)
    {
        lock (_lock)
            if (!_now.IsAsked)
                _now = new Snapshot(
                    false, LinePart.BackOffice, silentSince, "The back office did not answer in time.",
                    IsAsked: false);
    }

    public void Missing(LinePart part, string reason, bool isSilent = false)
    {
        bool wentDown;
        lock (_lock)
        {
            wentDown = _now.IsUp;
            if (_now.IsUp || !_now.IsAsked || _now.Missing != part)
                _now = new Snapshot(false, part, time.GetUtcNow(), reason) { IsSilent = isSilent };
        }
        if (wentDown)
            WentDown?.Invoke();
    }
}
