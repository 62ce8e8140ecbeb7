using System.Text;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Telemetry;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Bus;

/// <summary>
/// The bus of a back office that stands alone: durable queues in one SQLite file, delivered in this process.
/// At least once; a handler that throws sees the message again after a growing delay, and after <see
/// cref="BusOptions.DeliveriesMax"/> deliveries it is a dead letter. Register handlers, then start.
/// Thread-safe.
/// </summary>
internal sealed partial class EmbeddedBus : IBus, IAsyncDisposable
{
    private readonly BusOptions options;
    private readonly BusStore store;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly Dictionary<string, QueuePump> pumps = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private bool started;
    private bool disposed;

    private EmbeddedBus(BusOptions options, BusStore store, TimeProvider time, ILogger log)
    {
        this.options = options;
        this.store = store;
        this.time = time;
        this.log = log;
    }

    /// <summary>
    /// Opens or makes the file. Throws <see cref="IOException"/> when another process has it.
    /// </summary>
    public static EmbeddedBus Open(BusOptions options, TimeProvider time, ILogger<EmbeddedBus> log) =>
        new(options, new BusStore(options.Path), time, log);

    /// <summary>
    /// Names the handler of a queue, before the start. It must bear being run twice for one message, at the
    /// same time too. Its token is cancelled at a stop and when the message's lock ends.
    /// </summary>
    public void Handle(string queue, int maxConcurrentCalls, Func<Doorbell, CancellationToken, Task> handler)
    {
        QueueNames.Check(queue);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxConcurrentCalls);
        if (started)
            throw new InvalidOperationException("Handlers are registered before the bus is started.");
        pumps.Add(queue, new QueuePump(queue, maxConcurrentCalls, handler, options, store, time, log));
    }

    /// <summary>Begins to deliver.</summary>
    public void Start()
    {
        if (started) throw new InvalidOperationException("The bus was started before.");
        started = true;
        foreach (var pump in pumps.Values) pump.Start(stopping.Token);
    }

    public Task<bool> Ring(
        string queue, Doorbell bell, TimeSpan? delay = null, CancellationToken cancel = default)
    {
        QueueNames.Check(queue);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        long wait = delay is null ? 0 : Math.Max(0, (long)Math.Ceiling(delay.Value.TotalMilliseconds));
        bool stored;
        try
        {
            string body = Encoding.UTF8.GetString(bell.ToBytes());
            stored = store.Add(
                queue, body, now, now + wait, options.WaitingMax, Traces.Parent);
            if (!stored) LogFull(queue, options.WaitingMax);
        }
        catch (SqliteException e) when (SqliteTableWriter.IsPassing(e))
        {
            LogNotStored(e, queue);
            stored = false;
        }

        if (stored && pumps.TryGetValue(queue, out var pump)) pump.Wake();
        return Task.FromResult(stored);
    }

    public IReadOnlyList<QueueCount> Counts() => store.Counts();

    /// <summary>The newest dead letters of a queue, for people.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters(string queue, int max = 100) => store.Dead(queue, max);

    /// <summary>
    /// Delivers a dead letter again as if newly rung. False when there is none of this number.
    /// </summary>
    public bool Revive(long number)
    {
        bool revived = store.Revive(number, time.GetUtcNow().ToUnixTimeMilliseconds());
        if (revived)
            foreach (var pump in pumps.Values) pump.Wake();
        return revived;
    }

    /// <summary>
    /// Stops delivering, waits a bounded time for what runs, and closes the file. A second call does nothing.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, true)) return;
        await stopping.CancelAsync();
        await Task.WhenAll(pumps.Values.Select(pump => pump.Stopped()));
        store.Dispose();
        stopping.Dispose();
    }

    [LoggerMessage(
        2001, LogLevel.Error, "Queue {Queue} is full with {Count} messages: a ring is left to the sweep.")]
    private partial void LogFull(string queue, int count);

    [LoggerMessage(
        2002, LogLevel.Error, "A ring for queue {Queue} could not be stored and was left to the sweep.")]
    private partial void LogNotStored(Exception e, string queue);
}
