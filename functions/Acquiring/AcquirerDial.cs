using System.Net.Sockets;

namespace CloudPos.Functions.Acquiring;

/// <summary>A connection to an acquirer, or why there is none.</summary>
/// <param name="Tls">The version that secures it; null where it is plain.</param>
internal readonly record struct DialledLine(Stream? Stream, string? Tls, string Why)
{
    /// <summary>Connects, and secures the connection where the table says so, in the time of the
    /// table.</summary>
    public static async Task<DialledLine> Dial(
        AcquirerProfile profile, string host, int port, TimeProvider time, CancellationToken cancel)
    {
        using var expiry = new CancellationTokenSource(profile.ConnectTimeout, time);
        using var connecting = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancel);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, connecting.Token);
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            var code = (fault as SocketException)?.SocketErrorCode;
            return new(null, null, code?.ToString() ?? "no connection in time");
        }
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (profile.Tls is not { } tls)
            return new(plain, null, "");
        var (secured, why) = await tls.Secure(plain, host, connecting.Token);
        return new(secured, secured?.SslProtocol.ToString(), why);
    }
}
