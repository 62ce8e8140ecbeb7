using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Threading.Channels;
using CloudPos.Iso8583;

namespace CloudPos.Tests.Functions.Acquiring;

/// <summary>
/// An acquirer on a real socket that does what a test tells it. It answers network messages by itself (unless
/// told not to) and hands every other message to the script, which may answer now, later, twice, or never.
/// What was charged stands in <see cref="Ledger"/>: a request with a reference that is known gets the first
/// answer again.
/// </summary>
internal sealed class ScriptedAcquirer : IAsyncDisposable
{
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly Iso8583Layout _layout;
    private readonly FrameForm _frame;
    private readonly ConcurrentDictionary<Conversation, bool> _open = new();
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;
    private readonly ConcurrentBag<Task> _serving = [];

    /// <param name="listens">False: its port is its own, and whoever calls is refused until it
    /// listens.</param>
    public ScriptedAcquirer(Iso8583Layout? layout = null, FrameForm? frame = null, bool listens = true)
    {
        _frame = frame ?? FrameForm.Binary;
        _layout = layout ?? Iso8583Layout.Ascii87;
        Script = Ledger.Answer;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        if (listens)
            Listen();
    }

    public int Port { get; }

    public AcquirerLedger Ledger { get; } = new();

    /// <summary>
    /// What is done with a message that is no network message. The default is the ledger's answer.
    /// </summary>
    public Func<Iso8583Message, Conversation, Task> Script { get; set; }

    /// <summary>
    /// Called when a message was handled, its line is still there and nothing was said to it.
    /// </summary>
    public Action? Silent { get; set; }

    /// <summary>Answers to sign-on and echo; null is silence.</summary>
    public Func<string, string?> NetworkAnswer { get; set; } = _ => ResponseCode.Approved;

    /// <summary>Every message that came, in order of arrival, network messages too. Undisposed.</summary>
    public ConcurrentQueue<Iso8583Message> Received { get; } = new();

    /// <summary>The bytes of every message that came, while a test asks for them.</summary>
    public ConcurrentQueue<byte[]>? Frames { get; set; }

    /// <summary>The same without requests of the network, to wait for.</summary>
    public Channel<(Iso8583Message Message, Conversation From)> Requests { get; } =
        Channel.CreateUnbounded<(Iso8583Message, Conversation)>();

    public int ConnectionCount;

    public IEnumerable<Conversation> Open => _open.Keys;

    public void Listen()
    {
        _listener.Listen();
        _accepting = Accept();
    }

    /// <summary>Closes every connection, as a line that breaks does.</summary>
    public void Drop()
    {
        foreach (var conversation in _open.Keys)
            conversation.Close();
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        Drop();
        await _accepting;
        await Task.WhenAll(_serving);
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync(_stopping.Token);
                Interlocked.Increment(ref ConnectionCount);
                _serving.Add(Serve(new Conversation(socket, _layout, _frame)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException
            or InvalidOperationException)
        {
            Assert.True(_stopping.IsCancellationRequested, e.Message);
        }
    }

    private async Task Serve(Conversation conversation)
    {
        _open[conversation] = true;
        using (conversation)
            while (await conversation.Read(() => Frames) is { } message)
            {
                Received.Enqueue(message);
                var said = conversation.SaidCount;
                await Handle(message, conversation);
                if (Mti.IsRequest(message.Mti) && conversation.SaidCount == said && !conversation.IsClosed)
                    Silent?.Invoke();
            }
        _open.TryRemove(conversation, out _);
    }

    private async Task Handle(Iso8583Message message, Conversation conversation)
    {
        if (message.Mti == Mti.NetworkRequest)
        {
            if (NetworkAnswer(message.Get(70)!) is { } code)
                await conversation.Answer(message, code);
            return;
        }
        Requests.Writer.TryWrite((message, conversation));
        if (Mti.IsRequest(message.Mti))
            await Script(message, conversation);
    }
}

/// <summary>One connection as the acquirer sees it.</summary>
internal sealed class Conversation(Socket socket, Iso8583Layout layout, FrameForm frame) : IDisposable
{
    private static readonly int[] Echoed = [3, 4, 7, 11, 12, 13, 32, 37, 41, 42, 49, 70];
    private readonly NetworkStream _stream = new(socket, ownsSocket: true);
    private readonly SemaphoreSlim _writing = new(1, 1);
    private volatile bool _isClosed;

    /// <summary>Frames that were written, whole or not.</summary>
    public int SaidCount;

    public bool IsClosed => _isClosed;

    public async Task<Iso8583Message?> Read(Func<ConcurrentQueue<byte[]>?>? frames = null)
    {
        try
        {
            var read = await Iso8583Framing.ReadAsync(_stream, frame);
            if (!read.IsValid)
                return null;
            var decoded = Iso8583Codec.TryDecode(read.Frame, layout);
            frames?.Invoke()?.Enqueue([.. read.Frame]);
            CryptographicOperations.ZeroMemory(read.Frame);
            Assert.True(decoded.IsValid, decoded.ToString());
            return decoded.Message;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <summary>Answers a request: its own fields told back, and these besides.</summary>
    public Task Answer(Iso8583Message request, string code, params (int Field, string Text)[] fields)
    {
        using var answer = new Iso8583Message(Mti.ResponseTo(request.Mti));
        foreach (var field in Echoed)
            if (request.Get(field) is { } text)
                answer.Set(field, text);
        answer.Set(39, code);
        foreach (var (field, text) in fields)
            answer.Set(field, text);
        return Send(answer);
    }

    public async Task Send(Iso8583Message message)
    {
        var encoded = Iso8583Codec.Encode(message, layout);
        Assert.True(encoded.IsValid, encoded.ToString());
        await SendRaw(encoded.Bytes);
    }

    public async Task SendRaw(byte[] bytes)
    {
        Interlocked.Increment(ref SaidCount);
        await _writing.WaitAsync();
        try
        {
            await Iso8583Framing.WriteAsync(_stream, bytes, frame);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other side has gone: what could not be told is unknown to it, which is what a test wants to
            // see.
            Close();
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Close()
    {
        _isClosed = true;
        _stream.Dispose();
    }

    public void Dispose() => Close();
}
