using System.Diagnostics;

namespace CloudPos.Functions.Telemetry;

/// <summary>
/// Traces without anything to carry along: the trace id of a payment is its own id, which the terminal made
/// at the tap. Whatever works on the payment, today or after an outage, finds the same trace by that alone; a
/// lost message or a restart loses no trace. Tags hold ids and outcomes, never card data.
/// </summary>
internal static class Traces
{
    public const string Source = "CloudPos";
    private static readonly ActivitySource Activities = new(Source);

    /// <summary>A piece of work on what has this id. Null when nobody listens.</summary>
    public static Activity? Start(string name, Id id, ActivityKind kind = ActivityKind.Internal)
    {
        var links = Activity.Current is { } caller ? new[] { new ActivityLink(caller.Context) } : [];
        return Activities.StartActivity(name, kind, ParentOf(id), links: links);
    }

    /// <summary>A step of the work that is going on.</summary>
    public static Activity? Step(string name, ActivityKind kind = ActivityKind.Internal) =>
        Activities.StartActivity(name, kind);

    /// <summary>What a message carries of whoever sends it: a W3C traceparent, or null.</summary>
    public static string? Parent =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } trace } ? trace : null;

    /// <summary>A call that came with a trace of its own, or none.</summary>
    public static Activity? Receive(string name, string? traceParent) => Activities.StartActivity(
        name, ActivityKind.Consumer,
        ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent) ? parent : default);

    /// <summary>The tap: the same for all who know the id.</summary>
    internal static ActivityContext ParentOf(Id id)
    {
        var text = id.ToString();
        return new ActivityContext(
            ActivityTraceId.CreateFromString(text), ActivitySpanId.CreateFromString(text.AsSpan(0, 16)),
            ActivityTraceFlags.Recorded, isRemote: true);
    }
}
