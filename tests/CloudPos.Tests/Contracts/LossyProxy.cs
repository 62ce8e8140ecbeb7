using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudPos.Tests.Contracts;

/// <summary>What becomes of one transaction on its way through <see cref="LossyProxy"/>.</summary>
internal enum Loss
{
    None,

    /// <summary>The connection breaks before the request is passed on.</summary>
    Request,

    /// <summary>The request is carried out; the connection breaks before its answer.</summary>
    Answer,

    /// <summary>The request is carried out; the connection breaks in the middle of its answer.</summary>
    HalfAnswer,

    /// <summary>The request is carried out; nothing comes back, and the connection stays.</summary>
    Silence,

    /// <summary>The request is carried out; the answer is a gateway's 504.</summary>
    GatewayTimeout,

    /// <summary>The connection breaks; the request is carried out just before the next one.</summary>
    Late,

    /// <summary>The service is throttling, as Azure says it. Nothing is carried out.</summary>
    Busy,
}

/// <summary>
/// A real proxy in front of the emulator: it passes everything on as it came, except for the transactions to
/// which something is to happen, counted from 1. Listens on loopback.
/// </summary>
internal sealed class LossyProxy : IAsyncDisposable
{
    private const string BusyAnswer =
        """{"odata.error":{"code":"ServerBusy","message":{"lang":"en-US","value":"Over the limit."}}}""";

    private readonly int target;
    private readonly (int Transaction, Loss Loss)[] losses;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<TcpClient, Task> clients = new();
    private readonly Task accepting;
    private HttpMessageBytes? late;
    private int seen, carriedOut;

    public LossyProxy(int target, params (int Transaction, Loss Loss)[] losses)
    {
        this.target = target;
        this.losses = losses;
        listener.Start();
        accepting = Accept();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Transactions that the client sent.</summary>
    public int Seen => seen;

    /// <summary>Transactions that reached the emulator, whatever it made of them.</summary>
    public int CarriedOut => carriedOut;

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
        foreach (var client in clients.Keys) client.Dispose();
        await Task.WhenAll(clients.Values);
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                clients[client] = Serve(client);
            }
        }
        catch (Exception e) when (e is SocketException or InvalidOperationException)
        {
            listener.Dispose(); // Stopped: the only way out of accepting.
        }
    }

    private async Task Serve(TcpClient client)
    {
        try
        {
            using var upstream = new TcpClient();
            await upstream.ConnectAsync(IPAddress.Loopback, target);
            while (await HttpMessageBytes.Read(client.GetStream()) is { } request)
                if (!await Pass(request, client.GetStream(), upstream.GetStream()))
                    return;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            client.Dispose(); // One of the two sides went away, so the other goes too.
        }
        finally
        {
            client.Dispose();
        }
    }

    /// <summary>False when the connection is to break.</summary>
    private async Task<bool> Pass(HttpMessageBytes request, Stream client, Stream upstream)
    {
        bool isTransaction = IsTransaction(request);
        int number = isTransaction ? Interlocked.Increment(ref seen) : 0;
        var loss = losses.FirstOrDefault(loss => isTransaction && loss.Transaction == number).Loss;
        if (isTransaction && Interlocked.Exchange(ref late, null) is { } earlier)
            await Ask(earlier, upstream);
        switch (loss)
        {
            case Loss.Request: return false;
            case Loss.Late: late = request; return false;
            case Loss.Busy:
                await client.WriteAsync(Answer("503 Service Unavailable", "Retry-After: 1\r\n", BusyAnswer));
                return true;
        }

        var answer = await Ask(request, upstream);
        switch (loss)
        {
            case Loss.Answer: return false;
            case Loss.HalfAnswer:
                int half = (answer.Head.Length + answer.Bytes.Length) / 2;
                await client.WriteAsync(answer.Bytes.AsMemory(0, half));
                return false;
            case Loss.Silence:
                return await HttpMessageBytes.Read(client) is not null;
            case Loss.GatewayTimeout:
                await client.WriteAsync(Answer("504 Gateway Timeout", "", "{}"));
                return true;
            default:
                await client.WriteAsync(answer.Bytes);
                return true;
        }
    }

    private async Task<HttpMessageBytes> Ask(HttpMessageBytes request, Stream upstream)
    {
        await upstream.WriteAsync(request.Bytes);
        var answer = await HttpMessageBytes.Read(upstream) ?? throw new IOException("No answer from behind.");
        if (IsTransaction(request)) Interlocked.Increment(ref carriedOut);
        return answer;
    }

    private static bool IsTransaction(HttpMessageBytes request) =>
        request.FirstLine.Contains("$batch", StringComparison.Ordinal);

    private static byte[] Answer(string status, string headers, string body) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\n" +
        $"Content-Length: {body.Length}\r\n\r\n{body}");
}
