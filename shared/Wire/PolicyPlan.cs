namespace CloudPos.Wire;

/// <summary>
/// The policies of one terminal, the one in force and those of a later date: they travel in advance, so that
/// they take effect while the line is down. The back office has resolved by then what merchant, store and
/// terminal say.
/// </summary>
/// <param name="Version">Rises with each change at any of the three.</param>
/// <param name="Policies">In the order in which they take effect; each ends when the next begins.</param>
public sealed record PolicyPlan(long Version, IReadOnlyList<OfflinePolicy> Policies)
{
    /// <summary>What holds at a moment; <see cref="OfflinePolicy.None"/> before the first begins.</summary>
    public OfflinePolicy InForceAt(DateTimeOffset moment) =>
        Policies.LastOrDefault(policy => policy.From is null || policy.From <= moment) ?? OfflinePolicy.None;
}
