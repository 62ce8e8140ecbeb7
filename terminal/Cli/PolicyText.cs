using System.Globalization;
using System.Text;
using CloudPos.Terminal.Risk;

namespace CloudPos.Terminal.Cli;

/// <summary>A policy for people.</summary>
internal static class PolicyText
{
    public static string Of(OfflinePolicy policy, IReadOnlyList<OfflinePolicy> later)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Policy {policy.Version}, in force\n");
        Rules(text, policy);
        foreach (var next in later)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"\nPolicy {next.Version}, from {next.From:yyyy-MM-dd HH:mm}Z\n");
            Rules(text, next);
        }
        return text.ToString();
    }

    private static void Rules(StringBuilder text, OfflinePolicy policy)
    {
        void Line(string name, string value) =>
            text.Append(CultureInfo.InvariantCulture, $"  {name,-22}{value}\n");
        if (!policy.Enabled)
        {
            Line("Offline", "no card is accepted");
            return;
        }
        Line("Schemes", string.Join(", ", policy.Schemes));
        Line("Entry modes", string.Join(", ", policy.Modes));
        foreach (var limit in policy.FloorLimits)
            Line("Floor limit", $"{limit.Amount}{For(limit)}");
        foreach (var limit in policy.SecondLimits ?? [])
            Line("With a manager", $"below {limit.Amount}{For(limit)}");
        foreach (var limit in policy.ExposureLimits)
            Line("At risk", $"{limit.Amount}, {limit.Count} payments");
        foreach (var limit in policy.PerCardLimits)
            Line("One card", $"{limit.Amount}, {limit.Count} payments in {limit.WindowMinutes} min");
        foreach (var currency in Named(policy).Where(one => !PolicyLimits.Covers(policy, one)))
            Line("Not accepted", $"{currency}: it needs a floor limit, an at-risk and a one-card limit");
        if (policy.SplitSaleMinutes > 0)
            Line("Split sales", $"summed over {policy.SplitSaleMinutes} min");
        foreach (var rule in policy.RandomSelections ?? [])
            Line(
                "Drawn for the issuer",
                $"{rule.TargetPercent} % below {rule.Threshold}, up to {rule.MaxPercent} %"
                + $"{(rule.RefuseUnasked ? ", refused when he cannot be asked" : "")}");
        if (policy.DenyRanges is { Count: > 0 } ranges)
            Line("Denied ranges", string.Join(", ", ranges.Select(range => $"{range.From}-{range.To}")));
        if (policy.ServiceCodes is { } codes)
            Line("Service codes", string.Join(", ", codes));
        foreach (var amount in policy.OfflineFirstBelow ?? [])
            Line("Offline first", $"below {amount}");
        Line("Forced offline", policy.ForceOfflineAllowed ? "allowed" : "not allowed");
        Line(
            "Longest offline",
            policy.OfflineWarningMinutes == 0
                ? $"{policy.OfflineMinutesMax} min, without a warning before"
                : $"{policy.OfflineMinutesMax} min, warned {policy.OfflineWarningMinutes} min before");
        Line("Issuer answers within", $"{policy.OnlineTimeoutMilliseconds} ms");
    }

    /// <summary>Currencies that one of the three limits names that all are needed.</summary>
    private static IEnumerable<Currency> Named(OfflinePolicy policy) =>
        policy.FloorLimits.Select(limit => limit.Amount.Currency)
            .Concat(policy.ExposureLimits.Select(limit => limit.Amount.Currency))
            .Concat(policy.PerCardLimits.Select(limit => limit.Amount.Currency)).Distinct();

    private static string For(FloorLimit limit) => (limit.Scheme, limit.Mode) switch
    {
        (null, null) => "",
        ({ } scheme, null) => $" for {scheme}",
        (null, { } mode) => $" for {mode}",
        ({ } scheme, { } mode) => $" for {scheme}, {mode}",
    };
}
