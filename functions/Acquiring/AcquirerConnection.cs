using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using CloudPos.Iso8583;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// One TCP connection: a writer, a reader, and the requests between them. A request waits in a bounded queue,
/// then for one of a bounded number of places on the line, and keeps its place until it is answered or given
/// up. When the connection ends, by whatever fault, every request ends with it: not sent if it was still
/// waiting, unknown otherwise.
/// </summary>
internal sealed class AcquirerConnection : IDisposable
{
    public const string QueueFull = "the queue is full";

    /// <summary>Why it ended, where this program ended it.</summary>
    public const string Closed = "the line was closed";

    private readonly Stream _stream;
    private readonly AcquirerProfile _profile;
    private readonly TimeProvider _time;
    private readonly Action<Iso8583Message> _unmatched;
    private readonly LinkCounters _counters;
    private readonly RecentRequests _recent;
    private readonly Channel<PendingRequest> _queue;
    private readonly SemaphoreSlim _places;
    private readonly ConcurrentDictionary<MatchKey, PendingRequest> _pending = new();
    private volatile string? _closed;
    private long _heardAt;

    /// <param name="stream">Owned from here on.</param>
    /// <param name="unmatched">Takes over messages that answer no request; called by the reader, must not
    /// block.</param>
    public AcquirerConnection(
        Stream stream, AcquirerProfile profile, TimeProvider time, LinkCounters counters,
        RecentRequests recent, Action<Iso8583Message> unmatched)
    {
        (_stream, _profile, _time) = (stream, profile, time);
        (_counters, _recent, _unmatched) = (counters, recent, unmatched);
        _queue = Channel.CreateBounded<PendingRequest>(
            new BoundedChannelOptions(profile.QueueMax) { SingleReader = true });
        _places = new SemaphoreSlim(profile.InFlightMax);
        _heardAt = time.GetTimestamp();
    }

    /// <summary>Requests that wait for a place on the line.</summary>
    public int QueuedCount => _queue.Reader.Count;

    /// <summary>Requests on the line without an answer.</summary>
    public int InFlightCount => _profile.InFlightMax - _places.CurrentCount;

    public TimeSpan Silence => _time.GetElapsedTime(Volatile.Read(ref _heardAt));

    /// <summary>Reads and writes until the connection ends; then gives up every request.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<string> Run(CancellationToken cancel)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var reading = Guarded(ReadAll, ending.Token);
        var writing = Guarded(WriteAll, ending.Token);
        var why = "a fault of this program";
        try
        {
            why = await await Task.WhenAny(reading, writing);
        }
        finally
        {
            _closed = why;
            await ending.CancelAsync();
            await _stream.DisposeAsync();
            _queue.Writer.TryComplete();
            await Task.WhenAll(reading, writing);
            foreach (var pending in _pending.Values)
                GiveUp(pending, why);
        }
        return why;
    }

    /// <summary>Sends a request and waits for its answer, until the token says that time is up.</summary>
    /// <param name="bytes">The encoded message; taken over and zeroed.</param>
    public async Task<AcquirerAnswer> Ask(MatchKey key, byte[] bytes, CancellationToken deadline)
    {
        var pending = new PendingRequest(key, bytes);
        if (!_pending.TryAdd(key, pending))
        {
            pending.GiveUp("the same request is on the line already");
            return await pending.Answer;
        }
        if (!_queue.Writer.TryWrite(pending))
            GiveUp(pending, _closed ?? QueueFull);
        // The connection may have ended between the two lines above, after it had given up all that it knew
        // of.
        if (_closed is { } why)
            GiveUp(pending, why);
        await using (deadline.UnsafeRegister(_ => GiveUp(pending, "no answer in time"), null))
            return await pending.Answer;
    }

    /// <summary>Sends a message that nobody answers: a response to a request of the acquirer.</summary>
    public void Post(MatchKey key, byte[] bytes)
    {
        var pending = new PendingRequest(key, bytes) { IsOneWay = true };
        if (!_queue.Writer.TryWrite(pending))
            pending.GiveUp(QueueFull);
    }

    public void Dispose() => _stream.Dispose();

    private async Task<string> WriteAll(CancellationToken cancel)
    {
        await foreach (var pending in _queue.Reader.ReadAllAsync(cancel))
        {
            await _places.WaitAsync(cancel);
            // Whoever ends the request after this line gives the place back; before it, the writer does.
            if (!pending.TryTake())
            {
                _places.Release();
                continue;
            }
            _ = pending.Answer.ContinueWith(
                _ => _places.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
            try
            {
                _counters.Sent();
                await Iso8583Framing.WriteAsync(_stream, pending.Bytes, _profile.Frame, cancel);
            }
            finally
            {
                pending.Wipe();
                if (pending.IsOneWay)
                    pending.GiveUp("nothing comes back");
            }
        }
        return "the queue was closed";
    }

    private async Task<string> ReadAll(CancellationToken cancel)
    {
        while (true)
        {
            var read = await Iso8583Framing.ReadAsync(_stream, _profile.Frame, cancel);
            if (!read.IsValid)
                return $"the acquirer's stream ended: {read.Fault}";
            Volatile.Write(ref _heardAt, _time.GetTimestamp());
            var decoded = Iso8583Codec.TryDecode(read.Frame, _profile.Layout);
            CryptographicOperations.ZeroMemory(read.Frame);
            if (decoded.IsValid)
                Match(decoded.Message);
            else
                _counters.Unreadable();
        }
    }

    private void Match(Iso8583Message message)
    {
        // Whoever takes a request out of the table ends it; so it ends once, by its answer or given up.
        var key = MatchKey.OfResponse(message);
        if (!_pending.TryRemove(key, out var pending))
            _pending.TryRemove(key with { Terminal = "" }, out pending);
        if (pending is null)
        {
            _unmatched(message);
            return;
        }
        _recent.Add(pending.Key, answered: true);
        _counters.Answered();
        pending.Answered(message);
    }

    private void GiveUp(PendingRequest pending, string why)
    {
        // Noted before it is taken out, so that an answer of the next moment is known to be late.
        _recent.Add(pending.Key, answered: false);
        if (_pending.TryRemove(KeyValuePair.Create(pending.Key, pending)))
            pending.GiveUp(why);
    }

    /// <summary>Ends a loop with a sentence instead of an exception: faults of a line are expected.</summary>
    private static async Task<string> Guarded(
        Func<CancellationToken, Task<string>> loop, CancellationToken cancel)
    {
        try
        {
            return await loop(cancel);
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException
            or OperationCanceledException or System.Net.Sockets.SocketException)
        {
            return cancel.IsCancellationRequested
                ? Closed
                : $"the line broke: {fault.GetType().Name}";
        }
    }
}
