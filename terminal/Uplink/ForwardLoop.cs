using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CloudPos.Terminal.Uplink;

/// <summary>
/// Forwards by itself for as long as the program runs, whatever the screen shows: at once when something was
/// recorded, every few seconds for what the feed brings, and with full jitter while the back office does not
/// answer.
/// </summary>
internal sealed partial class ForwardLoop(
    Forwarder forwarder, TimeProvider time, Random random, ILogger<ForwardLoop> log)
{
    /// <summary>
    /// How old the feed may be while nothing is sent, unless the back office asks for a longer pause.
    /// </summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    private readonly Backoff _backoff = new(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8), random);

    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something was recorded: do not wait for the next round.</summary>
    public void Wake() => _wake.Writer.TryWrite(true);

    /// <summary>Runs until it is cancelled; a round that fails is logged and tried again.</summary>
    public async Task Run(CancellationToken stop)
    {
        try
        {
            var wasUp = true;
            while (!stop.IsCancellationRequested)
            {
                var report = await forwarder.Run(stop);
                if (report.Entries > 0)
                    Forwarded(log, report.Entries, report.Acknowledged);
                if (report.IsComplete != wasUp && report.Stopped is { } reason)
                    Stopped(log, reason, report.Unsent);
                wasUp = report.IsComplete;
                await Pause(report, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Ended(log);
        }
    }

    private async Task Pause(ForwardReport report, CancellationToken stop)
    {
        if (report.IsComplete)
            _backoff.Reset();
        var wait = report.IsComplete ? report.Pause ?? Idle : _backoff.Next(report.RetryAfter);
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pause = Task.Delay(wait, time, woken.Token);
        // While the back office does not answer, a new sale is no reason to hammer it.
        if (report.IsComplete)
            await Task.WhenAny(pause, _wake.Reader.ReadAsync(woken.Token).AsTask());
        else
            await Task.WhenAny(pause);
        await woken.CancelAsync();
        stop.ThrowIfCancellationRequested();
    }

    [LoggerMessage(3101, LogLevel.Information, "Forwarded {Entries} entries; acknowledged up to {Number}.")]
    private static partial void Forwarded(ILogger log, int entries, long number);

    [LoggerMessage(3102, LogLevel.Warning, "Forwarding stopped: {Reason} {Unsent} entries wait.")]
    private static partial void Stopped(ILogger log, string reason, long unsent);

    [LoggerMessage(3103, LogLevel.Information, "Forwarding ended with the program.")]
    private static partial void Ended(ILogger log);
}
