namespace CloudPos;

/// <summary>What is wrong with a policy that somebody wants to put or try: field and sentence.</summary>
public static class PolicyFaults
{
    private const int RulesMax = 200;
    private const int JournalDaysMax = 3_650;

    public static (string Field, string Sentence)? Of(OfflinePolicy policy) =>
        Counts(policy) ?? Limits(policy) ?? Cards(policy) ?? Times(policy);

    private static (string Field, string Sentence)? Counts(OfflinePolicy policy)
    {
        int[] counts =
        [
            policy.FloorLimits.Count, policy.ExposureLimits.Count, policy.PerCardLimits.Count,
            policy.Schemes.Count, policy.Modes.Count, policy.SecondLimits?.Count ?? 0,
            policy.DenyRanges?.Count ?? 0, policy.ServiceCodes?.Count ?? 0,
            policy.RandomSelections?.Count ?? 0, policy.OfflineFirstBelow?.Count ?? 0,
        ];
        return counts.Max() > RulesMax ? ("$", $"A policy has at most {RulesMax} rules of a kind.") : null;
    }

    private static (string Field, string Sentence)? Limits(OfflinePolicy policy)
    {
        if (policy.FloorLimits.Any(limit => limit.Amount.Minor < 0))
            return ("floorLimits", "A limit is not negative.");
        if (policy.SecondLimits?.Any(limit => limit.Amount.Minor < 0) == true)
            return ("secondLimits", "A limit is not negative.");
        if (policy.ExposureLimits.Any(limit => limit.Amount.Minor < 0 || limit.Count < 0))
            return ("exposureLimits", "A limit is not negative.");
        if (policy.PerCardLimits.Any(
            limit => limit.Amount.Minor < 0 || limit.Count < 0 || limit.WindowMinutes < 1))
            return ("perCardLimits", "A limit is not negative and its window a minute at least.");
        if (policy.OfflineFirstBelow?.Any(amount => amount.Minor < 0) == true)
            return ("offlineFirstBelow", "An amount is not negative.");
        return policy.RandomSelections?.Any(rule => !IsSelection(rule)) == true
            ? ("randomSelections", "Percentages are 0 to 99, the target not above the maximum, and the "
                + "threshold is not negative (EMV Book 3, 10.6.2).")
            : null;
    }

    private static bool IsSelection(RandomSelection rule) => rule.Threshold.Minor >= 0
        && rule.TargetPercent >= 0 && rule.TargetPercent <= rule.MaxPercent
        && rule.MaxPercent <= RandomSelection.PercentMax;

    private static (string Field, string Sentence)? Cards(OfflinePolicy policy)
    {
        if (policy.DenyRanges?.Any(range => !IsRange(range)) == true)
            return ("denyRanges",
                $"A range is from and to, {DenyRange.DigitsMin} to {DenyRange.DigitsMax} digits each, "
                + "equally many, in order.");
        return policy.ServiceCodes?.Any(code => code.Length != 3
            || !code.All(c => c == '*' || char.IsAsciiDigit(c))) == true
                ? ("serviceCodes", "A service code is three characters, each a digit or *.")
                : null;
    }

    private static bool IsRange(DenyRange range) =>
        range.From.Length is >= DenyRange.DigitsMin and <= DenyRange.DigitsMax
        && range.To.Length == range.From.Length
        && range.From.All(char.IsAsciiDigit) && range.To.All(char.IsAsciiDigit)
        && string.CompareOrdinal(range.From, range.To) <= 0;

    private static (string Field, string Sentence)? Times(OfflinePolicy policy)
    {
        if (policy.OfflineMinutesMax < 0)
            return ("offlineMinutesMax", "A time is not negative.");
        if (policy.OfflineWarningMinutes < 0)
            return ("offlineWarningMinutes", "A time is not negative.");
        if (policy.SplitSaleMinutes < 0)
            return ("splitSaleMinutes", "A time is not negative.");
        if (policy.SubmitWithinHours < 0)
            return ("submitWithinHours", "A time is not negative.");
        if (policy.JournalDays is < 1 or > JournalDaysMax)
            return ("journalDays", $"Entries are kept for 1 to {JournalDaysMax} days.");
        if (policy.Until is not null && policy.Until <= (policy.From ?? DateTimeOffset.MinValue))
            return ("until", "A policy ends after it begins.");
        return policy.OnlineTimeoutMilliseconds is < 100 or > 60_000
            ? ("onlineTimeoutMilliseconds", "The time to wait for an answer is 100 to 60000 milliseconds.")
            : null;
    }
}
