using System.Net;
using System.Net.Sockets;

namespace CloudPos.Local.Printer;

/// <summary>What state the printer is in. The names are the control's words.</summary>
internal enum PrinterMood
{
    Fine = 0,
    PaperOut = 1,
    CoverOpen = 2,

    /// <summary>It prints, and takes its time over each line.</summary>
    Slow = 3,

    /// <summary>It takes connections and bytes and never says a word, as a hanging one does.</summary>
    Dumb = 4,
}

/// <summary>
/// A receipt printer on loopback, port 9100 of an Epson: reads ESC/POS, keeps the sheets it cut, answers as
/// the manual
/// says. Commands wait in its memory while it cannot print; those that a printer obeys at once are obeyed at
/// once.
/// </summary>
internal sealed class PrinterDouble : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _printing = new(1);
    private readonly Queue<(EscPosCommand Command, NetworkStream From)> _memory = [];
    private readonly List<Sheet> _sheets = [];
    private readonly PrintHead _head;
    private readonly TimeProvider _time;
    private bool _closed;

    private PrinterDouble(int port, int width, TimeProvider time)
    {
        (_time, _head) = (time, new PrintHead(width));
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Address = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = Accept();
    }

    public IPEndPoint Address { get; }

    public PrinterMood Mood { get; set; }

    /// <summary>The roll ends after so many lines more; null for a roll without end.</summary>
    public int? LinesLeft { get; set; }

    public TimeSpan SlowLine { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Called with each sheet that is cut off.</summary>
    public Action<Sheet>? Cut { get; set; }

    public int DrawerKicks { get; private set; }

    /// <summary>Commands in the memory that are not worked off yet.</summary>
    public int WaitingCount
    {
        get
        {
            lock (_gate)
                return _memory.Count;
        }
    }

    /// <summary>What came that no printer would understand.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_gate)
                return [.. _head.Faults];
        }
    }

    public IReadOnlyList<Sheet> Sheets
    {
        get
        {
            lock (_gate)
                return [.. _sheets];
        }
    }

    /// <param name="port">0: the system chooses.</param>
    /// <param name="width">Of the paper, in dots: 576 or 384.</param>
    public static PrinterDouble Start(TimeProvider time, int port = 0, int width = 576) => new(port, width,
        time);

    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        _closed = true;
        await _closing.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _closing.Dispose();
        _printing.Dispose();
    }

    private async Task Accept()
    {
        var serving = new List<Task>();
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                serving.Add(Serve(await _listener.AcceptSocketAsync(_closing.Token)));
            }
            catch (Exception end) when (end is OperationCanceledException or ObjectDisposedException)
            {
                break;
            }
            serving.RemoveAll(task => task.IsCompleted);
        }
        await Task.WhenAll(serving);
    }

    private async Task Serve(Socket socket)
    {
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        var (reader, buffer) = (new EscPosReader(), new byte[4096]);
        try
        {
            using var working = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token);
            var print = Work(working.Token);
            while (await stream.ReadAsync(buffer, _closing.Token) is > 0 and var length)
                foreach (var command in reader.Read(buffer.AsSpan(0, length)))
                    if (command.IsImmediate)
                        await Obey(command, stream);
                    else
                        lock (_gate)
                            _memory.Enqueue((command, stream));
            await working.CancelAsync();
            await print;
        }
        catch (Exception end) when (end is OperationCanceledException or IOException or SocketException)
        {
            return; // The other side went, or the printer was switched off.
        }
    }

    /// <summary>Works off the memory while the connection stands, and once more at its end.</summary>
    private async Task Work(CancellationToken stop)
    {
        while (true)
        {
            while (await PrintNext())
                continue;
            if (stop.IsCancellationRequested)
                return;
            await Task.Delay(TimeSpan.FromMilliseconds(5), _time, CancellationToken.None);
        }
    }

    /// <summary>There is one head: what two connections sent does not mix on the paper.</summary>
    private async Task<bool> PrintNext()
    {
        await _printing.WaitAsync();
        try
        {
            if (Mood is not (PrinterMood.Fine or PrinterMood.Slow) || Take() is not (var command, var from))
                return false;
            await Print(command, from);
            return true;
        }
        finally
        {
            _printing.Release();
        }
    }

    private (EscPosCommand, NetworkStream)? Take()
    {
        lock (_gate)
            return _memory.TryDequeue(out var next) ? next : null;
    }

    private async Task Print(EscPosCommand command, NetworkStream from)
    {
        if (Mood == PrinterMood.Slow && command.Name == "LF")
            await Task.Delay(SlowLine, _time);
        Sheet? cut;
        lock (_gate)
        {
            var before = _head.LinesFed;
            cut = _head.Do(command);
            if (cut is not null)
                _sheets.Add(cut);
            if (LinesLeft is { } left && (LinesLeft = left - (_head.LinesFed - before)) <= 0)
                (Mood, LinesLeft) = (PrinterMood.PaperOut, null);
        }
        if (cut is not null)
            Cut?.Invoke(cut);
        if (command.Name == "ESC p")
            DrawerKicks++;
        if (command.Name == "GS r")
            await from.WriteAsync(new byte[] { 0 });
    }

    private async Task Obey(EscPosCommand command, NetworkStream stream)
    {
        if (Mood == PrinterMood.Dumb)
            return;
        // One that is fine takes no time: what it was given before is on paper, or the roll has ended.
        while (Mood == PrinterMood.Fine && command.Name == "DLE EOT" && await PrintNext())
            continue;
        switch (command)
        {
            case { Name: "DLE EOT", Data: [var which] }:
                await stream.WriteAsync(new[] { StatusOf(which) });
                break;
            case { Name: "DLE DC4", Data: [1, ..] }:
                DrawerKicks++;
                break;
            case { Name: "DLE DC4", Data: [8, 1, 3, 20, 1, 6, 2, 8] }:
                lock (_gate)
                    _memory.Clear();
                break;
            default:
                lock (_gate)
                    _head.Faults.Add($"{command.Name} {Convert.ToHexString(command.Data)}");
                break;
        }
    }

    /// <summary>Bits 1 and 4 are always set; 3 of answer 1 is offline, 2 and 5 of answer 2 cover and
    /// paper.</summary>
    private byte StatusOf(byte which) => (which, Mood) switch
    {
        (1, PrinterMood.PaperOut or PrinterMood.CoverOpen) => 0x1A,
        (2, PrinterMood.PaperOut) => 0x32,
        (2, PrinterMood.CoverOpen) => 0x16,
        (4, PrinterMood.PaperOut) => 0x72,
        _ => 0x12,
    };
}
