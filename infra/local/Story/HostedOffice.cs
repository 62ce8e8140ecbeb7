using CloudPos.Local.Cloud;
using CloudPos.Local.FunctionsHost;

namespace CloudPos.Local.Story;

/// <summary>
/// The published back office as in Azure: under the double of the Functions host, its tables in Azurite, its
/// queues, keys and people's tokens in doubles. Nothing of it is on the handler's own disk.
/// </summary>
internal sealed class HostedOffice : IOffice
{
    private readonly AzuriteProcess _tables;

    private HostedOffice(AzuriteProcess tables, CloudDoubles cloud, HostDouble host)
    {
        (_tables, Cloud, Host) = (tables, cloud, host);
        Token = cloud.Authority.Create(
            TokenAuthority.PeopleAudience, "demo", "admin", "manager", "finance", "support");
    }

    public CloudDoubles Cloud { get; }

    public HostDouble Host { get; }

    public string Address => Host.Address;

    public string Token { get; }

    public static async Task<IOffice> Start(
        string folder, string data, string link, TimeProvider time)
    {
        var package = HostPackage.Read(folder);
        var tables = await AzuriteProcess.Start();
        var cloud = await CloudDoubles.Start(
            package.Functions.Where(function => function.Type == "serviceBusTrigger")
                .Select(function => (string)function.Trigger["queueName"]!), time);
        var certificate = Path.Combine(data, "vault.pem");
        await File.WriteAllTextAsync(certificate, cloud.CertificatePem);
        var host = await HostDouble.Start(
            package, Settings(cloud, tables, certificate, data, link), cloud.Bus,
            Path.Combine(data, "logs", "handler.log"), time);
        return new HostedOffice(tables, cloud, host);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Cloud.DisposeAsync();
        await _tables.DisposeAsync();
    }

    /// <summary>The app settings of the deployed app, with the doubles' addresses.</summary>
    private static Dictionary<string, string> Settings(
        CloudDoubles cloud, AzuriteProcess tables, string certificate, string data, string link) => new()
        {
            ["FUNCTIONS_WORKER_RUNTIME"] = "custom",
            ["FUNCTIONS_EXTENSION_VERSION"] = "~4",
            ["IDENTITY_ENDPOINT"] = new Uri(cloud.Address, "/msi/token").ToString(),
            ["IDENTITY_HEADER"] = cloud.Authority.IdentityHeader,
            ["AZURE_CLIENT_ID"] = "00000000-0000-0000-0000-000000000001",
            ["SSL_CERT_FILE"] = certificate,
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = InsightsDouble.ConnectionString(cloud.VaultAddress),
            ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED"] = "true",
            ["CLOUDPOS_TABLES"] = tables.ConnectionString,
            ["CLOUDPOS_SERVICE_BUS"] = cloud.Address.ToString(),
            ["CLOUDPOS_KEY_VAULT"] = cloud.VaultAddress.ToString(),
            ["CLOUDPOS_AUTHORITY"] = cloud.Authority.Issuer,
            ["CLOUDPOS_AUDIENCE"] = TokenAuthority.PeopleAudience,
            ["CLOUDPOS_ALLOWED_HOSTS"] = "127.0.0.1",
            ["CLOUDPOS_LINK_URL"] = HostDouble.OwnAddress,
            ["CLOUDPOS_ACQUIRER"] = link,
            ["CLOUDPOS_MAIL_PICKUP"] = Path.Combine(data, "mail"),
        };
}
