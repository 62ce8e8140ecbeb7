using System.Net.Sockets;
using System.Security.Cryptography;
using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// One connection: reads a message, has it answered, sends the answer as it is to misbehave, and reads on. A
/// late answer does not hold up the next one. A message that cannot be read ends the connection, as no answer
/// could be matched to it.
/// </summary>
internal sealed partial class AcquirerConnection(
    Stream stream, AcquirerDesk desk, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int LateAnswersMax = 64;

    private readonly Dialect dialect = desk.Dialect;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly SemaphoreSlim lateSlots = new(LateAnswersMax, LateAnswersMax);
    private readonly CancellationTokenSource ended = new();

    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (await Iso8583Framing.ReadAsync(stream, dialect.Frame, cancel)
                is { IsValid: true, Frame: var frame })
            {
                var goOn = await AnswerAsync(frame, cancel);
                CryptographicOperations.ZeroMemory(frame);
                if (!goOn) return;
            }
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            LogEnded(e.GetType().Name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await stream.DisposeAsync();
    }

    private async Task<bool> AnswerAsync(byte[] frame, CancellationToken cancel)
    {
        var decoded = Iso8583Codec.TryDecode(frame, dialect.Layout);
        if (!decoded.IsValid)
        {
            LogUnreadable(decoded.ToString());
            return false;
        }
        using var request = decoded.Message;
        if (desk.Answer(request) is not { } reply)
        {
            LogUnknown(request.Mti);
            return false;
        }
        using var answer = reply.Answer;
        var misbehaviour = reply.Misbehaviour;
        LogAnswered(request.Mti, request.Get(41), request.Get(11), answer?.Get(39), misbehaviour.Kind);
        if (misbehaviour.Kind == MisbehaviourKind.Drop) return false;
        if (answer is null || misbehaviour.Kind == MisbehaviourKind.Silent) return true;
        await SendAsync(Encode(answer), misbehaviour, cancel);
        return true;
    }

    private async Task SendAsync(byte[] answer, Misbehaviour misbehaviour, CancellationToken cancel)
    {
        if (misbehaviour.Kind == MisbehaviourKind.Late)
        {
            await lateSlots.WaitAsync(cancel);
            _ = SendLaterAsync(answer, misbehaviour.Delay);
            return;
        }
        var times = misbehaviour.Kind == MisbehaviourKind.Twice ? 2 : 1;
        for (var i = 0; i < times; i++) await WriteAsync(answer, cancel);
    }

    private async Task SendLaterAsync(byte[] answer, TimeSpan delay)
    {
        try
        {
            await Task.Delay(delay, time, ended.Token);
            await WriteAsync(answer, ended.Token);
        }
        catch (Exception e) when (IsEndOfConnection(e))
        {
            LogEnded(e.GetType().Name);
        }
        finally
        {
            lateSlots.Release();
        }
    }

    private async Task WriteAsync(byte[] answer, CancellationToken cancel)
    {
        await writing.WaitAsync(cancel);
        try
        {
            await Iso8583Framing.WriteAsync(stream, answer, dialect.Frame, cancel);
        }
        finally
        {
            writing.Release();
        }
    }

    private byte[] Encode(Iso8583Message answer)
    {
        if (answer.Get(39) is { } code) answer.Set(39, dialect.Say(code));
        var encoded = Iso8583Codec.Encode(answer, dialect.Layout);
        return encoded.Bytes
            ?? throw new InvalidOperationException($"An answer does not fit its layout: {encoded}.");
    }

    private static bool IsEndOfConnection(Exception e) =>
        e is IOException or SocketException or ObjectDisposedException or OperationCanceledException;

    [LoggerMessage(7101, LogLevel.Information, "{Mti} of {Terminal}, STAN {Stan}: {Code}, {Kind}")]
    private partial void LogAnswered(
        string mti, string? terminal, string? stan, string? code, MisbehaviourKind kind);

    [LoggerMessage(7102, LogLevel.Warning, "A message cannot be read: {Fault}; the connection is closed")]
    private partial void LogUnreadable(string fault);

    [LoggerMessage(7103, LogLevel.Warning, "Message type {Mti} is not served; the connection is closed")]
    private partial void LogUnknown(string mti);

    [LoggerMessage(7104, LogLevel.Information, "The connection ended: {Reason}")]
    private partial void LogEnded(string reason);
}
