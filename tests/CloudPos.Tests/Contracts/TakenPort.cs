using System.Net;
using System.Net.Sockets;

namespace CloudPos.Tests.Contracts;

/// <summary>
/// A port on loopback that stays taken while nobody listens there: whoever dials is refused, and no server of
/// another test can get it meanwhile.
/// </summary>
internal sealed class TakenPort : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public TakenPort() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    public void Dispose() => _socket.Dispose();
}
