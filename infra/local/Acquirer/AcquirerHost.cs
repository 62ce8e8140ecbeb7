using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CloudPos.Local.Acquirer;

/// <summary>How the acquirer is started.</summary>
/// <param name="Directory">Holds log.jsonl and the card key; made when it is not there.</param>
/// <param name="Port">Of the ISO 8583 line; 0: the system chooses.</param>
/// <param name="CutOver">When a settlement date ends, in UTC.</param>
/// <param name="LogFrom">Information tells each request.</param>
internal sealed record AcquirerOptions(
    string Directory, int Port = 0, TimeOnly CutOver = default, LogLevel LogFrom = LogLevel.Warning)
{
    public Dialect Dialect { get; init; } = Dialect.Ascii;

    /// <summary>With TLS, by a certificate of its own that is made at the first start.</summary>
    public bool IsSecured { get; init; }

    /// <summary>Another certificate, or one that is demanded.</summary>
    public AcquirerSecurity? Security { get; init; }
}

/// <summary>
/// The acquirer as a whole: its memory, the line that payments come in on, and a control endpoint on another
/// loopback port for people and tests: GET /log, GET /totals, POST /misbehave.
/// </summary>
internal sealed class AcquirerHost : IAsyncDisposable
{
    private readonly Ledger ledger;
    private readonly AcquirerServer server;
    private readonly WebApplication control;

    private AcquirerHost(Ledger ledger, AcquirerServer server, WebApplication control) =>
        (this.ledger, this.server, this.control) = (ledger, server, control);

    /// <summary>Where ISO 8583 is spoken.</summary>
    public IPEndPoint Address => server.Address;

    /// <summary>For example http://127.0.0.1:40123</summary>
    public string ControlAddress { get; private init; } = "";

    public static async Task<AcquirerHost> StartAsync(AcquirerOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.Directory);
        var key = CardKey.OpenOrCreate(Path.Combine(options.Directory, "card.key"));
        var ledger = Ledger.Open(Path.Combine(options.Directory, "log.jsonl"));
        var desk = new AcquirerDesk(ledger, key, new SettlementClock(time, options.CutOver), options.Dialect);

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, AcquirerJson.Default));
        builder.Logging.SetMinimumLevel(options.LogFrom).AddFilter("Microsoft", LogLevel.Warning);
        var control = builder.Build();
        control.MapAcquirerControl(desk);
        await control.StartAsync();

        var logger = control.Services.GetRequiredService<ILogger<AcquirerServer>>();
        var security = options.Security ?? (options.IsSecured
            ? new AcquirerSecurity(AcquirerCertificates.OpenOrCreate(options.Directory, time.GetUtcNow()))
            : null);
        var server = AcquirerServer.Start(desk, options.Port, security, time, logger);
        var features = control.Services.GetRequiredService<IServer>().Features;
        var addresses = features.Get<IServerAddressesFeature>()!.Addresses;
        return new AcquirerHost(ledger, server, control) { ControlAddress = addresses.Single() };
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await control.DisposeAsync();
        ledger.Dispose();
    }
}
