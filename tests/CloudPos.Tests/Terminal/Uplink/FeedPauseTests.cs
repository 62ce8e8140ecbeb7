using System.Globalization;
using System.Net;
using System.Text.Json;
using CloudPos.Terminal.Uplink;
using CloudPos.Tests.Terminal.Journal;
using CloudPos.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace CloudPos.Tests.Terminal.Uplink;

public class FeedPauseTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData(120, 120)]
    [InlineData(0, 1)]
    [InlineData(86400, FeedPage.PauseSecondsMax)]
    public async Task A_round_reports_the_pause_that_the_feed_asks_for(int? asked, int? expected)
    {
        using var till = new TestTill();
        await using var server = await Serve(till, new FeedPage("0.0.0", false, [], asked));
        using var client = new BackOfficeClient(
            new Uri(server.Urls.First()), PatientTime.Instance, new LineState(TimeProvider.System));

        var report = await new Forwarder(till.Store, client, new LiveGate(TimeProvider.System))
            .Run(CancellationToken.None);

        Assert.True(report.IsComplete, report.Stopped);
        Assert.Equal(expected, (int?)report.Pause?.TotalSeconds);
    }

    /// <summary>Acknowledges whatever the till has, and answers the feed with the page.</summary>
    private static async Task<WebApplication> Serve(TestTill till, FeedPage page)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var server = builder.Build();
        server.Run(context =>
        {
            context.Response.Headers[WireContract.TimeHeader] = TimeProvider.System.GetUtcNow()
                .ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
            return context.Response.WriteAsync(
                context.Request.Path.StartsWithSegments("/api/feed")
                    ? JsonSerializer.Serialize(page, WireJson.Default.FeedPage)
                    : till.SignAcknowledgement(till.Store.LastNumber));
        });
        await server.StartAsync();
        return server;
    }
}
