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

    [Theory]
    [InlineData("binary", LengthForm.Binary2, false, "", "0003")]
    [InlineData("binary that counts itself", LengthForm.Binary2, true, "", "0005")]
    [InlineData("packed digits", LengthForm.Bcd2, false, "", "0003")]
    [InlineData("digits that count themselves", LengthForm.Ascii4, true, "", "30303037")]
    [InlineData("packed digits and transport", LengthForm.Bcd2, false, "6000030001", "00086000030001")]
    public async Task Each_form_of_header_is_written_and_read(
        string what, LengthForm length, bool countsItself, string transport, string header)
    {
        var form = new FrameForm(length, countsItself, transport);
        using var stream = new MemoryStream();
        await Iso8583Framing.WriteAsync(stream, new byte[] { 0xAA, 0xBB, 0xCC }, form);
        Assert.Equal((what, header + "AABBCC"), (what, Convert.ToHexString(stream.ToArray())));
        stream.Position = 0;
        var read = await Iso8583Framing.ReadAsync(stream, form);
        Assert.Equal((what, "AABBCC"), (what, Convert.ToHexString(read.Frame!)));
    }

    [Fact]
    public async Task A_long_message_has_four_digits_of_length()
    {
        using var stream = new MemoryStream();
        await Iso8583Framing.WriteAsync(stream, new byte[1234], new FrameForm(LengthForm.Bcd2));
        Assert.Equal("1234", Convert.ToHexString(stream.ToArray().AsSpan(0, 2)));
        using var other = new MemoryStream();
        await Iso8583Framing.WriteAsync(other, new byte[1234], new FrameForm(LengthForm.Ascii4));
        Assert.Equal("1234"u8.ToArray(), other.ToArray()[..4]);
    }

    [Theory]
    [InlineData("letters for digits", LengthForm.Bcd2, "", "00A1", FrameFault.HeaderInvalid)]
    [InlineData("no digits", LengthForm.Ascii4, "", "30303A30", FrameFault.HeaderInvalid)]
    [InlineData("no transport header", LengthForm.Bcd2, "6000030001", "0006010203040506",
        FrameFault.HeaderInvalid)]
    [InlineData("a transport header alone", LengthForm.Bcd2, "6000030001", "00056000010003",
        FrameFault.HeaderInvalid)]
    public async Task A_header_of_another_form_is_named(
        string what, LengthForm length, string transport, string hex, FrameFault fault)
    {
        using var stream = new MemoryStream(Convert.FromHexString(hex));
        var read = await Iso8583Framing.ReadAsync(stream, new FrameForm(length, false, transport));
        Assert.Equal((what, fault), (what, read.Fault));
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
