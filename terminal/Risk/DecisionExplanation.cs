using System.Globalization;

namespace CloudPos.Terminal.Risk;

/// <summary>One rule that was asked, with its figures.</summary>
/// <param name="Limit">What the policy says; empty where it is yes or no.</param>
internal sealed record AskedRule(string Rule, string Figure, string Limit, bool Held);

/// <summary>
/// Says for people what a decision looked at, rule by rule in the order in which they are asked. Each rule
/// stands for itself: those behind the one that refused are shown as well.
/// </summary>
internal static class DecisionExplanation
{
    public static IReadOnlyList<AskedRule> Of(OfflineFacts facts) =>
        [.. Terminal(facts), .. Card(facts), .. Amount(facts), .. Use(facts), .. Exposure(facts)];

    private static IEnumerable<AskedRule> Terminal(OfflineFacts facts)
    {
        var (policy, terminal) = (facts.Policy, facts.Terminal);
        yield return Is("terminal enrolled", terminal.Enrolled);
        yield return new(
            "standing", $"{terminal.Standing}", "", terminal.Standing == Wire.TerminalStanding.Active);
        yield return Is("journal sound", terminal.JournalSound);
        yield return Is("policy allows offline", policy.Enabled);
        yield return new(
            "approval asked for", $"{facts.Behaviour}", policy.ForceOfflineAllowed ? "" : "not forced",
            facts.Behaviour == ApprovalBehaviour.PreferOnline
                || (facts.Behaviour == ApprovalBehaviour.ForceOffline && policy.ForceOfflineAllowed));
        yield return Is("sealing key valid", terminal.HasSealingKey);
        yield return new(
            "currency", facts.Amount.Currency.Code, "", PolicyLimits.Covers(policy, facts.Amount.Currency));
    }

    private static IEnumerable<AskedRule> Card(OfflineFacts facts)
    {
        var (policy, card) = (facts.Policy, facts.Card);
        yield return new(
            "scheme", $"{card.Scheme}", string.Join(", ", policy.Schemes),
            policy.Schemes.Contains(card.Scheme));
        yield return new(
            "entry mode", $"{card.Mode}", string.Join(", ", policy.Modes), policy.Modes.Contains(card.Mode));
        yield return Is("card not expired", !card.Expired);
        yield return Is("service code allows offline", card.AllowsOffline);
        yield return Is("service code listed", card.ServiceCodeAllowed);
        yield return Is("not on the deny list", !card.DenyListed);
        yield return Is("not in a denied range", !card.InDeniedRange);
    }

    private static IEnumerable<AskedRule> Amount(OfflineFacts facts)
    {
        var (policy, card, currency) = (facts.Policy, facts.Card, facts.Amount.Currency);
        var floor = PolicyLimits.Floor(policy, card.Scheme, card.Mode, currency);
        var second = PolicyLimits.Second(policy, card.Scheme, card.Mode, currency);
        var sum = facts.LatestOfCard is { } latest ? facts.Amount + latest : facts.Amount;
        var approved = facts.Approver is not null && sum < second;
        yield return new("below the floor limit", $"{facts.Amount}", $"{floor}", facts.Amount < floor
            || approved);
        if (facts.LatestOfCard is not null)
            yield return new("with the card's latest", $"{sum}", $"{floor}", sum < floor || approved);
        if (!second.IsZero)
            yield return new(
                "manager's approval", facts.Approver ?? "none", $"{second}", sum < floor || approved);
        if (BiasedSelection.RuleOf(policy, currency) is { } rule && facts.Draw > 0 && sum < floor)
        {
            var percent = BiasedSelection.Percent(facts.Amount, floor, rule);
            yield return new(
                "not drawn", Text(facts.Draw), $"{percent}",
                !rule.RefuseUnasked || !BiasedSelection.IsSelected(facts.Draw, percent, rule));
        }
    }

    private static IEnumerable<AskedRule> Use(OfflineFacts facts)
    {
        foreach (var limit in PolicyLimits.PerCard(facts.Policy, facts.Amount.Currency))
        {
            var use = facts.CardUses.FirstOrDefault(one => one.WindowMinutes == limit.WindowMinutes);
            var sum = use.Count == 0 ? facts.Amount : facts.Amount + use.Amount;
            var window = $"in {limit.WindowMinutes} min";
            yield return new(
                $"card's count {window}", Text(use.Count), Text(limit.Count), use.Count < limit.Count);
            yield return new($"card's sum {window}", $"{sum}", $"{limit.Amount}", sum <= limit.Amount);
        }
    }

    private static IEnumerable<AskedRule> Exposure(OfflineFacts facts)
    {
        var limit = PolicyLimits.Exposure(facts.Policy, facts.Amount.Currency);
        var sum = facts.Exposure.Amount + facts.Amount;
        yield return new("at risk, with this one", $"{sum}", $"{limit.Amount}", sum <= limit.Amount);
        yield return new(
            "payments at risk", Text(facts.Exposure.Count), Text(limit.Count),
            facts.Exposure.Count < limit.Count);
        var most = facts.Policy.OfflineMinutesMax * 60L;
        yield return new(
            "seconds offline", Text(facts.OfflineSeconds), Text(most), facts.OfflineSeconds <= most);
    }

    private static AskedRule Is(string rule, bool held) => new(rule, held ? "yes" : "no", "", held);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
