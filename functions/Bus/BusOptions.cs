namespace CloudPos.Functions.Bus;

/// <summary>
/// Settings of the embedded bus. The defaults are those of a Service Bus queue where it has them.
/// </summary>
internal sealed record BusOptions
{
    /// <summary>The SQLite file; made when it is not there. One process at a time owns it.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// How long a handler has a message for itself. After it the handler's token is cancelled and the message
    /// is delivered again, whether the handler has ended or not.
    /// </summary>
    public TimeSpan LockDuration { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A message that failed this often is a dead letter.</summary>
    public int DeliveriesMax { get; init; } = 10;

    /// <summary>
    /// The wait after the first failure; it doubles with each further one, up to <see cref="RetryDelayMax"/>.
    /// </summary>
    public TimeSpan RetryDelayMin { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan RetryDelayMax { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Messages that may wait in one queue; a ring beyond is refused and left to the sweep.
    /// </summary>
    public int WaitingMax { get; init; } = 100_000;

    /// <summary>
    /// Dead letters kept over all queues; beyond it the oldest go, as their due rows tell the same.
    /// </summary>
    public int DeadMax { get; init; } = 10_000;

    /// <summary>
    /// How long a stop waits for handlers that are running. What still runs then is delivered again.
    /// </summary>
    public TimeSpan StopMax { get; init; } = TimeSpan.FromSeconds(10);
}

/// <summary>
/// What a queue holds: messages to deliver (those being handled included) and dead letters.
/// </summary>
internal sealed record QueueCount(string Queue, int Active, int Dead);

/// <summary>A message that failed too often, and its last failure.</summary>
internal sealed record DeadLetter(
    long Number, string Queue, Doorbell Bell, int Deliveries, string Reason,
    DateTimeOffset RungAt, DateTimeOffset DiedAt);
