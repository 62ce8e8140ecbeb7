using System.Net;
using System.Net.Sockets;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// Listens on loopback for connections that speak ISO 8583:1987 in the dialect of the desk. At most
/// <see cref="ConnectionsMax"/> are open; one more is closed at once.
/// </summary>
internal sealed class AcquirerServer : IAsyncDisposable
{
    public const int ConnectionsMax = 64;

    private readonly AcquirerDesk desk;
    private readonly AcquirerSecurity? security;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly TcpListener listener;
    private readonly CancellationTokenSource closing = new();
    private readonly Task accepting;
    private int open;

    private AcquirerServer(
        AcquirerDesk desk, int port, AcquirerSecurity? security, TimeProvider time, ILogger logger)
    {
        (this.desk, this.security, this.time, this.logger) = (desk, security, time, logger);
        listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        Address = (IPEndPoint)listener.LocalEndpoint;
        accepting = AcceptAsync();
    }

    public IPEndPoint Address { get; }

    /// <param name="port">0: the system chooses.</param>
    /// <param name="security">Null: the line is plain.</param>
    public static AcquirerServer Start(
        AcquirerDesk desk, int port, AcquirerSecurity? security, TimeProvider time, ILogger logger) =>
        new(desk, port, security, time, logger);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Dispose();
        await accepting;
        closing.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        while (!closing.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptSocketAsync(closing.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            serving.RemoveAll(task => task.IsCompleted);
            if (Volatile.Read(ref open) >= ConnectionsMax) socket.Dispose();
            else serving.Add(ServeAsync(socket));
        }
        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(Socket socket)
    {
        Interlocked.Increment(ref open);
        try
        {
            socket.NoDelay = true;
            Stream stream = new NetworkStream(socket, ownsSocket: true);
            if (security is not null && await security.SecureAsync(stream, closing.Token) is { } secured)
                stream = secured;
            else if (security is not null)
                return;
            await using var connection = new AcquirerConnection(stream, desk, time, logger);
            await connection.RunAsync(closing.Token);
        }
        finally
        {
            Interlocked.Decrement(ref open);
        }
    }
}
