using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudPos.Local.Line;

/// <summary>
/// A cut that was asked for: which request it waits for, and what the line does afterwards.
/// </summary>
internal sealed record LineCut(byte[] Mark, LineState Then, TaskCompletionSource Done);

/// <summary>
/// Stands for the internet line of a shop: a TCP proxy on loopback, on a port that the system chose, in front
/// of one target. What it survives: both sides closing, resetting or stalling at any byte; each connection
/// holds one buffer of 16 KiB a direction, and at most <see cref="ConnectionsMax"/> are open. Safe for use by
/// several threads.
/// </summary>
internal sealed class LineProxy : IAsyncDisposable
{
    public const int ConnectionsMax = 256;

    private readonly Lock gate = new();
    private readonly Socket listener;
    private readonly IPEndPoint target;
    private readonly HashSet<LineConnection> connections = [];
    private readonly CancellationTokenSource closing = new();
    private readonly Task accepting;
    private TaskCompletionSource passable = NewSource();
    private LineState state = LineState.Up;
    private LineCut? cut;
    private int refused;

    private LineProxy(IPEndPoint target)
    {
        this.target = target;
        passable.SetResult();
        listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(ConnectionsMax);
        Address = (IPEndPoint)listener.LocalEndPoint!;
        accepting = AcceptAsync();
    }

    /// <summary>Where to dial instead of the target.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Connections that were reset because the line was down or full.</summary>
    public int Refused => Volatile.Read(ref refused);

    /// <summary>
    /// Leaving <see cref="LineState.BlackHole"/> for Up lets held bytes flow on, as packets sent again would;
    /// only a connection whose answer was cut away is reset.
    /// </summary>
    public LineState State
    {
        get { lock (gate) return state; }
        set => Change(value);
    }

    public static LineProxy Start(IPEndPoint target) => new(target);

    /// <summary>
    /// Passes on the next request whose bytes hold the mark (for example "/authorise "), drops the answer to
    /// it, and puts the line into the given state at that moment: the far side did the work and this side
    /// never learns of it. With Up or Down the connection is reset; with BlackHole it hangs.
    /// </summary>
    /// <returns>Completes when the answer has been dropped.</returns>
    public Task CutAfterRequestAsync(string mark, LineState then)
    {
        lock (gate)
        {
            cut = new LineCut(Encoding.ASCII.GetBytes(mark), then, NewSource());
            return cut.Done.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        await accepting;
        foreach (var connection in Snapshot()) connection.Reset();
        closing.Dispose();
    }

    /// <summary>Completes while the line passes bytes on.</summary>
    internal Task PassableAsync()
    {
        lock (gate) return passable.Task.WaitAsync(closing.Token);
    }

    /// <summary>
    /// The cut that is waiting, if these bytes of a caller are its request: it is that connection's now.
    /// </summary>
    internal LineCut? Claim(ReadOnlySpan<byte> sent)
    {
        lock (gate)
        {
            if (cut is null || sent.IndexOf(cut.Mark) < 0) return null;
            var claimed = cut;
            cut = null;
            return claimed;
        }
    }

    /// <summary>The answer to the marked request has come, and has been dropped.</summary>
    internal void Severed(LineCut done)
    {
        Change(done.Then);
        done.Done.TrySetResult();
    }

    internal void Forget(LineConnection connection)
    {
        lock (gate) connections.Remove(connection);
    }

    private void Change(LineState value)
    {
        List<LineConnection> reset;
        lock (gate)
        {
            if (state == value) return;
            state = value;
            if (value == LineState.BlackHole && passable.Task.IsCompleted) passable = NewSource();
            if (value != LineState.BlackHole) passable.TrySetResult();
            reset = value == LineState.BlackHole ? [] :
                [.. connections.Where(connection => value is LineState.Down or LineState.BadGateway
                    || connection.IsSevered)];
        }
        foreach (var connection in reset) connection.Reset();
    }

    private async Task AcceptAsync()
    {
        while (!closing.IsCancellationRequested)
        {
            Socket caller;
            try
            {
                caller = await listener.AcceptAsync(closing.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            LineConnection? connection = null;
            bool isGateway;
            lock (gate)
            {
                isGateway = state == LineState.BadGateway;
                if (state != LineState.Down && connections.Count < ConnectionsMax)
                    connections.Add(connection = new LineConnection(this, caller, target));
            }
            if (connection is null)
            {
                Interlocked.Increment(ref refused);
                LineConnection.Reset(caller);
            }
            else
            {
                _ = isGateway ? connection.AnswerForGatewayAsync() : connection.RunAsync();
            }
        }
    }

    private LineConnection[] Snapshot()
    {
        lock (gate) return [.. connections];
    }

    private static TaskCompletionSource NewSource() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
