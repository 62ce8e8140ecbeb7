namespace CloudPos.Tests.Terminal.Journal;

/// <summary>A clock whose wall time may jump while its monotonic time only goes on.</summary>
internal sealed class TestClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _wall = start;
    private long _ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

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
