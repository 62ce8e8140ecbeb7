using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace CloudPos.Local.Children;

/// <summary>
/// A port for a program that has to be told one: free on loopback, and below the ports that the system gives
/// to whoever asks for any, so that nobody takes it before the program starts, or while it starts again.
/// </summary>
internal static class LocalPort
{
    private const int First = 10_000;
    private const int End = 32_000;
    private const int TriesMax = 100;

    public static int Choose()
    {
        for (var attempt = 0; attempt < TriesMax; attempt++)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (IsFree(port))
                return port;
        }
        throw new InvalidOperationException($"No free port from {First} to {End} in {TriesMax} tries.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
