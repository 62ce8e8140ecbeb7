using CloudPos.Terminal.Uplink;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// Forwarding in the background of a running terminal. One that is not enrolled yet waits for its enrolment,
/// which may come through its own screen, and forwards from then on.
/// </summary>
internal sealed class Forwarding(TerminalContext context, ILoggerFactory logs)
{
    private readonly TaskCompletionSource _enrolled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ForwardLoop? _loop;

    /// <summary>Something was recorded, or the terminal was enrolled: do not wait any longer.</summary>
    public void Wake()
    {
        if (context.Forwarder is not null)
            _enrolled.TrySetResult();
        Volatile.Read(ref _loop)?.Wake();
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task Run(CancellationToken stop)
    {
        Wake();
        try
        {
            await _enrolled.Task.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return;
        }
        var loop = new ForwardLoop(
            context.Forwarder!, context.Time, new Random(), logs.CreateLogger<ForwardLoop>());
        Volatile.Write(ref _loop, loop);
        await loop.Run(stop);
    }
}
