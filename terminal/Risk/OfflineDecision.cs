using CloudPos.Wire;

namespace CloudPos.Terminal.Risk;

/// <summary>
/// Whether a card payment may be accepted at the merchant's risk while the issuer cannot be asked. A pure
/// function: the guards stand in the order of <see cref="DecisionReason"/>, and the first that says no is the
/// reason.
/// </summary>
internal static class OfflineDecision
{
    /// <exception cref="ArgumentException">
    /// The amount is not positive, or a card's use is missing.
    /// </exception>
    public static Decision Decide(OfflineFacts facts)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(facts.Amount.Minor);
        var (reason, limit, figure, mayApprove) = FirstObjection(facts);
        return new Decision(
            reason, facts.Policy.Version, limit, figure,
            facts.Exposure.Amount, facts.Exposure.Count, facts.OfflineSeconds)
        {
            Facts = Recorded(facts),
            Approver = NeedsApprover(facts) ? facts.Approver : null,
            ManagerMayApprove = mayApprove,
        };
    }

    /// <summary>The payment alone, or with the card's latest one, is at the floor limit or over it.</summary>
    private static bool NeedsApprover(OfflineFacts facts) => SumOf(facts) >= FloorOf(facts);

    private static DecisionFacts Recorded(OfflineFacts facts) => new(
        facts.Behaviour, facts.Terminal.Standing, facts.Terminal.JournalSound, facts.Terminal.HasSealingKey,
        facts.Card.Expired, facts.Card.AllowsOffline, facts.Card.ServiceCodeAllowed, facts.Card.DenyListed,
        facts.Card.InDeniedRange,
        [.. facts.CardUses.Select(use => new CardUseFigure(use.WindowMinutes, use.Amount, use.Count))],
        facts.LatestOfCard, facts.Draw);

    private static Finding FirstObjection(OfflineFacts facts) =>
        TerminalObjection(facts) ?? CardObjection(facts) ?? FloorObjection(facts) ?? UseObjection(facts)
        ?? ExposureObjection(facts) ?? OfflineObjection(facts) ?? new(DecisionReason.Accepted);

    private static Finding? TerminalObjection(OfflineFacts facts)
    {
        var (policy, terminal) = (facts.Policy, facts.Terminal);
        if (!terminal.Enrolled)
            return new(DecisionReason.NotEnrolled);
        if (terminal.Standing != TerminalStanding.Active)
            return new(DecisionReason.Quarantined);
        if (!terminal.JournalSound)
            return new(DecisionReason.JournalDamaged);
        if (!policy.Enabled)
            return new(DecisionReason.OfflineSwitchedOff);
        if (facts.Behaviour == ApprovalBehaviour.ForceOffline && !policy.ForceOfflineAllowed)
            return new(DecisionReason.ForceOfflineNotAllowed);
        if (facts.Behaviour == ApprovalBehaviour.RequireOnline)
            return new(DecisionReason.OnlineRequired);
        if (!terminal.HasSealingKey)
            return new(DecisionReason.NoSealingKey);
        return PolicyLimits.Covers(policy, facts.Amount.Currency)
            ? null
            : new(DecisionReason.CurrencyNotAllowed);
    }

    private static Finding? CardObjection(OfflineFacts facts)
    {
        var (policy, card) = (facts.Policy, facts.Card);
        if (!policy.Schemes.Contains(card.Scheme))
            return new(DecisionReason.SchemeNotAllowed);
        if (!policy.Modes.Contains(card.Mode))
            return new(DecisionReason.EntryModeNotAllowed);
        if (card.Expired)
            return new(DecisionReason.CardExpired);
        if (!card.AllowsOffline)
            return new(DecisionReason.ServiceCodeForbidsOffline);
        if (!card.ServiceCodeAllowed)
            return new(DecisionReason.ServiceCodeNotAllowed);
        if (card.DenyListed)
            return new(DecisionReason.DenyListed);
        return card.InDeniedRange ? new(DecisionReason.InDeniedRange) : null;
    }

    /// <summary>
    /// EMV Book 3, 10.6.1: at the floor limit is already over it, and so is a payment whose sum with the
    /// card's latest one is. Below the second limit a manager may approve either.
    /// </summary>
    private static Finding? FloorObjection(OfflineFacts facts)
    {
        var (floor, sum) = (FloorOf(facts), SumOf(facts));
        if (sum < floor)
            return SelectionObjection(facts, floor);
        var second = PolicyLimits.Second(
            facts.Policy, facts.Card.Scheme, facts.Card.Mode, facts.Amount.Currency);
        var mayApprove = sum < second;
        if (mayApprove && facts.Approver is not null)
            return null;
        return facts.Amount >= floor
            ? new(DecisionReason.AtOrOverFloorLimit, floor.Minor, facts.Amount.Minor, mayApprove)
            : new(DecisionReason.SplitSaleOverFloorLimit, floor.Minor, sum.Minor, mayApprove);
    }

    private static Finding? SelectionObjection(OfflineFacts facts, Money floor)
    {
        if (BiasedSelection.RuleOf(facts.Policy, facts.Amount.Currency) is not { RefuseUnasked: true } rule)
            return null;
        var percent = BiasedSelection.Percent(facts.Amount, floor, rule);
        return BiasedSelection.IsSelected(facts.Draw, percent, rule)
            ? new(DecisionReason.RandomlySelected, percent, facts.Draw)
            : null;
    }

    private static Money FloorOf(OfflineFacts facts) => PolicyLimits.Floor(
        facts.Policy, facts.Card.Scheme, facts.Card.Mode, facts.Amount.Currency);

    private static Money SumOf(OfflineFacts facts) =>
        facts.LatestOfCard is { } latest ? facts.Amount + latest : facts.Amount;

    /// <summary>
    /// Of several windows, each must hold; the count is asked in all of them before the amount.
    /// </summary>
    private static Finding? UseObjection(OfflineFacts facts)
    {
        var limits = PolicyLimits.PerCard(facts.Policy, facts.Amount.Currency);
        foreach (var limit in limits)
        {
            var use = UseWithin(facts, limit.WindowMinutes);
            if (use.Count >= limit.Count)
                return new(DecisionReason.CardCountReached, limit.Count, use.Count);
        }
        foreach (var limit in limits)
        {
            var after = UseWithin(facts, limit.WindowMinutes).Amount + facts.Amount;
            if (after > limit.Amount)
                return new(DecisionReason.CardAmountReached, limit.Amount.Minor, after.Minor);
        }
        return null;
    }

    private static Finding? ExposureObjection(OfflineFacts facts)
    {
        var limit = PolicyLimits.Exposure(facts.Policy, facts.Amount.Currency);
        var after = facts.Exposure.Amount + facts.Amount;
        if (after > limit.Amount)
            return new(DecisionReason.ExposureAmountReached, limit.Amount.Minor, after.Minor);
        if (facts.Exposure.Count >= limit.Count)
            return new(DecisionReason.ExposureCountReached, limit.Count, facts.Exposure.Count);
        return null;
    }

    private static Finding? OfflineObjection(OfflineFacts facts)
    {
        var limitSeconds = facts.Policy.OfflineMinutesMax * 60L;
        return facts.OfflineSeconds > limitSeconds
            ? new(DecisionReason.OfflineTooLong, limitSeconds, facts.OfflineSeconds)
            : null;
    }

    private static WindowUse UseWithin(OfflineFacts facts, int windowMinutes)
    {
        foreach (var use in facts.CardUses)
        {
            if (use.WindowMinutes == windowMinutes)
                return use;
        }
        throw new ArgumentException(
            $"The card's use within {windowMinutes} minutes was not gathered.", nameof(facts));
    }

    /// <summary>
    /// The reason with the limit and the figure that it was taken on; zero where no figure decided.
    /// </summary>
    private readonly record struct Finding(
        DecisionReason Reason, long Limit = 0, long Figure = 0, bool ManagerMayApprove = false);
}
