namespace CloudPos.Tests.Functions;

/// <summary>The system's time, moved by as much as a test wants. Timers run as they do.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ticks;

    public TimeSpan Shift
    {
        get => new(Interlocked.Read(ref _ticks));
        set => Interlocked.Exchange(ref _ticks, value.Ticks);
    }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
}
