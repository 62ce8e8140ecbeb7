namespace CloudPos.Tests.Functions.Acquiring;

/// <summary>
/// The clock of a line to an acquirer that a test speaks for. It runs, but a wait for an answer ends when the
/// test says that none will come, and by itself after minutes only: so an answer is never late because the
/// machine stood still, and a silence costs no time. The short pauses before the next connection run as they
/// are.
/// </summary>
internal sealed class SilenceClock : TimeProvider
{
    private static readonly TimeSpan PauseMax = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan HangMin = TimeSpan.FromMinutes(2);
    private readonly HashSet<Held> _held = [];

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime <= PauseMax)
            return base.CreateTimer(callback, state, dueTime, period);
        var wait = dueTime < HangMin ? HangMin : dueTime;
        var held = new Held(this, base.CreateTimer(callback, state, wait, period));
        lock (_held)
            _held.Add(held);
        return held;
    }

    /// <summary>Nothing more will come: every wait that has begun is over.</summary>
    public void NothingComes()
    {
        Held[] held;
        lock (_held)
            held = [.. _held];
        foreach (var timer in held)
            timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private sealed class Held(SilenceClock clock, ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(dueTime, period);

        public void Dispose()
        {
            Forget();
            timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Forget();
            return timer.DisposeAsync();
        }

        private void Forget()
        {
            lock (clock._held)
                clock._held.Remove(this);
        }
    }
}
