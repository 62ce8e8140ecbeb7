using System.Text;
using System.Threading.Channels;
using CloudPos.Functions.Telemetry;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Bus;

/// <summary>Delivers one queue of the embedded bus to its handler, so many at a time and no more.</summary>
internal sealed partial class QueuePump(
    string queue, int maxConcurrentCalls, Func<Doorbell, CancellationToken, Task> handler,
    BusOptions options, BusStore store, TimeProvider time, ILogger log)
{
    private const int ReasonLengthMax = 500;
    private static readonly TimeSpan waitMax = TimeSpan.FromHours(1);

    private readonly SemaphoreSlim slots = new(maxConcurrentCalls);
    private readonly Channel<bool> woken = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private Task loop = Task.CompletedTask;

    public void Start(CancellationToken stop) => loop = Task.Run(() => Run(stop), CancellationToken.None);

    /// <summary>Something may be ready: look again.</summary>
    public void Wake() => woken.Writer.TryWrite(true);

    /// <summary>
    /// Ends when the loop and its handlers have, or after the bound; the token is to be cancelled before.
    /// </summary>
    public async Task Stopped()
    {
        await loop;
        using var bound = new CancellationTokenSource(options.StopMax, time);
        try
        {
            // Whoever holds all slots knows that no handler runs.
            for (int i = 0; i < maxConcurrentCalls; i++) await slots.WaitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            LogStillRunning(queue);
        }
    }

    private async Task Run(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await slots.WaitAsync(stop);
                try
                {
                    var delivery = await Take(stop);
                    _ = Task.Run(() => Deliver(delivery, stop), CancellationToken.None);
                }
                catch
                {
                    slots.Release();
                    throw;
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            LogStopped(queue);
        }
    }

    /// <summary>
    /// Waits for the next message. One that was delivered too often without any answer is buried here.
    /// </summary>
    private async Task<Delivery> Take(CancellationToken stop)
    {
        while (true)
        {
            stop.ThrowIfCancellationRequested();
            try
            {
                long now = Now();
                var delivery = store.Take(queue, now, now + (long)options.LockDuration.TotalMilliseconds);
                if (delivery is null) await WaitForWork(stop);
                else if (delivery.Count > options.DeliveriesMax) Bury(delivery, "No handler gave an answer.");
                else return delivery;
            }
            catch (SqliteException e)
            {
                LogStoreFailed(e, queue);
                await Task.Delay(options.RetryDelayMin, time, stop);
            }
        }
    }

    private async Task WaitForWork(CancellationToken stop)
    {
        long? next = store.NextVisible(queue);
        var wait = next is null ? waitMax : TimeSpan.FromMilliseconds(Math.Max(0, next.Value - Now()));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop);
        await Task.WhenAny(
            woken.Reader.WaitToReadAsync(either.Token).AsTask(),
            Task.Delay(wait < waitMax ? wait : waitMax, time, either.Token));
        await either.CancelAsync();
        woken.Reader.TryRead(out _);
    }

    private async Task Deliver(Delivery delivery, CancellationToken stop)
    {
        using var lockEnds = new CancellationTokenSource(options.LockDuration, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, lockEnds.Token);
        try
        {
            var (bell, error) = Doorbell.Parse(Encoding.UTF8.GetBytes(delivery.Body));
            if (bell is null)
            {
                Bury(delivery, $"Unreadable: {error}");
                return;
            }

            using var trace = Traces.Receive(queue, delivery.Trace);
            await handler(bell, either.Token);
            if (!store.Complete(delivery)) LogLockLost(queue, delivery.Number);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Settle(delivery, () => store.GiveBack(delivery, Now()));
        }
        catch (Exception e)
        {
            LogHandlerFailed(e, queue, delivery.Number, delivery.Count);
            string reason = $"{e.GetType().Name}: {e.Message}";
            if (delivery.Count >= options.DeliveriesMax) Bury(delivery, reason);
            else Settle(delivery, () => store.GiveBack(delivery, Now() + RetryDelay(delivery.Count)));
        }
        finally
        {
            slots.Release();
            Wake();
        }
    }

    private void Bury(Delivery delivery, string reason)
    {
        string kept = reason.Length > ReasonLengthMax ? reason[..ReasonLengthMax] : reason;
        LogDead(queue, delivery.Number, delivery.Count, kept);
        Settle(delivery, () => store.Bury(delivery, kept, Now(), options.DeadMax));
    }

    /// <summary>
    /// A store that fails here leaves the message locked, so that it comes again when the lock ends.
    /// </summary>
    private void Settle(Delivery delivery, Func<bool> settle)
    {
        try
        {
            if (!settle()) LogLockLost(queue, delivery.Number);
        }
        catch (SqliteException e)
        {
            LogStoreFailed(e, queue);
        }
    }

    private long RetryDelay(int deliveries)
    {
        double doubled = options.RetryDelayMin.TotalMilliseconds * Math.Pow(2, deliveries - 1);
        return (long)Math.Min(doubled, options.RetryDelayMax.TotalMilliseconds);
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    [LoggerMessage(2011, LogLevel.Warning, "Queue {Queue}: message {Number} failed at delivery {Count}.")]
    private partial void LogHandlerFailed(Exception e, string queue, long number, int count);

    [LoggerMessage(
        2012, LogLevel.Error, "Queue {Queue}: message {Number} is dead after {Count} deliveries: {Reason}")]
    private partial void LogDead(string queue, long number, int count, string reason);

    [LoggerMessage(2013, LogLevel.Warning, "Queue {Queue}: message {Number} was held longer than its lock.")]
    private partial void LogLockLost(string queue, long number);

    [LoggerMessage(2014, LogLevel.Error, "Queue {Queue}: its store failed.")]
    private partial void LogStoreFailed(Exception e, string queue);

    [LoggerMessage(2015, LogLevel.Warning, "Queue {Queue}: stopped with handlers still running.")]
    private partial void LogStillRunning(string queue);

    [LoggerMessage(2016, LogLevel.Debug, "Queue {Queue}: stopped.")]
    private partial void LogStopped(string queue);
}
