using System.Text.Json;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// Each merchant's offline policy, in the row `policy` and the feed. The version is counted here: it rises
/// with each change and stays when the same policy is put again.
/// </summary>
internal sealed class Policies(TablePort tables, Merchants merchants)
{
    private const string Key = "policy";
    private const int RulesMax = 200;

    /// <summary>
    /// PUT /api/backoffice/merchants/{merchant}/policy; answers with the version that holds now.
    /// </summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        var id = call.Route("merchant");
        if (!Names.IsMerchant(id) || await merchants.Find(id, cancel) is null)
            return Answer.NotFound("such merchant");
        if (!call.TryRead(WireJson.Default.OfflinePolicy, out var policy, out var refusal))
            return refusal;
        if (Fault(policy) is { } fault)
            return Answer.Refuse(ProblemCode.Malformed, fault.Field, fault.Sentence);
        var kept = await Attempts.UntilCommitted(() => Write(id, policy, cancel));
        return Answer.Json(kept, WireJson.Default.OfflinePolicy);
    }

    private async Task<OfflinePolicy?> Write(string merchant, OfflinePolicy policy, CancellationToken cancel)
    {
        var row = await tables.Get(TableNames.Merchant, merchant, Key, cancel) ?? new Row(merchant, Key);
        var version = row.NumberOrNull("version") ?? 0;
        var same = JsonSerializer.Serialize(
            policy with { Version = version }, WireJson.Default.OfflinePolicy);
        if (row.TextOrNull("policy") == same)
            return policy with { Version = version };
        var next = policy with { Version = version + 1 };
        row["version"] = next.Version;
        row["policy"] = JsonSerializer.Serialize(next, WireJson.Default.OfflinePolicy);
        var feed = await FeedAppend.Begin(tables, TableNames.Merchant, merchant, cancel);
        await feed.Add(row, new FeedRow(Policy: next), cancel);
        var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
        IReadOnlyList<Change> changes = [change, .. feed.Changes];
        return await tables.TryCommit(TableNames.Merchant, merchant, changes, cancel) is null ? next : null;
    }

    private static (string Field, string Sentence)? Fault(OfflinePolicy policy)
    {
        if (policy.FloorLimits.Count > RulesMax || policy.ExposureLimits.Count > RulesMax
            || policy.PerCardLimits.Count > RulesMax || policy.Schemes.Count > RulesMax
            || policy.Modes.Count > RulesMax)
            return ("$", $"A policy has at most {RulesMax} rules of a kind.");
        if (policy.FloorLimits.Any(limit => limit.Amount.Minor < 0))
            return ("floorLimits", "A limit is not negative.");
        if (policy.ExposureLimits.Any(limit => limit.Amount.Minor < 0 || limit.Count < 0))
            return ("exposureLimits", "A limit is not negative.");
        if (policy.PerCardLimits.Any(
            limit => limit.Amount.Minor < 0 || limit.Count < 0 || limit.WindowMinutes < 1))
            return ("perCardLimits", "A limit is not negative and its window a minute at least.");
        if (policy.OfflineMinutesMax < 0)
            return ("offlineMinutesMax", "A time is not negative.");
        if (policy.OnlineTimeoutMilliseconds is < 100 or > 60_000)
            return (
                "onlineTimeoutMilliseconds", "The time to wait for an answer is 100 to 60000 milliseconds.");
        return null;
    }
}
