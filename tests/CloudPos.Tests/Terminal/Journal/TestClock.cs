namespace CloudPos.Tests.Terminal.Journal;

/// <summary>A clock whose wall time may jump while its monotonic time only goes on.</summary>
internal sealed class TestClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _wall = start;
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>
    /// How long a real wait that may end in a time-out lasts, by how long it was meant to: a test whose other
    /// side answers stretches it, so that a machine that stands still makes no answer late.
    /// </summary>
    public Func<TimeSpan, TimeSpan> Wait { get; set; } = meant => meant;

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(callback, state, Wait(dueTime), period);

    public override DateTimeOffset GetUtcNow() => _wall;

    public override long GetTimestamp() => _ticks;

    /// <summary>Time passes.</summary>
    public void Advance(TimeSpan time)
    {
        _wall += time;
        _ticks += time.Ticks;
    }

    /// <summary>Somebody, or an empty battery, sets the wall clock.</summary>
    public void SetWall(DateTimeOffset wall) => _wall = wall;
}
