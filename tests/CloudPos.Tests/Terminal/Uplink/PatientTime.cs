namespace CloudPos.Tests.Terminal.Uplink;

/// <summary>
/// Real time in which a request waits two minutes before it is given up, whatever the product would wait: the
/// other side is in this process, and on a machine that stands still it answers late, and all the same.
/// </summary>
internal sealed class PatientTime : TimeProvider
{
    private static readonly TimeSpan Least = TimeSpan.FromMinutes(2);

    public static PatientTime Instance { get; } = new();

    public override ITimer CreateTimer(
        TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        base.CreateTimer(
            callback, state, dueTime > TimeSpan.Zero && dueTime < Least ? Least : dueTime, period);
}
