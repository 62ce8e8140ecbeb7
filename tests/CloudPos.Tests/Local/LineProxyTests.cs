using System.Net;
using System.Net.Sockets;
using System.Text;
using CloudPos.Local.Line;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Local;

public sealed class LineProxyTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(2);

    private readonly Echo echo = new();
    private readonly LineProxy line;

    public LineProxyTests() => line = LineProxy.Start(echo.Address);

    public async ValueTask DisposeAsync()
    {
        await line.DisposeAsync();
        echo.Dispose();
    }

    [Fact]
    public async Task A_line_that_is_up_passes_bytes_on_both_ways()
    {
        using var caller = await DialAsync();
        Assert.Equal("echo:hello", await AskAsync(caller, "hello"));
        Assert.Equal("echo:again", await AskAsync(caller, "again"));
    }

    [Fact]
    public async Task A_line_that_goes_down_resets_what_is_open_and_who_dials()
    {
        using var open = await DialAsync();
        await AskAsync(open, "hello");
        line.State = LineState.Down;
        await Assert.ThrowsAsync<SocketException>(() => AskAsync(open, "hello").WaitAsync(Soon));
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var dialled = await DialAsync();
            await AskAsync(dialled, "hello").WaitAsync(Soon);
        });
        Assert.Equal(1, line.Refused);
        Assert.Equal(["hello"], echo.Heard);

        line.State = LineState.Up;
        using var later = await DialAsync();
        Assert.Equal("echo:back", await AskAsync(later, "back"));
    }

    [Fact]
    public async Task A_black_hole_takes_the_call_and_says_nothing_until_the_line_is_back()
    {
        using var open = await DialAsync();
        await AskAsync(open, "one");
        line.State = LineState.BlackHole;
        using var dialled = await DialAsync();
        var first = AskAsync(open, "two");
        var second = AskAsync(dialled, "three");
        await Task.Delay(200);
        Assert.False(first.IsCompleted);
        Assert.False(second.IsCompleted);
        Assert.Equal(["one"], echo.Heard);

        line.State = LineState.Up;
        Assert.Equal("echo:two", await first.WaitAsync(Soon));
        Assert.Equal("echo:three", await second.WaitAsync(Soon));
    }

    [Theory]
    [InlineData(LineState.Up)]
    [InlineData(LineState.Down)]
    public async Task A_cut_request_arrives_and_its_answer_is_lost_with_the_connection(object then)
    {
        using var other = await DialAsync();
        using var caller = await DialAsync();
        var cut = line.CutAfterRequestAsync("/authorise ", (LineState)then);
        Assert.Equal("echo:GET /feed ", await AskAsync(other, "GET /feed "));
        await Assert.ThrowsAsync<SocketException>(() => AskAsync(caller, "POST /authorise ").WaitAsync(Soon));
        await cut.WaitAsync(Soon);
        Assert.Contains("POST /authorise ", echo.Heard);
        Assert.Equal(then, line.State);
    }

    [Fact]
    public async Task A_cut_into_a_black_hole_leaves_the_caller_waiting_and_later_resets_it()
    {
        using var caller = await DialAsync();
        var cut = line.CutAfterRequestAsync("/authorise ", LineState.BlackHole);
        var answer = AskAsync(caller, "POST /authorise ");
        await cut.WaitAsync(Soon);
        await Task.Delay(100);
        Assert.False(answer.IsCompleted);
        line.State = LineState.Up;
        await Assert.ThrowsAsync<SocketException>(() => answer.WaitAsync(Soon));
    }

    [Fact]
    public async Task Nobody_behind_the_line_ends_the_call()
    {
        using var nobody = new TakenPort();
        await using var dead = LineProxy.Start(nobody.Address);
        // The reset may come as soon as the call is taken, so dialling is part of what fails.
        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            using var caller = await DialAsync(dead);
            await AskAsync(caller, "hello").WaitAsync(Soon);
        });
    }

    private async Task<Socket> DialAsync(LineProxy? through = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync((through ?? line).Address);
        return socket;
    }

    private static async Task<string> AskAsync(Socket socket, string text)
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        var buffer = new byte[256];
        var read = await socket.ReceiveAsync(buffer);
        if (read == 0) throw new SocketException((int)SocketError.ConnectionReset);
        return Encoding.ASCII.GetString(buffer, 0, read);
    }

    /// <summary>Answers each piece of text it hears with "echo:" and the text.</summary>
    private sealed class Echo : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<string> heard = [];

        public Echo()
        {
            listener.Start();
            _ = AcceptAsync();
        }

        public IPEndPoint Address => (IPEndPoint)listener.LocalEndpoint;

        public string[] Heard
        {
            get { lock (heard) return [.. heard]; }
        }

        public void Dispose() => listener.Dispose();

        private async Task AcceptAsync()
        {
            while (true) _ = AnswerAsync(await listener.AcceptSocketAsync());
        }

        private async Task AnswerAsync(Socket caller)
        {
            var buffer = new byte[256];
            while (await caller.ReceiveAsync(buffer) is var read and > 0)
            {
                lock (heard) heard.Add(Encoding.ASCII.GetString(buffer, 0, read));
                await caller.SendAsync(new List<ArraySegment<byte>>
                {
                    new("echo:"u8.ToArray()), new(buffer, 0, read),
                });
            }
        }
    }
}
