using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>
/// Collects what the offline decision depends on. The caller keeps others from selling until it has written.
/// </summary>
internal static class OfflineFactsGatherer
{
    /// <param name="isBarred">The back office has just said that it takes nothing from this terminal.</param>
    public static OfflineFacts Gather(TerminalStore store, Money amount, SealedRead card, bool isBarred)
    {
        var policy = store.Policy;
        var limits = PolicyLimits.PerCard(policy, amount.Currency);
        var windows = limits.Select(limit => limit.WindowMinutes).Distinct();
        var standing = isBarred ? TerminalStanding.Quarantined : store.Acknowledged.Standing;
        return new OfflineFacts(
            amount,
            policy,
            new TerminalFacts(
                store.Enrolment is not null, standing, !store.IsDamaged, card.Sealed is not null),
            card.Checks,
            store.Exposure(amount.Currency),
            [.. windows.Select(minutes => UseWithin(store, card, amount.Currency, minutes))],
            store.OfflineSeconds);
    }

    private static WindowUse UseWithin(TerminalStore store, SealedRead card, Currency currency, int minutes)
    {
        var use = store.CardUse(card.Facts.Token, currency, TimeSpan.FromMinutes(minutes));
        return new WindowUse(minutes, use.Amount, use.Count);
    }
}
