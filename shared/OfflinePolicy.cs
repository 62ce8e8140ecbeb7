using CloudPos.Cards;

namespace CloudPos;

/// <summary>
/// The amount from which a payment may not be accepted offline. Null scheme or mode means any; of several
/// that match, the one that names most wins, and of equals the lowest.
/// </summary>
public sealed record FloorLimit(Scheme? Scheme, EntryMode? Mode, Money Amount);

/// <summary>How much may be without an outcome at one terminal, per currency.</summary>
public sealed record ExposureLimit(Money Amount, int Count);

/// <summary>What one card may pay offline within a sliding window.</summary>
public sealed record PerCardLimit(Money Amount, int Count, int WindowMinutes);

/// <summary>
/// The offline policy of a terminal, delivered whole by the feed. A currency without a floor limit, an
/// exposure limit and a per-card limit is not accepted offline: absence never means unlimited.
/// </summary>
/// <param name="Version">Rises with each change; recorded in each decision.</param>
/// <param name="Enabled">False refuses every offline card payment.</param>
/// <param name="OfflineMinutesMax">Longest time since the back office last answered.</param>
/// <param name="OnlineTimeoutMilliseconds">From tap to decision when the host does not answer.</param>
public sealed record OfflinePolicy(
    long Version,
    bool Enabled,
    IReadOnlyList<Scheme> Schemes,
    IReadOnlyList<EntryMode> Modes,
    IReadOnlyList<FloorLimit> FloorLimits,
    IReadOnlyList<ExposureLimit> ExposureLimits,
    IReadOnlyList<PerCardLimit> PerCardLimits,
    int OfflineMinutesMax,
    int OnlineTimeoutMilliseconds)
{
    /// <summary>What holds until the feed brought a policy: nothing is accepted offline.</summary>
    public static OfflinePolicy None { get; } = new(0, false, [], [], [], [], [], 0, 3_000);
}
