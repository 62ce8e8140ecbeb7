using System.Text.Json.Nodes;

namespace CloudPos.Local.Cloud;

/// <summary>A message as the double keeps it. Changed under the queue's lock only.</summary>
internal sealed class QueuedMessage
{
    public required long SequenceNumber { get; init; }

    public required string MessageId { get; init; }

    public required byte[] Body { get; init; }

    public required string? ContentType { get; init; }

    public required JsonObject Properties { get; init; }

    public required DateTimeOffset EnqueuedAt { get; init; }

    public DateTimeOffset VisibleAt { get; set; }

    public int Deliveries { get; set; }

    /// <summary>Of the present delivery; a later one has another.</summary>
    public Id? LockToken { get; set; }

    public string? DeadReason { get; set; }
}

/// <summary>
/// One queue of Service Bus in memory: peek-lock, abandoned at once, dead after so many deliveries, locks
/// that run out. No duplicate detection. Bounded. Thread-safe.
/// </summary>
internal sealed class QueueDouble(TimeProvider time)
{
    public const int DeliveriesMax = 10;
    private const int MessagesMax = 100_000;
    private static readonly TimeSpan LockFor = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly List<QueuedMessage> _messages = [];
    private readonly List<QueuedMessage> _dead = [];
    private long _last;

    public IReadOnlyList<QueuedMessage> Dead
    {
        get { lock (_gate) return [.. _dead]; }
    }

    public IReadOnlyList<QueuedMessage> Waiting
    {
        get { lock (_gate) return [.. _messages]; }
    }

    /// <summary>Sequence number of the message, or 0 when the queue is full.</summary>
    public long Add(
        string messageId, byte[] body, string? contentType, JsonObject properties, DateTimeOffset? scheduled)
    {
        lock (_gate)
        {
            if (_messages.Count >= MessagesMax) return 0;
            var now = time.GetUtcNow();
            _messages.Add(new QueuedMessage
            {
                SequenceNumber = ++_last, MessageId = messageId, Body = body, ContentType = contentType,
                Properties = properties, EnqueuedAt = now, VisibleAt = scheduled ?? now,
            });
            return _last;
        }
    }

    /// <summary>Locks the oldest message that is due; null when there is none.</summary>
    public QueuedMessage? Receive()
    {
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var next = _messages.Where(message => message.VisibleAt <= now).MinBy(m => m.SequenceNumber);
            if (next is null) return null;
            if (next.Deliveries >= DeliveriesMax)
            {
                Bury(next, "MaxDeliveryCountExceeded");
                return null;
            }
            next.Deliveries++;
            next.LockToken = Id.New();
            next.VisibleAt = now + LockFor;
            return next;
        }
    }

    /// <summary>False when the lock was lost: the message is, or will be, delivered again.</summary>
    public bool Complete(QueuedMessage message, Id token)
    {
        lock (_gate) return message.LockToken == token && _messages.Remove(message);
    }

    /// <summary>Deliverable again at once; dead when it was the last try.</summary>
    public void Abandon(QueuedMessage message, Id token)
    {
        lock (_gate)
        {
            if (message.LockToken != token) return;
            message.LockToken = null;
            message.VisibleAt = time.GetUtcNow();
            if (message.Deliveries >= DeliveriesMax) Bury(message, "MaxDeliveryCountExceeded");
        }
    }

    /// <summary>What happens when a lock runs out while the message is still being handled.</summary>
    public void LoseLock(QueuedMessage message)
    {
        lock (_gate)
        {
            message.LockToken = null;
            message.VisibleAt = time.GetUtcNow();
        }
    }

    private void Bury(QueuedMessage message, string reason)
    {
        message.DeadReason = reason;
        _messages.Remove(message);
        _dead.Add(message);
    }
}
