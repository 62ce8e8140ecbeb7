namespace CloudPos.Tests.Functions;

/// <summary>
/// The time of another clock, for a terminal that waits for answers: what it waits for longer than a moment
/// it waits for by minutes, so that no answer is late because the machine stood still.
/// </summary>
internal sealed class PatientTime(TimeProvider time) : TimeProvider
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan HangMin = TimeSpan.FromMinutes(2);

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(
            callback, state, dueTime > Moment && dueTime < HangMin ? HangMin : dueTime, period);
}
