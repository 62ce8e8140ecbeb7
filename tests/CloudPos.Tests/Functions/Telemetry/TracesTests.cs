using System.Diagnostics;
using CloudPos.Functions.Telemetry;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace CloudPos.Tests.Functions.Telemetry;

public class TracesTests
{
    [Fact]
    public void Whoever_works_on_a_payment_is_in_the_trace_that_bears_its_id()
    {
        using var listener = Listen();
        var payment = Id.New();

        using var first = Traces.Start("authorise payment", payment);
        first!.Stop();
        Activity.Current = null;
        using var later = Traces.Start("reverse payment", payment);
        using var step = Traces.Step("acquirer 0400");

        Assert.Equal(payment.ToString(), first.TraceId.ToHexString());
        Assert.Equal(payment.ToString(), later!.TraceId.ToHexString());
        Assert.Equal((later.TraceId, later.SpanId), (step!.TraceId, step.ParentSpanId));
    }

    [Theory]
    [InlineData(
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "0af7651916cd43dd8448eb211c80319c")]
    [InlineData("nonsense", null)]
    [InlineData(null, null)]
    public void A_message_goes_on_with_the_trace_it_came_with_or_begins_one(string? parent, string? expected)
    {
        using var listener = Listen();
        Activity.Current = null;

        using var call = Traces.Receive("apply-journal", parent);

        Assert.NotNull(call);
        if (expected is not null)
            Assert.Equal(expected, call.TraceId.ToHexString());
    }

    [Fact]
    public void What_looks_like_a_card_is_masked_in_every_part_of_an_exported_log()
    {
        var number = Cards.TestPans.All[0].Number;
        var seen = new Capture();
        using (var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(open =>
        {
            open.IncludeFormattedMessage = true;
            open.AddProcessor(new CardFreeLogs()).AddProcessor(seen);
        })))
#pragma warning disable CA1848, CA2254 // The log of somebody else, who knows no better.
            factory.CreateLogger("other").LogError(
                new FormatException($"bad {number}"), "Refused {Card} of " + number, number);
#pragma warning restore CA1848, CA2254

        Assert.NotEmpty(seen.Texts);
        Assert.All(seen.Texts, text => Assert.DoesNotContain(number, text, StringComparison.Ordinal));
    }

    internal static ActivityListener Listen()
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == Traces.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private sealed class Capture : BaseProcessor<LogRecord>
    {
        public List<string> Texts { get; } = [];

        public override void OnEnd(LogRecord data) => Texts.AddRange([
            data.FormattedMessage ?? "", data.Body ?? "", data.Exception?.ToString() ?? "",
            .. (data.Attributes ?? []).Select(attribute => $"{attribute.Value}"),
        ]);
    }
}
