using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Hosting;

namespace CloudPos.Functions.Payments;

/// <summary>Payments, and the line to the acquirer that they need.</summary>
internal static class PaymentsRoom
{
    /// <summary>
    /// Handlers of the backlog at once: fewer than the places on the line, so that live requests find one.
    /// </summary>
    private const int AuthorisingAtOnce = 16;

    private const int ReversingAtOnce = 4;

    private const int TellingAtOnce = 2;

    public static IServiceCollection AddPayments(this IServiceCollection services) => services
        .AddSingleton(provider => AcquirerProfile.Simulated with
        {
            Codes = provider.GetRequiredService<BackOfficeOptions>().ResponseCodes,
            Tls = provider.GetRequiredService<BackOfficeOptions>().AcquirerTls,
        })
        .AddSingleton(provider => new PaymentOptions
        {
            Deadlines = new SubmissionDeadlines
            {
                Usual = provider.GetRequiredService<BackOfficeOptions>().SubmitWithin,
            },
        })
        .AddSingleton(Lines)
        .AddSingleton(provider => provider.GetRequiredService<Acquirers>().All[0])
        .AddSingleton<LinkFigures>()
        .AddSingleton<PaymentStore>()
        .AddSingleton<PaymentRecorder>()
        .AddSingleton<CardVault>()
        .AddSingleton<LiveFirst>()
        .AddSingleton<Asking>()
        .AddSingleton<OwedWork>()
        .AddSingleton<DenyListing>()
        .AddSingleton<AuthorisePayment>()
        .AddSingleton<ReversePayment>()
        .AddSingleton<LateAnswers>()
        .AddSingleton<LiveAuthorisation>()
        .AddSingleton<PaymentList>()
        .AddSingleton<AcquirerStatus>()
        .AddSingleton<AskedLine>()
        .AddSingleton<PurgeCards>()
        .AddSingleton<TellRefund>()
        .AddHostedService<AcquirerLines>();

    public static void MapPayments(this FunctionTable functions)
    {
        functions.Http<LiveAuthorisation>(
            "authorise", "POST", "/api/payments/{payment}/authorise", Access.Terminal, live => live.Post);
        functions.Http<AskedLine>("line", "GET", "/api/line/{terminal}", Access.Terminal, line => line.Get);
        functions.Http<PaymentList>(
            "payments", "GET", "/api/backoffice/payments",
            Access.People(Role.Manager, Role.Finance, Role.Support), list => list.Get);
        functions.Http<AcquirerStatus>(
            "acquirer", "GET", "/api/backoffice/acquirer",
            Access.People(Role.Manager, Role.Finance, Role.Support), status => status.Get);
        functions.Timer<PurgeCards>("purge-cards", PurgeCards.Schedule, purge => purge.Run);
        functions.Queue<AuthorisePayment>(PaymentWork.Authorise, AuthorisingAtOnce, handler => handler.Run);
        functions.Queue<ReversePayment>(PaymentWork.Reverse, ReversingAtOnce, handler => handler.Run);
        functions.Queue<TellRefund>(TellRefund.Work, TellingAtOnce, handler => handler.Run);
    }

    /// <summary>The acquirers of the configured tables, or the one whose address alone is given.</summary>
    private static Acquirers Lines(IServiceProvider services)
    {
        var options = services.GetRequiredService<BackOfficeOptions>();
        if (options.AcquirerTables is not { } tables)
            return new Acquirers(
                [Link(services.GetRequiredService<AcquirerProfile>(), options.Acquirer, services)], [],
                AuthorisingAtOnce, ReversingAtOnce);
        return new Acquirers(
            [.. tables.Acquirers.Select(entry => Link(entry.Profile, entry.Address, services))],
            tables.Routes, AuthorisingAtOnce, ReversingAtOnce);
    }

    private static AcquirerLink Link(
        AcquirerProfile profile, HostAndPort? address, IServiceProvider services) => new(
        profile, address?.Host ?? "", address?.Port ?? 0, services.GetRequiredService<TimeProvider>(),
        services.GetRequiredService<ILogger<AcquirerLink>>());
}

/// <summary>Keeps the lines up while the program runs. Without a configured acquirer there is none.</summary>
internal sealed class AcquirerLines(Acquirers acquirers, LateAnswers late, LinkFigures figures)
    : IHostedService
{
    /// <summary>Told for as long as the lines are kept up.</summary>
    public LinkFigures Figures => figures;

    public Task StartAsync(CancellationToken cancel)
    {
        foreach (var link in acquirers.All.Where(link => link.HasAddress))
        {
            link.Observer = late.Observe;
            link.Start();
        }
        return Task.CompletedTask;
    }

    /// <summary>
    /// The lines themselves end when the services are disposed, after the handlers that use them.
    /// </summary>
    public Task StopAsync(CancellationToken cancel) => Task.CompletedTask;
}
