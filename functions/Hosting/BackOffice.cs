using Azure.Core;
using CloudPos.Functions.Bus;
using CloudPos.Functions.CustomHandler;
using CloudPos.Functions.Customers;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Invoices;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Stock;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Functions.Telemetry;
using CloudPos.Functions.Vault;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CloudPos.Functions.Hosting;

/// <summary>
/// The back office standing alone: queues embedded in the data folder, tables there or in Azure, HTTP on
/// the configured address. Tests start it as the program does. Disposing the application closes its files.
/// </summary>
internal static class BackOffice
{
    private const int ConnectionsMax = 1_000;

    /// <param name="change">Puts something else in a service's place; for tests.</param>
    public static async Task<WebApplication> Create(
        BackOfficeOptions options, TimeProvider time, Action<IServiceCollection>? change = null)
    {
        bool hosted = options.FunctionsHostPort is not null;
        if (!hosted)
            Directory.CreateDirectory(options.Data);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                ContentRootPath = hosted ? AppContext.BaseDirectory : options.Data,
                // Nothing is configured by files there, and to watch them is to be woken by each write of the
                // tables that lie in the same folder.
                Args = ["--hostBuilder:reloadConfigOnChange=false"],
            });
        builder.WebHost.UseUrls(options.Url.ToString());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.MaxRequestBodySize = HttpHost.BodyBytesMax;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(time)
            .AddHosting(options, time)
            .AddVault(options)
            .AddTelemetry(options, CloudIdentity.Of(Environment.GetEnvironmentVariables()))
            .AddFleet()
            .AddJournals()
            .AddStock()
            .AddCustomers()
            .AddPayments()
            .AddRecovery()
            .AddTotals()
            .AddSettlement()
            .AddFunding()
            .AddReports()
            .AddInvoices()
            .AddReceipts();
        change?.Invoke(builder.Services);

        var app = builder.Build();
        if (hosted)
            UseFunctionsHost(app, options);
        else
            await Open(app);
        app.Services.GetRequiredService<HttpHost>().Map(
            app, app.Services.GetRequiredService<FunctionTable>());
        if (options.StdinGuard)
            StdinGuard.Watch(app.Lifetime);
        return app;
    }

    private static async Task Open(WebApplication app)
    {
        try
        {
            await app.Services.GetRequiredService<Opening>().Ensure();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Called for each trigger by the host, which also stands between callers and HTTP.</summary>
    private static void UseFunctionsHost(WebApplication app, BackOfficeOptions options)
    {
        app.Use(app.Services.GetRequiredService<Opening>().Guard);
        app.Services.GetRequiredService<TriggerHost>().Map(app);
        app.Use((context, next) =>
        {
            ForwardedHost.Restore(context.Request, options);
            return next(context);
        });
    }

    /// <summary>
    /// The address it listens on, once it is started; the port is the one the system chose.
    /// </summary>
    public static string AddressOf(WebApplication app) =>
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    internal static FunctionTable Functions()
    {
        var functions = new FunctionTable();
        functions.MapHosting();
        functions.MapVault();
        functions.MapTelemetry();
        functions.MapFleet();
        functions.MapJournals();
        functions.MapStock();
        functions.MapCustomers();
        functions.MapPayments();
        functions.MapRecovery();
        functions.MapTotals();
        functions.MapSettlement();
        functions.MapFunding();
        functions.MapReports();
        functions.MapReceipts();
        functions.MapInvoices();
        return functions;
    }

    private static IServiceCollection AddHosting(
        this IServiceCollection services, BackOfficeOptions options, TimeProvider time)
    {
        services
            .AddSingleton(_ => CloudIdentity.Of(Environment.GetEnvironmentVariables()))
            .AddSingleton(provider => new TablePort(OpenTables(options, provider), time))
            .AddSingleton<DueTable>()
            .AddSingleton<Sweep>()
            .AddSingleton<Status>()
            .AddSingleton(_ => Functions())
            .AddSingleton<TerminalAuthentication>()
            .AddSingleton<PeopleAuthentication>()
            .AddSingleton<HttpHost>()
            .AddSingleton<Opening>();
        if (options.FunctionsHostPort is null)
            services.AddStandalone(options, time);
        else
            services.AddFunctionsHost(options, time);
        PeopleAuthentication.Register(services, options, time);
        return services;
    }

    private static void AddStandalone(
        this IServiceCollection services, BackOfficeOptions options, TimeProvider time) => services
            .AddSingleton(provider => EmbeddedBus.Open(
                new BusOptions { Path = Path.Combine(options.Data, "bus.db") }, time,
                provider.GetRequiredService<ILogger<EmbeddedBus>>()))
            .AddSingleton<IBus>(provider => provider.GetRequiredService<EmbeddedBus>())
            .AddHostedService<StandaloneTriggers>();

    private static void AddFunctionsHost(
        this IServiceCollection services, BackOfficeOptions options, TimeProvider time) => services
            .AddSingleton<IBus>(provider => new ServiceBus(
                options.ServiceBus!, provider.GetRequiredService<TokenCredential>(), time,
                provider.GetRequiredService<ILogger<ServiceBus>>()))
            .AddSingleton(new TriggerLimits())
            .AddSingleton<TriggerHost>();

    private static ITableEngine OpenTables(BackOfficeOptions options, IServiceProvider services) =>
        options.Tables is { } address
            ? new AzureTableEngine(
                AzureTableAccount.Open(address, services.GetRequiredService<TokenCredential>))
            : SqliteTableEngine.Open(Path.Combine(options.Data, "tables.db"));
}
