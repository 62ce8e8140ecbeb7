using System.Net.Sockets;

namespace CloudPos.Terminal.Printing;

/// <summary>How long each step with a printer may take.</summary>
internal sealed record PrinterPatience(TimeSpan Connect, TimeSpan Status, TimeSpan Finish)
{
    public static PrinterPatience Normal { get; } =
        new(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(20));
}

/// <summary>
/// One connection to a printer for one paper: asks how it is, sends, and waits for the printer's own word
/// that all of it came out. Faults of the printer are results, never exceptions, and every step is bounded.
/// A paper that may be half printed is taken back from the printer's memory before the connection is given
/// up.
/// </summary>
internal sealed class PrinterLink(PrinterAddress address, PrinterPatience patience, TimeProvider time)
{
    /// <param name="begin">Called before the first byte of the paper goes, and not where none goes.</param>
    public async Task<PrintResult> Print(
        ReadOnlyMemory<byte> paper, CancellationToken cancel, Action? begin = null)
    {
        try
        {
            if (address.Path is { } path)
                return await ToDevice(path, paper, cancel, begin);
            using var socket = await Connect(cancel);
            await using var stream = new NetworkStream(socket);
            if (await Status(stream, cancel) is not PrintResult.Printed and var before)
                return before;
            begin?.Invoke();
            return await Within(patience.Finish, cancel, token => SendAndWait(stream, paper, token))
                ? PrintResult.Printed
                : await AfterSilence(stream, cancel);
        }
        catch (Exception fault) when (IsFault(fault, cancel))
        {
            return PrintResult.NoConnection;
        }
    }

    /// <summary>How the printer is, without printing.</summary>
    public async Task<PrintResult> Ask(CancellationToken cancel)
    {
        try
        {
            if (address.Path is { } path)
                return File.Exists(path) ? PrintResult.Printed : PrintResult.NoConnection;
            using var socket = await Connect(cancel);
            await using var stream = new NetworkStream(socket);
            return await Status(stream, cancel);
        }
        catch (Exception fault) when (IsFault(fault, cancel))
        {
            return PrintResult.NoConnection;
        }
    }

    /// <summary>A few bytes that the printer obeys at once, whatever state it is in.</summary>
    public async Task<PrintResult> Command(ReadOnlyMemory<byte> command, CancellationToken cancel)
    {
        try
        {
            if (address.Path is { } path)
                return await ToDevice(path, command, cancel);
            using var socket = await Connect(cancel);
            await using var stream = new NetworkStream(socket);
            return await Within(patience.Status, cancel, async token => await stream.WriteAsync(command,
                token))
                ? PrintResult.Printed
                : PrintResult.NoAnswer;
        }
        catch (Exception fault) when (IsFault(fault, cancel))
        {
            return PrintResult.NoConnection;
        }
    }

    private async Task<Socket> Connect(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            return await Within(patience.Connect, cancel, async token =>
                await socket.ConnectAsync(address.Host!, address.Port, token))
                ? socket
                : throw new SocketException((int)SocketError.TimedOut);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task SendAndWait(Stream stream, ReadOnlyMemory<byte> paper, CancellationToken cancel)
    {
        await stream.WriteAsync(paper, cancel);
        await stream.WriteAsync(EscPos.AskFinished.ToArray(), cancel);
        await stream.ReadExactlyAsync(new byte[1], cancel);
    }

    /// <summary>The paper is not known to be whole: it must not come out later, beside its next
    /// print.</summary>
    private async Task<PrintResult> AfterSilence(Stream stream, CancellationToken cancel)
    {
        var status = await Status(stream, cancel);
        await Within(patience.Status, cancel, async token => await stream.WriteAsync(
            EscPos.ForgetAll.ToArray(), token));
        return status == PrintResult.Printed ? PrintResult.NoAnswer : status;
    }

    private async Task<PrintResult> Status(Stream stream, CancellationToken cancel)
    {
        var answer = new byte[3];
        return await Within(patience.Status, cancel, async token =>
        {
            await stream.WriteAsync(EscPos.AskStatus.ToArray(), token);
            await stream.ReadExactlyAsync(answer, token);
        })
            ? PrinterStatus.Read(answer)
            : PrintResult.NoAnswer;
    }

    /// <summary>A device file takes bytes and says nothing; the system's own buffer is all that is
    /// known.</summary>
    private async Task<PrintResult> ToDevice(string path, ReadOnlyMemory<byte> bytes,
        CancellationToken cancel, Action? begin = null)
    {
        if (!File.Exists(path))
            return PrintResult.NoConnection;
        await using var device = new FileStream(path, FileMode.Append, FileAccess.Write,
            FileShare.ReadWrite, 0);
        begin?.Invoke();
        return await Within(patience.Finish, cancel, async token => await device.WriteAsync(bytes, token))
            ? PrintResult.Printed
            : PrintResult.NoAnswer;
    }

    /// <summary>False when the time is over.</summary>
    private async Task<bool> Within(TimeSpan limit, CancellationToken cancel, Func<CancellationToken,
        Task> work)
    {
        using var bound = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, cancel);
        try
        {
            await work(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool IsFault(Exception fault, CancellationToken cancel) =>
        fault is SocketException or IOException or UnauthorizedAccessException
        || (fault is OperationCanceledException && !cancel.IsCancellationRequested);
}

/// <summary>The answers to DLE EOT 1, 2 and 4, which have fixed bits to be recognised by.</summary>
internal static class PrinterStatus
{
    public static PrintResult Read(ReadOnlySpan<byte> answers)
    {
        foreach (var answer in answers)
            if ((answer & 0b1001_0011) != 0b0001_0010)
                return PrintResult.Fault; // Whatever this is, it does not speak ESC/POS.
        var (printer, offline, paper) = (answers[0], answers[1], answers[2]);
        if ((paper & 0b0110_0000) != 0 || (offline & 0b0010_0000) != 0)
            return PrintResult.PaperOut;
        if ((offline & 0b0000_0100) != 0)
            return PrintResult.CoverOpen;
        return (offline & 0b0100_0000) != 0 || (printer & 0b0000_1000) != 0
            ? PrintResult.Fault
            : PrintResult.Printed;
    }
}
