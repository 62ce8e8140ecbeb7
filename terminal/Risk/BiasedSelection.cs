using System.Security.Cryptography;

namespace CloudPos.Terminal.Risk;

/// <summary>
/// EMV's biased random selection (Book 3, 10.6.2): which payments below the floor limit go online although
/// they need not, so that a thief who stays below it is still found. Integers throughout, as in the published
/// formula.
/// </summary>
internal static class BiasedSelection
{
    /// <summary>A number that nobody can foresee, 1 to 99.</summary>
    public static int Draw() => RandomNumberGenerator.GetInt32(1, RandomSelection.PercentMax + 1);

    /// <summary>The rule of the currency, if there is one.</summary>
    public static RandomSelection? RuleOf(OfflinePolicy policy, Currency currency) =>
        policy.RandomSelections?.FirstOrDefault(rule => rule.Threshold.Currency == currency);

    /// <summary>Of a hundred payments of this amount, so many are selected.</summary>
    /// <param name="floor">Above the amount.</param>
    public static int Percent(Money amount, Money floor, RandomSelection rule)
    {
        if (amount < rule.Threshold || floor <= rule.Threshold)
            return rule.TargetPercent;
        var above = (amount - rule.Threshold).Minor;
        var span = (floor - rule.Threshold).Minor;
        var more = (Int128)(rule.MaxPercent - rule.TargetPercent) * above / span;
        return (int)more + rule.TargetPercent;
    }

    /// <summary>Nothing is selected where the target is nought.</summary>
    public static bool IsSelected(int draw, int percent, RandomSelection rule) =>
        rule.TargetPercent > 0 && draw <= percent;

    /// <summary>The payment is to go online if somebody can be asked.</summary>
    public static bool IsSelected(OfflineFacts facts)
    {
        if (RuleOf(facts.Policy, facts.Amount.Currency) is not { } rule)
            return false;
        var floor = PolicyLimits.Floor(
            facts.Policy, facts.Card.Scheme, facts.Card.Mode, facts.Amount.Currency);
        return facts.Amount < floor
            && IsSelected(facts.Draw, Percent(facts.Amount, floor, rule), rule);
    }
}
