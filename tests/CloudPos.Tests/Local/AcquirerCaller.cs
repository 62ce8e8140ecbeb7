using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace CloudPos.Tests.Local;

/// <summary>Speaks to an acquirer in plain bytes, through no codec of ours.</summary>
internal sealed class AcquirerCaller : IDisposable
{
    public static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    private readonly TcpClient client = new();

    public static async Task<AcquirerCaller> DialAsync(IPEndPoint address)
    {
        var caller = new AcquirerCaller();
        await caller.client.ConnectAsync(address);
        return caller;
    }

    public async Task<string> AskAsync(string message)
    {
        await SendAsync(message);
        return await ReadAsync();
    }

    public async Task SendAsync(string message)
    {
        var frame = new byte[2 + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)message.Length);
        Encoding.ASCII.GetBytes(message, frame.AsSpan(2));
        await client.GetStream().WriteAsync(frame);
    }

    /// <summary>The next answer; empty when the other side has closed.</summary>
    public async Task<string> ReadAsync()
    {
        using var patience = new CancellationTokenSource(Soon);
        var header = new byte[2];
        var stream = client.GetStream();
        var read = await stream.ReadAtLeastAsync(header, 2, throwOnEndOfStream: false, patience.Token);
        if (read == 0) return "";
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(header)];
        await stream.ReadExactlyAsync(answer, patience.Token);
        return Encoding.ASCII.GetString(answer);
    }

    /// <summary>Sends bytes as they are, header and all.</summary>
    public async Task SendHexAsync(string hex) =>
        await client.GetStream().WriteAsync(Convert.FromHexString(hex));

    public async Task<string> AskHexAsync(string hex)
    {
        await SendHexAsync(hex);
        return await ReadPackedAsync();
    }

    /// <summary>
    /// The next answer behind a length of four packed digits, header and all, as hex; empty when the other
    /// side has closed.
    /// </summary>
    public async Task<string> ReadPackedAsync()
    {
        using var patience = new CancellationTokenSource(Soon);
        var header = new byte[2];
        var stream = client.GetStream();
        var read = await stream.ReadAtLeastAsync(header, 2, throwOnEndOfStream: false, patience.Token);
        if (read == 0) return "";
        var digits = Convert.ToHexString(header);
        var answer = new byte[int.Parse(digits, System.Globalization.CultureInfo.InvariantCulture)];
        await stream.ReadExactlyAsync(answer, patience.Token);
        return digits + Convert.ToHexString(answer);
    }

    public void Dispose() => client.Dispose();
}
