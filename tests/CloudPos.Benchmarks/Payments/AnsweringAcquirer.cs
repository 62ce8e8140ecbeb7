using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using CloudPos.Iso8583;

namespace CloudPos.Benchmarks.Payments;

/// <summary>
/// An acquirer that approves everything at once and remembers nothing, so that the back office is measured
/// and not the other side's disk. Answers that are ready together leave together.
/// </summary>
internal sealed class AnsweringAcquirer : IAsyncDisposable
{
    private static readonly int[] Echoed = [3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70];
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private long _approved;

    public AnsweringAcquirer()
    {
        _listener.Start();
        _accepting = Accept();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public long ApprovedCount => Interlocked.Read(ref _approved);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task Accept()
    {
        try
        {
            while (true)
                _ = Serve(await _listener.AcceptSocketAsync(_stopping.Token));
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException)
        {
            return;
        }
    }

    private async Task Serve(Socket socket)
    {
        socket.NoDelay = true;
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var answers = Channel.CreateUnbounded<byte[]>();
        var writing = Write(stream, answers.Reader);
        try
        {
            while (await Iso8583Framing.ReadAsync(stream, _stopping.Token) is { IsValid: true } read)
                answers.Writer.TryWrite(Answer(read.Frame));
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            answers.Writer.TryComplete();
        }
        answers.Writer.TryComplete();
        await writing;
    }

    private byte[] Answer(byte[] frame)
    {
        using var request = Iso8583Codec.TryDecode(frame, Iso8583Layout.Ascii87).Message!;
        using var answer = new Iso8583Message(Mti.ResponseTo(request.Mti));
        foreach (var field in Echoed)
            if (request.Get(field) is { } text)
                answer.Set(field, text);
        if (request.Mti != Mti.NetworkRequest)
        {
            answer.Set(15, answer.Get(13)!);
            answer.Set(38, "A00001");
            Interlocked.Increment(ref _approved);
        }
        answer.Set(39, ResponseCode.Approved);
        return Iso8583Codec.Encode(answer, Iso8583Layout.Ascii87).Bytes!;
    }

    private static async Task Write(Stream stream, ChannelReader<byte[]> answers)
    {
        var together = new MemoryStream();
        try
        {
            while (await answers.WaitToReadAsync())
            {
                together.SetLength(0);
                while (together.Length < 64 * 1024 && answers.TryRead(out var answer))
                    await Iso8583Framing.WriteAsync(together, answer);
                await stream.WriteAsync(together.GetBuffer().AsMemory(0, (int)together.Length));
            }
        }
        catch (IOException)
        {
            return;
        }
    }
}
