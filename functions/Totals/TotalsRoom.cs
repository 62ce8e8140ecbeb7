using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Totals;

/// <summary>Totals of terminals and business dates, kept with what they count.</summary>
internal static class TotalsRoom
{
    public static IServiceCollection AddTotals(this IServiceCollection services) => services
        .AddSingleton<TerminalDays>()
        .AddSingleton<RefreshReport>()
        .AddSingleton<RebuildTotals>()
        .AddSingleton<TotalsAdmin>();

    public static void MapTotals(this FunctionTable functions)
    {
        functions.Queue<RefreshReport>(ReportOwed.Queue, 2, refresh => refresh.Handle);
        functions.Queue<RebuildTotals>(RebuildTotals.Queue, 1, rebuild => rebuild.Handle);
        functions.Http<TotalsAdmin>(
            "totals-rebuild", "POST", "/api/backoffice/totals/{merchant}/rebuild",
            Access.People(Role.Finance, Role.Support), admin => admin.Rebuild);
        functions.Http<TotalsAdmin>(
            "totals-check", "GET", "/api/backoffice/totals/{merchant}/check/{terminal}",
            Access.People(Role.Finance, Role.Support), admin => admin.Check);
    }
}
