using System.Diagnostics;
using System.Net.Http.Headers;
using CloudPos.Functions.CustomHandler;
using CloudPos.Functions.Telemetry;
using CloudPos.Local.Children;
using CloudPos.Local.Cloud;
using CloudPos.Local.Story;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Functions.Telemetry;

/// <summary>
/// What leaves for Azure Monitor, read where it arrives: the program as a process of its own, with the
/// settings of the deployed app, since its exporter gives a token to nobody but over trusted https.
/// </summary>
public class AzureMonitorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task The_figures_that_alerts_read_requests_and_logs_arrive_with_the_identitys_token()
    {
        Azurite.Require();
        using var folder = new TestFolder();
        await using var tables = await AzuriteProcess.Start();
        await using var cloud = await CloudDoubles.Start([], TimeProvider.System);
        await File.WriteAllTextAsync(folder.File("trusted.pem"), cloud.CertificatePem);
        using var program = Start(Settings(cloud, tables, folder));
        var ready = await program.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        if (ready is null) Assert.Fail(await program.StandardError.ReadToEndAsync());
        // What it prints has to be read, or it stands still once the pipe is full.
        var (printed, told) = (
            program.StandardOutput.ReadToEndAsync(), program.StandardError.ReadToEndAsync());
        var address = ready["listening on ".Length..];
        using var http = new HttpClient { BaseAddress = new Uri(address), Timeout = Patience };

        using var desk = new BackOfficeDesk(
            address, cloud.Authority.Create(TokenAuthority.PeopleAudience, "demo", "admin"));
        await desk.Put($"merchants/{DemoShop.Merchant}", DemoShop.MerchantBody());
        await desk.Put($"stores/{DemoShop.Store}", DemoShop.StoreBody());

        using var figures = await http.PostAsync("/figures", Json("""{"Data":{},"Metadata":{}}"""));
        Assert.True(figures.IsSuccessStatusCode, await figures.Content.ReadAsStringAsync());

        // Logs go by their own clock, and what could not be sent at once is tried again minutes later; so
        // each look makes another one. Figures are sent at the end.
        await Wait.Until(
            async () =>
            {
                using var refused = await http.GetAsync("/api/backoffice/status");
                return Arrived("MessageData") && Arrived("RequestData");
            },
            Patience, TimeProvider.System);
        using (var terminate = Process.Start("kill", [$"{program.Id}"]))
            await terminate.WaitForExitAsync();
        await program.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(program.ExitCode == FunctionsHost.RestartExitCode, await printed + await told);
        Assert.All(
            (string[])[Figures.Unknown, Figures.OutOfBalance, Figures.DueAge],
            figure => Assert.Contains(figure, cloud.Insights.Figures));
        Assert.True(Arrived("RequestData"));
        Assert.True(Arrived("MessageData"));
        Assert.Equal(0, cloud.Insights.Refused);

        bool Arrived(string kind) => cloud.Insights.Items.Any(item => InsightsDouble.Kind(item) == kind);
    }

    private static StringContent Json(string text) =>
        new(text, MediaTypeHeaderValue.Parse("application/json"));

    private static Process Start(Dictionary<string, string> settings)
    {
        var start = new ProcessStartInfo(
            "dotnet", [Path.Combine(AppContext.BaseDirectory, "cloudpos-functions.dll")])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private static Dictionary<string, string> Settings(
        CloudDoubles cloud, AzuriteProcess tables, TestFolder folder) => new()
        {
            ["FUNCTIONS_CUSTOMHANDLER_PORT"] = $"{LocalPort.Choose()}",
            ["IDENTITY_ENDPOINT"] = new Uri(cloud.Address, "/msi/token").ToString(),
            ["IDENTITY_HEADER"] = cloud.Authority.IdentityHeader,
            ["SSL_CERT_FILE"] = folder.File("trusted.pem"),
            ["CLOUDPOS_TABLES"] = tables.ConnectionString,
            ["CLOUDPOS_SERVICE_BUS"] = cloud.Address.ToString(),
            ["CLOUDPOS_KEY_VAULT"] = cloud.VaultAddress.ToString(),
            ["CLOUDPOS_AUTHORITY"] = cloud.Authority.Issuer,
            ["CLOUDPOS_AUDIENCE"] = TokenAuthority.PeopleAudience,
            ["CLOUDPOS_MAIL_PICKUP"] = folder.Path,
            ["APPLICATIONINSIGHTS_CONNECTION_STRING"] = InsightsDouble.ConnectionString(cloud.VaultAddress),
            ["APPLICATIONINSIGHTS_STATSBEAT_DISABLED"] = "true",
        };
}
