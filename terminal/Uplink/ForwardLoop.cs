using System.Threading.Channels;

namespace CloudPos.Terminal.Uplink;

/// <summary>
/// Forwards in the background: at once when something was recorded, and every now and then for what the feed
/// brings. While the way is down it looks for its return with a light question, so that no sale has to find
/// out.
/// </summary>
internal sealed partial class ForwardLoop
{
    /// <summary>
    /// How old the feed may be while nothing is sent, unless the back office asks for a longer pause.
    /// </summary>
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(2);

    /// <summary>After the last sale or touch somebody is taken to be there for so long.</summary>
    private static readonly TimeSpan Attended = TimeSpan.FromMinutes(5);

    private readonly Forwarder _forwarder;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger<ForwardLoop> _log;
    private readonly Backoff _backoff;
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private long _touched;

    /// <summary>Why the last round failed, so that the same is logged once.</summary>
    private string? _failed;

    private bool _wasUp = true;

    /// <summary>What was told of the journal last.</summary>
    private string? _damage;

    public ForwardLoop(Forwarder forwarder, TimeProvider time, Random random, ILogger<ForwardLoop> log)
    {
        (_forwarder, _time, _random, _log) = (forwarder, time, random, log);
        _backoff = new Backoff(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(8), random);
        _touched = time.GetTimestamp();
        forwarder.Line.WentDown = () => _wake.Writer.TryWrite(true);
    }

    /// <summary>Something was recorded: do not wait for the next round.</summary>
    public void Wake()
    {
        Touch();
        _wake.Writer.TryWrite(true);
    }

    /// <summary>Somebody is at the terminal.</summary>
    public void Touch() => Interlocked.Exchange(ref _touched, _time.GetTimestamp());

    /// <summary>Runs until it is cancelled; a round that fails is logged and tried again.</summary>
    public async Task Run(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
                if (!await TryRound(stop))
                    await Wait(_backoff.Next(TimeSpan.Zero), mayWake: false, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            Ended(_log);
        }
    }

    /// <summary>
    /// False when it failed, in sending or while it looked for the way. What it could not read is served from
    /// here on nonetheless: a disk that fails under forwarding ends no sale.
    /// </summary>
    private async Task<bool> TryRound(CancellationToken stop)
    {
        try
        {
            var report = await _forwarder.Run(stop);
            Tell(report);
            await Pause(report, stop);
            return true;
        }
        catch (Exception fault) when (!stop.IsCancellationRequested)
        {
            if (_failed != fault.Message)
                Failed(_log, fault);
            _failed = fault.Message;
            return false;
        }
    }

    private void Tell(ForwardReport report)
    {
        _failed = null;
        if (report.Entries > 0)
            Forwarded(_log, report.Entries, report.Acknowledged);
        if (report.IsComplete != _wasUp && report.Stopped is { } reason)
            Stopped(_log, reason, report.Unsent);
        if (report.Damage is { } found && found != _damage)
            Damaged(_log, found);
        (_wasUp, _damage) = (report.IsComplete, report.Damage);
    }

    private async Task Pause(ForwardReport report, CancellationToken stop)
    {
        if (report.IsComplete)
            _backoff.Reset();
        if (!_forwarder.Line.Now.IsUp)
            await UntilUp(report, stop);
        else if (report.IsComplete)
            await Wait(report.Pause ?? Idle, mayWake: true, stop);
        else
            // While the back office refuses, a new sale is no reason to hammer it.
            await Wait(_backoff.Next(report.RetryAfter), mayWake: false, stop);
    }

    /// <summary>
    /// Asks until the way is there. Where only the acquirer is missing, what was recorded meanwhile and what
    /// the feed brings go on as usual.
    /// </summary>
    private async Task UntilUp(ForwardReport report, CancellationToken stop)
    {
        var (started, floor) = (_time.GetTimestamp(), report.RetryAfter);
        while (!_forwarder.Line.Now.IsUp)
        {
            await Wait(BeforeProbe(floor), mayWake: false, stop);
            floor = await _forwarder.Probe(stop);
            if (_forwarder.Line.Now.Missing == LinePart.Acquirer
                && (_forwarder.Unsent > 0
                    || _time.GetElapsedTime(started) >= (report.Pause ?? Idle)))
                return;
        }
        // Live sales go from here on. The backlogs of a fleet that was cut off together do not come at once.
        await Wait(Spread(_time.GetElapsedTime(started), _random), mayWake: false, stop);
    }

    /// <summary>
    /// A second or two, anew each time, while somebody waits for it; seldom, with full jitter, while not.
    /// What the back office asks for is a floor.
    /// </summary>
    private TimeSpan BeforeProbe(TimeSpan floor)
    {
        var isAttended = _time.GetElapsedTime(Interlocked.Read(ref _touched)) < Attended;
        if (!isAttended && _forwarder.Unsent == 0)
            return _backoff.Next(floor);
        var wait = TimeSpan.FromSeconds(1 + _random.NextDouble());
        var least = floor * (1 + _random.NextDouble() / 4);
        return wait > least ? wait : least;
    }

    /// <summary>Full jitter over a tenth of the outage, eight seconds at most.</summary>
    public static TimeSpan Spread(TimeSpan outage, Random random)
    {
        var most = Math.Min(outage.TotalMilliseconds / 10, 8_000);
        return TimeSpan.FromMilliseconds(random.NextDouble() * most);
    }

    private async Task Wait(TimeSpan time, bool mayWake, CancellationToken stop)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var pause = Task.Delay(time, _time, woken.Token);
        if (mayWake)
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

    [LoggerMessage(3104, LogLevel.Critical, "The journal is damaged, nothing is added to it: {Finding}")]
    private static partial void Damaged(ILogger log, string finding);

    [LoggerMessage(3105, LogLevel.Error, "A round of forwarding failed; it is tried again.")]
    private static partial void Failed(ILogger log, Exception fault);

    [LoggerMessage(3103, LogLevel.Information, "Forwarding ended with the program.")]
    private static partial void Ended(ILogger log);
}
