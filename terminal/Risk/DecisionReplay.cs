using CloudPos.Journal;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Risk;

/// <summary>
/// The facts of a decision that was taken before, from what its entry recorded: decided again by the same
/// policy they give the same decision.
/// </summary>
internal static class DecisionReplay
{
    /// <returns>Null when the entry was written by a version that recorded less.</returns>
    public static OfflineFacts? FactsOf(
        Decision decision, Money amount, CardFacts card, OfflinePolicy policy)
    {
        if (decision.Facts is not { } facts)
            return null;
        return new OfflineFacts(
            amount,
            policy,
            new TerminalFacts(
                decision.Reason != DecisionReason.NotEnrolled, facts.Standing, facts.JournalSound,
                facts.HasSealingKey),
            new CardChecks(card.Scheme, card.Mode, facts.Expired, facts.AllowsOffline, facts.DenyListed)
            {
                ServiceCodeAllowed = facts.ServiceCodeAllowed, InDeniedRange = facts.InDeniedRange,
            },
            new Exposure(decision.ExposureBefore, decision.ExposureCountBefore),
            [.. facts.CardUses.Select(use => new WindowUse(use.WindowMinutes, use.Amount, use.Count))],
            decision.OfflineSeconds)
        {
            Behaviour = facts.Behaviour, LatestOfCard = facts.LatestOfCard, Draw = facts.Draw,
            Approver = decision.Approver,
        };
    }
}
