using CloudPos.Cards;

namespace CloudPos.Terminal.Risk;

/// <summary>Finds the limits that bind a payment. What is absent is never unlimited.</summary>
internal static class PolicyLimits
{
    /// <summary>The currency has limits of all three kinds; otherwise it is not accepted offline.</summary>
    public static bool Covers(OfflinePolicy policy, Currency currency) =>
        policy.FloorLimits.Any(limit => limit.Amount.Currency == currency)
        && policy.ExposureLimits.Any(limit => limit.Amount.Currency == currency)
        && policy.PerCardLimits.Any(limit => limit.Amount.Currency == currency);

    /// <summary>
    /// The amount from which this card is refused. The limit that names most of (scheme, mode) wins; of
    /// equals, the lowest. Zero, which refuses every amount, when the currency's limits name only other
    /// cards.
    /// </summary>
    public static Money Floor(OfflinePolicy policy, Scheme scheme, EntryMode mode, Currency currency) =>
        Find(policy.FloorLimits, scheme, mode, currency);

    /// <summary>
    /// The amount from which not even a manager may approve, found in the same way; zero where there is none.
    /// </summary>
    public static Money Second(OfflinePolicy policy, Scheme scheme, EntryMode mode, Currency currency) =>
        Find(policy.SecondLimits ?? [], scheme, mode, currency);

    private static Money Find(
        IReadOnlyList<FloorLimit> limits, Scheme scheme, EntryMode mode, Currency currency)
    {
        FloorLimit? found = null;
        foreach (var limit in limits)
        {
            if (limit.Amount.Currency != currency
                || limit.Scheme is { } s && s != scheme
                || limit.Mode is { } m && m != mode)
                continue;
            if (found is null || Named(limit) > Named(found)
                || Named(limit) == Named(found) && limit.Amount < found.Amount)
                found = limit;
        }
        return found?.Amount ?? Money.Zero(currency);
    }

    /// <summary>Of several limits of one currency the lowest amount and the lowest count bind.</summary>
    public static ExposureLimit Exposure(OfflinePolicy policy, Currency currency)
    {
        var limits = policy.ExposureLimits.Where(limit => limit.Amount.Currency == currency).ToArray();
        return limits.Length == 0
            ? new ExposureLimit(Money.Zero(currency), 0)
            : new ExposureLimit(limits.Min(limit => limit.Amount), limits.Min(limit => limit.Count));
    }

    /// <summary>The limits of a card, one per window that the policy names; all of them bind.</summary>
    public static IReadOnlyList<PerCardLimit> PerCard(OfflinePolicy policy, Currency currency) =>
        [.. policy.PerCardLimits.Where(limit => limit.Amount.Currency == currency)];

    private static int Named(FloorLimit limit) =>
        (limit.Scheme is null ? 0 : 1) + (limit.Mode is null ? 0 : 1);
}
