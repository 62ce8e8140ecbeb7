using System.Diagnostics.Metrics;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// What the lines of this process have seen, as figures: answers that nobody waited for, by acquirer and
/// kind, and requests on each line and before it.
/// </summary>
internal sealed class LinkFigures : IDisposable
{
    /// <summary>Late, second, unasked, and those of them that were not looked at.</summary>
    public const string Strays = "cloudpos.acquirer.strays";

    public const string Waiting = "cloudpos.acquirer.waiting";

    private readonly Meter _meter = new("CloudPos");

    public LinkFigures(Acquirers acquirers)
    {
        _meter.CreateObservableCounter(Strays, () => acquirers.All.SelectMany(StraysOf), "{answer}");
        _meter.CreateObservableGauge(
            Waiting, () => acquirers.All.SelectMany(WaitingOf), "{request}");
    }

    public void Dispose() => _meter.Dispose();

    private static IEnumerable<Measurement<long>> StraysOf(AcquirerLink link) =>
    [
        Of(link, "late", link.Counters.LateCount), Of(link, "second", link.Counters.SecondCount),
        Of(link, "unasked", link.Counters.UnaskedCount), Of(link, "dropped", link.Counters.DroppedCount),
    ];

    private static IEnumerable<Measurement<long>> WaitingOf(AcquirerLink link) =>
        [Of(link, "in flight", link.InFlightCount), Of(link, "queued", link.QueuedCount)];

    private static Measurement<long> Of(AcquirerLink link, string kind, long count) => new(
        count, new KeyValuePair<string, object?>("acquirer", link.Profile.Name),
        new KeyValuePair<string, object?>("kind", kind));
}
