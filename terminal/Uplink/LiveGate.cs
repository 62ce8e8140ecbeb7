namespace CloudPos.Terminal.Uplink;

/// <summary>
/// Lets live authorisations go before the backlog: between two segments, forwarding waits while a customer
/// does. Thread-safe.
/// </summary>
internal sealed class LiveGate(TimeProvider time)
{
    /// <summary>A sale that hangs must not hold the backlog for ever.</summary>
    private static readonly TimeSpan PatienceMax = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);
    private int _live;

    public IDisposable Enter()
    {
        Interlocked.Increment(ref _live);
        return new Leave(this);
    }

    public async Task WaitUntilFree(CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (Volatile.Read(ref _live) > 0 && time.GetElapsedTime(started) < PatienceMax)
            await Task.Delay(Step, time, cancel);
    }

    private sealed class Leave(LiveGate gate) : IDisposable
    {
        private LiveGate? _gate = gate;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _gate, null) is { } entered)
                Interlocked.Decrement(ref entered._live);
        }
    }
}
