using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Risk;

/// <summary>Says in time that the terminal will soon have been offline for too long.</summary>
internal static class OfflineWarning
{
    /// <summary>Null while there is nothing to warn of.</summary>
    public static string? Of(TerminalStore store) => Of(store.Policy, store.OfflineSeconds);

    public static string? Of(OfflinePolicy policy, int offlineSeconds)
    {
        if (!policy.Enabled || policy.OfflineWarningMinutes == 0)
            return null;
        var left = policy.OfflineMinutesMax * 60L - offlineSeconds;
        if (left < 0)
            return "The back office has not answered for too long: no card is accepted until it does.";
        return left > policy.OfflineWarningMinutes * 60L
            ? null
            : $"The back office has not answered for {offlineSeconds / 60} minutes: in {left / 60} minutes "
                + "no card is accepted any more until it does.";
    }
}
