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
        var (reason, limit, figure) = FirstObjection(facts);
        return new Decision(
            reason, facts.Policy.Version, limit, figure,
            facts.Exposure.Amount, facts.Exposure.Count, facts.OfflineSeconds);
    }

    private static Finding FirstObjection(OfflineFacts facts)
    {
        var (policy, terminal, card) = (facts.Policy, facts.Terminal, facts.Card);
        if (!terminal.Enrolled)
            return new(DecisionReason.NotEnrolled);
        if (terminal.Standing != TerminalStanding.Active)
            return new(DecisionReason.Quarantined);
        if (!terminal.JournalSound)
            return new(DecisionReason.JournalDamaged);
        if (!policy.Enabled)
            return new(DecisionReason.OfflineSwitchedOff);
        if (!terminal.HasSealingKey)
            return new(DecisionReason.NoSealingKey);
        if (!PolicyLimits.Covers(policy, facts.Amount.Currency))
            return new(DecisionReason.CurrencyNotAllowed);
        if (!policy.Schemes.Contains(card.Scheme))
            return new(DecisionReason.SchemeNotAllowed);
        if (!policy.Modes.Contains(card.Mode))
            return new(DecisionReason.EntryModeNotAllowed);
        if (card.Expired)
            return new(DecisionReason.CardExpired);
        if (!card.AllowsOffline)
            return new(DecisionReason.ServiceCodeForbidsOffline);
        if (card.DenyListed)
            return new(DecisionReason.DenyListed);

        // EMV Book 3, 10.6.1 asks the same: at the floor limit is already over it.
        var floor = PolicyLimits.Floor(policy, card.Scheme, card.Mode, facts.Amount.Currency);
        if (facts.Amount >= floor)
            return new(DecisionReason.AtOrOverFloorLimit, floor.Minor, facts.Amount.Minor);
        return CardObjection(facts) ?? ExposureObjection(facts) ?? OfflineObjection(facts)
            ?? new(DecisionReason.Accepted);
    }

    /// <summary>
    /// Of several windows, each must hold; the count is asked in all of them before the amount.
    /// </summary>
    private static Finding? CardObjection(OfflineFacts facts)
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
    private readonly record struct Finding(DecisionReason Reason, long Limit = 0, long Figure = 0);
}
