using CloudPos.Functions.Fleet;
using CloudPos.Functions.Reports;

namespace CloudPos.Functions.Settlement;

/// <summary>
/// Timer: brings the reports of the last days up to date. A straggler, a late outcome or a reversal after the
/// closing makes a new version; the same figures make none. Older dates are brought up to date when their day
/// is closed again.
/// </summary>
internal sealed class RefreshReports(Register register, ReportVersions reports, TimeProvider time)
{
    private const int DaysBack = 7;

    public async Task Run(CancellationToken cancel)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        foreach (var merchant in await register.List(Register.Merchants, cancel))
            for (var date = today.AddDays(-DaysBack); date <= today.AddDays(1); date = date.AddDays(1))
                await reports.RefreshIfClosed(merchant, date, cancel);
    }
}
