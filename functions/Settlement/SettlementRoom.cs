using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Settlement;

/// <summary>Closes days, collects clearing batches, and compares totals with the acquirer's.</summary>
internal static class SettlementRoom
{
    /// <summary>One for each acquirer that does not answer, and some for the others.</summary>
    private const int ReconcilingAtOnce = 8;

    public static IServiceCollection AddSettlement(this IServiceCollection services) => services
        .AddSingleton<MerchantPayments>()
        .AddSingleton<PaymentStamps>()
        .AddSingleton<ClearingBatches>()
        .AddSingleton<Reconcile>()
        .AddSingleton<ReconcileOwed>()
        .AddSingleton<ReconcileCycle>()
        .AddSingleton<Clearing>()
        .AddSingleton<Closings>()
        .AddSingleton<DarkTerminals>()
        .AddSingleton<CloseDay>()
        .AddSingleton<DayRequests>()
        .AddSingleton<Days>()
        .AddSingleton<CompareListing>()
        .AddSingleton<ClearingOwed>()
        .AddSingleton<RemovedAcquirers>()
        .AddSingleton<ClosingAgenda>();

    public static void MapSettlement(this FunctionTable functions)
    {
        const string backOffice = "/api/backoffice";
        functions.Queue<CloseDay>(CloseDay.Queue, 1, close => close.Handle);
        functions.Queue<ReconcileCycle>(
            ReconcileOwed.Queue, ReconcilingAtOnce, reconcile => reconcile.Handle);
        functions.Http<Days>(
            "day-close", "POST", backOffice + "/days/{store}/{date}/close", Access.People(
                Role.Manager, Role.Finance),
            days => days.Close);
        functions.Http<Days>(
            "days", "GET", backOffice + "/days/{store}", Access.People(Role.Manager, Role.Finance), days =>
                days.List);
        functions.Http<Days>(
            "batches", "GET", backOffice + "/batches/{merchant}/{currency}", Access.People(
                Role.Manager, Role.Finance),
            days => days.Batches);
        const string listing = backOffice + "/cycles/{merchant}/{currency}/{date}/listing";
        functions.Http<CompareListing>(
            "listing-post", "POST", listing, Access.People(Role.Finance), compare => compare.Post,
            Listing.BytesMax);
        functions.Http<CompareListing>(
            "listing-get", "GET", listing, Access.People(Role.Manager, Role.Finance),
            compare => compare.Get);
        functions.Timer<Days>("close-days", "20 */5 * * * *", days => days.CloseEnded);
    }
}
