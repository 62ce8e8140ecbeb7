using System.Net;
using System.Net.Sockets;

namespace CloudPos.Local.Line;

/// <summary>One caller of the line and its connection to the target.</summary>
internal sealed class LineConnection(LineProxy line, Socket caller, IPEndPoint target)
{
    private const int BufferBytes = 16 * 1024;

    private readonly Socket far = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private volatile LineCut? cut;
    private volatile bool severed;

    /// <summary>Its answer was dropped: it can never carry on.</summary>
    public bool IsSevered => severed;

    /// <summary>
    /// Ends when both directions have; every end of a socket is an end of the connection, not an error.
    /// </summary>
    public async Task RunAsync()
    {
        try
        {
            await line.PassableAsync();
            await far.ConnectAsync(target);
            caller.NoDelay = far.NoDelay = true;
            var asking = PumpAsync(caller, far, isRequest: true);
            await Task.WhenAll(asking, PumpAsync(far, caller, isRequest: false));
        }
        catch (Exception e) when (IsEndOfSocket(e))
        {
            Reset();
        }
        finally
        {
            line.Forget(this);
            caller.Dispose();
            far.Dispose();
        }
    }

    /// <summary>Answers whatever is asked as a gateway that finds nobody behind it, and closes.</summary>
    public async Task AnswerForGatewayAsync()
    {
        try
        {
            await caller.ReceiveAsync(new byte[BufferBytes]);
            var answer = "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8;
            await SendAllAsync(caller, answer.ToArray());
            caller.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsEndOfSocket(e))
        {
            Reset();
        }
        finally
        {
            line.Forget(this);
            caller.Dispose();
            far.Dispose();
        }
    }

    public void Reset()
    {
        Reset(caller);
        Reset(far);
    }

    /// <summary>Closes with a reset, so that the other side does not take it for an orderly end.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (IsEndOfSocket(e))
        {
            // Closed already by the other direction; disposing once more does no harm.
            socket.Dispose();
        }
        socket.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, bool isRequest)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (true)
            {
                await line.PassableAsync();
                var read = await from.ReceiveAsync(buffer);
                // What came in while the line fell silent waits here until it is back.
                await line.PassableAsync();
                if (read == 0) break;
                if (isRequest) cut ??= line.Claim(buffer.AsSpan(0, read));
                if (!isRequest && cut is not null)
                {
                    Sever(cut);
                    return;
                }
                await SendAllAsync(to, buffer.AsMemory(0, read));
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (IsEndOfSocket(e))
        {
            Reset();
        }
    }

    private void Sever(LineCut done)
    {
        severed = true;
        line.Severed(done);
        if (done.Then != LineState.BlackHole) Reset();
    }

    private static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await to.SendAsync(bytes)..];
    }

    private static bool IsEndOfSocket(Exception e) =>
        e is SocketException or ObjectDisposedException or OperationCanceledException;
}
