using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>
/// What of one payment is the same however often it is decided: a payment is decided by the policy under
/// which its card was read, and drawn for once.
/// </summary>
internal sealed record PaymentFacts(
    Money Amount, OfflinePolicy Policy, SealedRead Card, ApprovalOrder Order, int Draw);

/// <summary>
/// Collects what the offline decision depends on. The caller keeps others from selling until it has written.
/// </summary>
internal static class OfflineFactsGatherer
{
    /// <param name="isBarred">The back office has just said that it takes nothing from this terminal.</param>
    public static OfflineFacts Gather(TerminalStore store, PaymentFacts payment, bool isBarred)
    {
        var (policy, card, currency) = (payment.Policy, payment.Card, payment.Amount.Currency);
        var limits = PolicyLimits.PerCard(policy, currency);
        var windows = limits.Select(limit => limit.WindowMinutes).Distinct();
        var standing = isBarred ? TerminalStanding.Quarantined : store.Acknowledged.Standing;
        return new OfflineFacts(
            payment.Amount,
            policy,
            new TerminalFacts(
                store.Enrolment is not null, standing, !store.IsDamaged, card.Sealed is not null),
            card.Checks,
            store.Exposure(currency),
            [.. windows.Select(minutes => UseWithin(store, card, currency, minutes))],
            store.OfflineSeconds)
        {
            Behaviour = payment.Order.Behaviour,
            Approver = payment.Order.Approver,
            LatestOfCard = policy.SplitSaleMinutes == 0
                ? null
                : store.LatestCardUse(
                    card.Facts.Token, currency, TimeSpan.FromMinutes(policy.SplitSaleMinutes)),
            Draw = BiasedSelection.RuleOf(policy, currency) is null ? 0 : payment.Draw,
        };
    }

    private static WindowUse UseWithin(TerminalStore store, SealedRead card, Currency currency, int minutes)
    {
        var use = store.CardUse(card.Facts.Token, currency, TimeSpan.FromMinutes(minutes));
        return new WindowUse(minutes, use.Amount, use.Count);
    }
}
