using System.Net;
using System.Net.Sockets;
using CloudPos.Iso8583;

namespace CloudPos.Tests.Iso8583;

public sealed class FramingTests
{
    [Theory]
    [InlineData("nothing", "", FrameFault.Closed)]
    [InlineData("half a header", "00", FrameFault.Truncated)]
    [InlineData("a header alone", "0003", FrameFault.Truncated)]
    [InlineData("a frame cut", "0003AABB", FrameFault.Truncated)]
    [InlineData("an empty frame", "0000AA", FrameFault.Empty)]
    [InlineData("a byte above the bound", "2001", FrameFault.TooLong)]
    [InlineData("the greatest header", "FFFF", FrameFault.TooLong)]
    public async Task A_bad_frame_is_named(string what, string hex, FrameFault fault)
    {
        using var stream = new MemoryStream(Convert.FromHexString(hex));
        var read = await Iso8583Framing.ReadAsync(stream);
        Assert.Equal((what, fault, false), (what, read.Fault, read.IsValid));
    }

    [Fact]
    public async Task Frames_cross_a_socket_whole_however_they_are_cut()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using var server = await listener.AcceptTcpClientAsync();
        var sending = Task.Run(async () =>
        {
            var stream = client.GetStream();
            await Iso8583Framing.WriteAsync(stream, new byte[] { 1, 2, 3 });
            foreach (var b in new byte[] { 0, 2, 7, 8 })
                await stream.WriteAsync(new[] { b });
            await Iso8583Framing.WriteAsync(stream, new byte[Iso8583Codec.MessageLengthMax]);
            client.Client.Shutdown(SocketShutdown.Send);
        });
        var receiving = server.GetStream();
        Assert.Equal([1, 2, 3], (await Iso8583Framing.ReadAsync(receiving)).Frame);
        Assert.Equal([7, 8], (await Iso8583Framing.ReadAsync(receiving)).Frame);
        Assert.Equal(Iso8583Codec.MessageLengthMax,
            (await Iso8583Framing.ReadAsync(receiving)).Frame?.Length);
        Assert.Equal(FrameFault.Closed, (await Iso8583Framing.ReadAsync(receiving)).Fault);
        await sending;
    }

    [Fact]
    public async Task Nothing_empty_or_above_the_bound_is_written()
    {
        using var stream = new MemoryStream();
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Iso8583Framing.WriteAsync(stream, ReadOnlyMemory<byte>.Empty));
        await Assert.ThrowsAsync<ArgumentException>(
            async () => await Iso8583Framing.WriteAsync(stream, new byte[Iso8583Codec.MessageLengthMax + 1]));
        Assert.Equal(0, stream.Length);
    }
}
