using System.Globalization;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Reports;

namespace CloudPos.Functions.Totals;

/// <summary>
/// The due rows of reports that a change made old: id "{merchant}.{date}". Nobody rings for them at once:
/// the sweep does after a minute, so that what comes together makes one new version.
/// </summary>
internal static class ReportOwed
{
    public const string Queue = "refresh-report";

    public static Task Owe(DueTable due, string merchant, DateOnly date, CancellationToken cancel)
    {
        var text = date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return due.Owe(
            Queue, $"{merchant}.{text}", cancel: cancel, refs: [("merchant", merchant), ("date", text)]);
    }
}

/// <summary>Queue refresh-report: makes a new version where the figures are new.</summary>
internal sealed class RefreshReport(DueTable due, ReportVersions reports, TimeProvider time)
{
    /// <summary>What is owed is written before its effect: within this it may be on its way.</summary>
    private static readonly TimeSpan EffectMax = TimeSpan.FromSeconds(30);

    public async Task Handle(Doorbell bell, CancellationToken cancel)
    {
        if (await due.Take(ReportOwed.Queue, bell.Id, cancel) is not { } owed)
            return;
        if (time.GetUtcNow() - owed.OwedAt < EffectMax)
        {
            await due.Postpone(owed, owed.OwedAt + EffectMax, cancel);
            return;
        }
        var date = DateOnly.ParseExact(owed.Ref("date"), "yyyy-MM-dd", CultureInfo.InvariantCulture);
        await reports.RefreshIfClosed(owed.Ref("merchant"), date, cancel);
        await due.Done(owed, cancel);
    }
}
