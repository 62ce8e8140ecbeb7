using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Recovery;

/// <summary>What is done about deferred payments that were lost.</summary>
internal static class RecoveryRoom
{
    private const int AtOnce = 4;

    public static IServiceCollection AddRecovery(this IServiceCollection services) => services
        .AddSingleton(provider => provider.GetRequiredService<BackOfficeOptions>().Retries)
        .AddSingleton<RecoverySteps>()
        .AddSingleton<CancelRecovery>()
        .AddSingleton<RecoverPayment>()
        .AddSingleton<PurgeLinks>()
        .AddSingleton<LinkOptions>()
        .AddSingleton<LinkOffers>()
        .AddSingleton<LinkAdmin>()
        .AddSingleton<SendLink>()
        .AddSingleton<PayLimits>()
        .AddSingleton<PayByLink>()
        .AddSingleton<CaseAdmin>();

    public static void MapRecovery(this FunctionTable functions)
    {
        functions.Http<CaseAdmin>(
            "cases", "GET", "/api/backoffice/cases",
            Access.People(Role.Manager, Role.Finance, Role.Support), admin => admin.List);
        functions.Http<CaseAdmin>(
            "write-off", "POST", "/api/backoffice/cases/{terminal}/{payment}/write-off",
            Access.People(Role.Manager, Role.Finance), admin => admin.WriteOff);
        functions.Http<LinkAdmin>(
            "send-payment-link", "POST", "/api/backoffice/cases/{terminal}/{payment}/link",
            Access.People(Role.Manager, Role.Finance), admin => admin.Send);
        functions.Http<LinkAdmin>(
            "withdraw-payment-link", "POST", "/api/backoffice/cases/{terminal}/{payment}/link/withdraw",
            Access.People(Role.Manager, Role.Finance), admin => admin.Withdraw);
        functions.Http<PayByLink>("pay-page", "GET", LinkOptions.Route, Access.Open, page => page.Get);
        functions.Http<PayByLink>(
            "pay", "POST", LinkOptions.Route, Access.Open, page => page.Post, PayForm.BytesMax);
        functions.Queue<SendLink>(SendLink.Queue, AtOnce, handler => handler.Run);
        functions.Queue<RecoverPayment>(RecoverySteps.Queue, AtOnce, handler => handler.Run);
    }
}
