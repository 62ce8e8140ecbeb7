namespace CloudPos.Functions.Payments;

/// <summary>
/// Lets the requests of waiting customers go before what can wait. While customers are about, a backlog is
/// worked on in a few turns at once, and none begins while a customer is being answered. Both for a bounded
/// time only: a shop that never rests must drain its backlog too. With nobody about there is no bound.
/// Thread-safe.
/// </summary>
internal sealed class LiveFirst(TimeProvider time)
{
    /// <summary>
    /// Turns at once: they leave a processor to customers. What a customer waits for is not the disk but the
    /// work of others that stands in line before his, so as little of it as possible is let into the line.
    /// </summary>
    public static readonly int TurnsMax = Math.Max(1, Environment.ProcessorCount - 1);

    private readonly SemaphoreSlim _turns = new(TurnsMax, TurnsMax);
    private readonly Lock _lock = new();
    private TaskCompletionSource? _idle;
    private int _live;
    private long? _lastLeft;

    /// <summary>
    /// A turn begins after this all the same: several hundred a second do, however many customers there are.
    /// </summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Who has waited so long for the others' turns to end goes on without one.</summary>
    public TimeSpan TurnPatience { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>So long after the last customer the next one is expected still.</summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A customer waits until what is returned is disposed.</summary>
    public IDisposable Enter()
    {
        lock (_lock)
            if (_live++ == 0)
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Waiting(this);
    }

    /// <summary>For one piece of what can wait, such as a payment or an entry.</summary>
    public async Task<Turn> Begin(CancellationToken cancel)
    {
        var turn = new Turn(this);
        await turn.Take(cancel);
        return turn;
    }

    /// <summary>True when one of the turns was taken, which is to be given back.</summary>
    private async Task<bool> Take(CancellationToken cancel)
    {
        if (!AreAbout() || !await _turns.WaitAsync(TurnPatience, cancel))
            return false;
        try
        {
            await Yield(cancel);
            return true;
        }
        catch
        {
            _turns.Release();
            throw;
        }
    }

    /// <summary>Ends when nobody is being answered, or patience is over.</summary>
    private async Task Yield(CancellationToken cancel)
    {
        Task idle;
        lock (_lock)
            idle = _idle?.Task ?? Task.CompletedTask;
        if (idle.IsCompleted)
            return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(idle, Task.Delay(Patience, over.Token));
        await over.CancelAsync();
    }

    private bool AreAbout()
    {
        lock (_lock)
            return _live > 0 || (_lastLeft is { } left && time.GetElapsedTime(left) < Memory);
    }

    private void Leave()
    {
        lock (_lock)
        {
            _lastLeft = time.GetTimestamp();
            if (--_live > 0)
                return;
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

    /// <summary>Of one piece of work, until it is disposed. Used by one flow.</summary>
    internal sealed class Turn(LiveFirst first) : IDisposable
    {
        private bool _isTaken;

        /// <summary>Lets others go on, for as long as this work only waits for somebody else.</summary>
        public void Pause()
        {
            if (_isTaken)
                first._turns.Release();
            _isTaken = false;
        }

        /// <summary>After a pause, for what is to be done in any case.</summary>
        public Task Resume() => Take(CancellationToken.None);

        public void Dispose() => Pause();

        public async Task Take(CancellationToken cancel) => _isTaken = await first.Take(cancel);
    }
}
