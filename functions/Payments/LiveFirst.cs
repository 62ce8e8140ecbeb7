namespace CloudPos.Functions.Payments;

/// <summary>
/// Lets requests of waiting customers go before those of a backlog: while one of this process is being
/// answered, the backlog begins nothing new, for a bounded time. Thread-safe.
/// </summary>
internal sealed class LiveFirst(TimeProvider time)
{
    /// <summary>A shop that never rests must not keep its backlog from draining.</summary>
    private static readonly TimeSpan PatienceMax = TimeSpan.FromMilliseconds(250);

    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _live;

    /// <summary>A customer waits until what is returned is disposed.</summary>
    public IDisposable Enter()
    {
        lock (_lock)
            if (_live++ == 0)
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Waiting(this);
    }

    /// <summary>Ends when nobody waits, or patience is over.</summary>
    public async Task Yield(CancellationToken cancel)
    {
        Task idle;
        lock (_lock)
            idle = _idle?.Task ?? Task.CompletedTask;
        if (idle.IsCompleted)
            return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(idle, Task.Delay(PatienceMax, time, over.Token));
        await over.CancelAsync();
    }

    private void Leave()
    {
        lock (_lock)
            if (--_live == 0)
            {
                _idle!.SetResult();
                _idle = null;
            }
    }

    private sealed class Waiting(LiveFirst first) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                first.Leave();
        }
    }
}
