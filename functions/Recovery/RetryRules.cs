using System.Globalization;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// What a scheme allows: so many requests for the same card and amount within so many days.
/// </summary>
internal sealed record RetryCap(Scheme Scheme, int RequestsMax, int Days);

/// <summary>
/// When a declined payment is asked for again: so long after the first decline each, and never beyond what
/// its scheme allows. Only declines that may end otherwise are tried again; the code table says which
/// (<see cref="ResponseCodes"/>). Immutable.
/// </summary>
internal sealed record RetryRules
{
    /// <summary>Counted from the first decline, rising; as many tries as there are waits.</summary>
    public IReadOnlyList<TimeSpan> Waits { get; init; } =
        [TimeSpan.FromDays(1), TimeSpan.FromDays(3), TimeSpan.FromDays(7)];

    /// <summary>
    /// The published caps, of requests for one card and amount: Visa 20 in 30 days (Visa Rules since 19 May
    /// 2025, 15 before), Mastercard 35 in 30 days and 10 in one (Transaction Excellence, Excessive
    /// Authorizations). A scheme that publishes none is held to the strictest of them; DESIGN.md has the
    /// sources.
    /// </summary>
    public IReadOnlyList<RetryCap> Caps { get; init; } =
    [
        new(Scheme.Visa, 20, 30), new(Scheme.Mastercard, 35, 30), new(Scheme.Mastercard, 10, 1),
        new(Scheme.Unknown, 20, 30), new(Scheme.Unknown, 10, 1),
    ];

    public static RetryRules Default { get; } = new();

    /// <summary>When to try again, or null: not at all.</summary>
    /// <param name="tries">Tries after the first request, so far.</param>
    /// <param name="askedAt">When each request was made, the first one included.</param>
    /// <param name="keptUntil">Number and expiry are deleted then; null when they are gone.</param>
    public DateTimeOffset? Next(
        Scheme scheme, CodeMeaning meaning, DateTimeOffset firstDeclinedAt, int tries,
        IReadOnlyList<DateTimeOffset> askedAt, DateTimeOffset? keptUntil)
    {
        if (meaning != CodeMeaning.DeclinedForNow || tries >= Waits.Count)
            return null;
        var at = firstDeclinedAt + Waits[tries];
        return at < keptUntil && CapsOf(scheme).All(cap => IsWithin(cap, askedAt, at)) ? at : null;
    }

    /// <summary>
    /// Reads hours such as "24,72,168"; "none" for no tries at all. Null when it is neither.
    /// </summary>
    public static RetryRules? Parse(string text)
    {
        if (text == "none")
            return Default with { Waits = [] };
        var waits = new List<TimeSpan>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
                || hours is < 1 or > 30 * 24
                || (waits.Count > 0 && TimeSpan.FromHours(hours) <= waits[^1]) || waits.Count == 10)
                return null;
            waits.Add(TimeSpan.FromHours(hours));
        }
        return Default with { Waits = waits };
    }

    private IEnumerable<RetryCap> CapsOf(Scheme scheme)
    {
        var own = Caps.Where(cap => cap.Scheme == scheme).ToArray();
        return own.Length > 0 ? own : Caps.Where(cap => cap.Scheme == Scheme.Unknown);
    }

    /// <summary>The try itself counts as one more.</summary>
    private static bool IsWithin(RetryCap cap, IReadOnlyList<DateTimeOffset> askedAt, DateTimeOffset at) =>
        askedAt.Count(asked => asked > at.AddDays(-cap.Days)) < cap.RequestsMax;
}
