using CloudPos.Functions.Bus;
using Cronos;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// Triggers queues and timers where no Functions host does: doorbells from the embedded bus, timers by their
/// schedules. A timer that fails is logged and runs again at its next time; one timer never runs twice at
/// once.
/// </summary>
internal sealed partial class StandaloneTriggers(
    FunctionTable functions, EmbeddedBus bus, IServiceProvider services, TimeProvider time,
    ILogger<StandaloneTriggers> log) : BackgroundService
{
    public override Task StartAsync(CancellationToken cancel)
    {
        foreach (var queue in functions.All.OfType<QueueFunction>())
            bus.Handle(queue.Queue, queue.MaxConcurrentCalls, queue.Handler(services));
        bus.Start();
        return base.StartAsync(cancel);
    }

    protected override Task ExecuteAsync(CancellationToken stop) =>
        Task.WhenAll(functions.All.OfType<TimerFunction>().Select(timer => Repeat(timer, stop)));

    private async Task Repeat(TimerFunction timer, CancellationToken stop)
    {
        await Task.Yield();
        var schedule = CronExpression.Parse(timer.Schedule, CronFormat.IncludeSeconds);
        var handler = timer.Handler(services);
        while (!stop.IsCancellationRequested)
        {
            var now = time.GetUtcNow();
            if (schedule.GetNextOccurrence(now, TimeZoneInfo.Utc) is not { } next)
                return;
            try
            {
                await Task.Delay(next - now, time, stop);
                await handler(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                LogTimerFailed(fault, timer.Name);
            }
        }
    }

    [LoggerMessage(1011, LogLevel.Error, "Timer {Timer} failed; it runs again at its next time.")]
    private partial void LogTimerFailed(Exception fault, string timer);
}
