using Azure.Core;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Stock;
using CloudPos.Functions.Tables;
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
        Directory.CreateDirectory(options.Data);
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions { ContentRootPath = options.Data });
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
            .AddFleet()
            .AddJournals()
            .AddStock()
            .AddPayments()
            .AddSettlement()
            .AddReports()
            .AddReceipts();
        change?.Invoke(builder.Services);

        var app = builder.Build();
        var tables = app.Services.GetRequiredService<TablePort>();
        foreach (var table in TableNames.All)
            await tables.EnsureTable(table);
        await app.Services.GetRequiredService<DueTable>().Ensure();
        app.Services.GetRequiredService<HttpHost>().Map(
            app, app.Services.GetRequiredService<FunctionTable>());
        if (options.StdinGuard)
            StdinGuard.Watch(app.Lifetime);
        return app;
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
        functions.MapFleet();
        functions.MapJournals();
        functions.MapStock();
        functions.MapPayments();
        functions.MapSettlement();
        functions.MapReports();
        functions.MapReceipts();
        return functions;
    }

    private static IServiceCollection AddHosting(
        this IServiceCollection services, BackOfficeOptions options, TimeProvider time)
    {
        services
            .AddSingleton(_ => KeyRing.Open(Path.Combine(options.Data, "keys"), time))
            .AddSingleton(_ => CloudIdentity.Of(Environment.GetEnvironmentVariables()))
            .AddSingleton(provider => new TablePort(OpenTables(options, provider), time))
            .AddSingleton(provider => EmbeddedBus.Open(
                new BusOptions { Path = Path.Combine(options.Data, "bus.db") }, time,
                provider.GetRequiredService<ILogger<EmbeddedBus>>()))
            .AddSingleton<IBus>(provider => provider.GetRequiredService<EmbeddedBus>())
            .AddSingleton<DueTable>()
            .AddSingleton<Sweep>()
            .AddSingleton<Status>()
            .AddSingleton(_ => Functions())
            .AddSingleton<TerminalAuthentication>()
            .AddSingleton<PeopleAuthentication>()
            .AddSingleton<HttpHost>()
            .AddHostedService<StandaloneTriggers>();
        if (options.DevelopmentIssuer is { } issuer)
            PeopleAuthentication.Register(services, issuer, time);
        return services;
    }

    private static ITableEngine OpenTables(BackOfficeOptions options, IServiceProvider services) =>
        options.Tables is { } address
            ? new AzureTableEngine(
                AzureTableAccount.Open(address, services.GetRequiredService<TokenCredential>))
            : SqliteTableEngine.Open(Path.Combine(options.Data, "tables.db"));
}
