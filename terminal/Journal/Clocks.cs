namespace CloudPos.Terminal.Journal;

/// <summary>
/// The terminal's idea of time. After a signed answer of the back office: its time plus the monotonic clock,
/// whatever is done to the wall clock. Before one, after a start: the wall clock with the difference last
/// measured, but never before the last signed time, nor before the newest entry written since. So a clock set
/// back shortens no limit; one set forward lengthens the time offline, until the next signed answer sets it
/// right. Not safe for several threads: the store's lock covers it.
/// </summary>
internal sealed class Clocks
{
    private readonly TimeProvider _time;
    private DateTimeOffset _anchor;
    private long _stamp;

    /// <param name="lastContact">Last signed server time, or null before any.</param>
    /// <param name="wallSkew">Server time minus wall clock, as measured then.</param>
    /// <param name="newestEntry">Time of the newest entry written since that contact, or null.</param>
    public Clocks(
        TimeProvider time, DateTimeOffset? lastContact, TimeSpan wallSkew, DateTimeOffset? newestEntry)
    {
        _time = time;
        LastContact = lastContact;
        WallSkew = wallSkew;
        _anchor = Wall;
        if (lastContact > _anchor)
            _anchor = lastContact.Value;
        if (newestEntry > _anchor)
            _anchor = newestEntry.Value;
        _stamp = time.GetTimestamp();
    }

    /// <summary>Signed server time of the last contact, or null before any.</summary>
    public DateTimeOffset? LastContact { get; private set; }

    /// <summary>Server time minus wall clock at the last contact.</summary>
    public TimeSpan WallSkew { get; private set; }

    /// <summary>The best known time, UTC.</summary>
    public DateTimeOffset Now => _anchor + _time.GetElapsedTime(_stamp);

    /// <summary>
    /// Since the last contact; the longer of what this clock and the wall clock say, since a monotonic clock
    /// stands still while the machine sleeps. <see cref="int.MaxValue"/> before any contact.
    /// </summary>
    public int OfflineSeconds
    {
        get
        {
            if (LastContact is not { } contact)
                return int.MaxValue;
            var (now, wall) = (Now, Wall);
            var seconds = ((wall > now ? wall : now) - contact).TotalSeconds;
            return (int)Math.Clamp(seconds, 0, int.MaxValue);
        }
    }

    private DateTimeOffset Wall => _time.GetUtcNow() + WallSkew;

    /// <summary>A signed server time has arrived. The caller has refused one older than the last.</summary>
    public void Contact(DateTimeOffset serverTime)
    {
        WallSkew = serverTime - _time.GetUtcNow();
        LastContact = serverTime;
        _anchor = serverTime;
        _stamp = _time.GetTimestamp();
    }
}
