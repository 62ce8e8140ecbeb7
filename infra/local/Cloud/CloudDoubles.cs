using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace CloudPos.Local.Cloud;

/// <summary>
/// What the back office meets in Azure, on loopback: identity and tokens, Service Bus, Key Vault, Application
/// Insights. The last two speak https under a certificate of their own, since their clients give no token
/// away over anything else.
/// </summary>
internal sealed class CloudDoubles : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private CloudDoubles(
        WebApplication app, X509Certificate2 certificate, TokenAuthority authority, ServiceBusDouble bus,
        KeyVaultDouble vault, InsightsDouble insights)
    {
        (_app, _certificate, Authority, Bus, Vault, Insights) =
            (app, certificate, authority, bus, vault, insights);
        var addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Address = new Uri(addresses.Addresses.Single(a => a.StartsWith("http:", StringComparison.Ordinal)));
        VaultAddress = new Uri(
            addresses.Addresses.Single(a => a.StartsWith("https:", StringComparison.Ordinal)));
        Authority.Issuer = Address.ToString().TrimEnd('/');
    }

    public TokenAuthority Authority { get; }

    public ServiceBusDouble Bus { get; }

    public KeyVaultDouble Vault { get; }

    /// <summary>It is found at the vault's address too, since its client wants https as well.</summary>
    public InsightsDouble Insights { get; }

    /// <summary>Of identity, tokens and Service Bus.</summary>
    public Uri Address { get; }

    public Uri VaultAddress { get; }

    /// <summary>What a client has to trust.</summary>
    public string CertificatePem => _certificate.ExportCertificatePem();

    public static async Task<CloudDoubles> Start(IEnumerable<string> queues, TimeProvider time)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        var certificate = MakeCertificate(time);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, https => https.UseHttps(certificate));
        });
        var app = builder.Build();
        var authority = new TokenAuthority(time);
        var bus = new ServiceBusDouble(authority, queues, time);
        var vault = new KeyVaultDouble(authority, time);
        authority.Map(app);
        bus.Map(app);
        vault.Map(app);
        var insights = new InsightsDouble(authority);
        insights.Map(app);
        await app.StartAsync();
        return new CloudDoubles(app, certificate, authority, bus, vault, insights);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _certificate.Dispose();
        Authority.Dispose();
    }

    private static X509Certificate2 MakeCertificate(TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = time.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
