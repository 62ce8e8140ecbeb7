using System.Net;
using System.Text;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Telemetry;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Hosting;
using CloudPos.Tests.Functions.Payments;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace CloudPos.Tests.Functions.Telemetry;

/// <summary>What leaves the back office for a collector, read as it arrives there.</summary>
public class OtlpTests
{
    [Fact]
    public async Task A_payments_spans_the_alerts_figures_and_logs_arrive_and_no_card_number_with_them()
    {
        await using var receiver = await OtlpReceiver.Start();
        await using var acquirer = new ScriptedAcquirer();
        await using var office = await TestBackOffice.WithStore(
            services =>
            {
                TestBackOffice.WithoutTriggers(services);
                PaymentsHttpTests.Connect(services, acquirer);
            },
            otlp: receiver.Address);
        await PaymentWorld.Until(() => office.Services.GetRequiredService<AcquirerLink>().IsReady);
        var terminal = await office.Enrol();
        await terminal.Acknowledged();
        var sale = PaymentsHttpTests.Sale(terminal);
        var asked = CaughtRequest.Of(
            office, terminal, WireContract.AuthorisePath(sale.Payment), sale.Request,
            WireJson.Default.AuthoriseRequest);
        Assert.Equal(HttpStatusCode.OK, (await asked.Send()).Status);
#pragma warning disable CA1848, CA2254 // The log of somebody else, who knows no better.
        office.Services.GetRequiredService<ILoggerFactory>().CreateLogger("other").LogError(
            new FormatException($"bad {TestCards.Visa}"), "Refused {Card}", TestCards.Visa);
#pragma warning restore CA1848, CA2254
        await office.Services.GetRequiredService<Figures>().Run(default);

        Flush(office.Services);

        Assert.Contains((sale.Payment.ToString(), "authorise while the customer waits"), receiver.Spans);
        Assert.Contains((sale.Payment.ToString(), "acquirer 0200"), receiver.Spans);
        Assert.All(
            (string[])[
                Figures.UnsentAge, Figures.Dark, Figures.Unknown, Figures.OutOfBalance, Figures.DueAge,
            ],
            figure => Assert.Contains(figure, receiver.Metrics));
        Assert.Contains(receiver.Logs, text => text.StartsWith("Refused ", StringComparison.Ordinal));
        var number = Encoding.ASCII.GetBytes(TestCards.Visa);
        Assert.All(receiver.Bodies, body => Assert.Equal(-1, body.AsSpan().IndexOf(number)));
    }

    /// <summary>What the exporters send by their clocks, sent now.</summary>
    private static void Flush(IServiceProvider services)
    {
        const int milliseconds = 30_000;
        Assert.True(services.GetRequiredService<TracerProvider>().ForceFlush(milliseconds));
        Assert.True(services.GetRequiredService<MeterProvider>().ForceFlush(milliseconds));
        Assert.True(services.GetRequiredService<LoggerProvider>().ForceFlush(milliseconds));
    }
}
