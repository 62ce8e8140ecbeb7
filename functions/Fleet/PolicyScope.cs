using System.Text.Json;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>Whose policies: a merchant's, a store's or a terminal's. The narrower goes before the
/// wider.</summary>
internal readonly record struct PolicyScope(string Table, string Partition)
{
    public static PolicyScope Merchant(string id) => new(TableNames.Merchant, id);

    public static PolicyScope Store(string id) => new(TableNames.Store, id);

    public static PolicyScope Terminal(string id) => new(TableNames.Terminal, id);
}

/// <summary>What is kept of one scope, in its row `policy`.</summary>
/// <param name="Changes">How often it was changed; rises, also when a policy is withdrawn.</param>
internal sealed record PolicySet(long Changes, IReadOnlyList<OfflinePolicy> Policies)
{
    private const string List = "policies";

    public static PolicySet From(Row? row)
    {
        if (row is null)
            return new PolicySet(0, []);
        // Rows of an earlier version hold one policy, as a text.
        var json = row.ChunksOrNull(List);
        return new PolicySet(row.Number("version"), json is not null
            ? JsonSerializer.Deserialize(json, WireJson.Default.IReadOnlyListOfflinePolicy) ?? []
            : [JsonSerializer.Deserialize(row.Text("policy"), WireJson.Default.OfflinePolicy)
                ?? throw new RowShapeException($"Row {row} holds no policy.")]);
    }

    public void WriteTo(Row row)
    {
        row["version"] = Changes;
        var json = JsonSerializer.SerializeToUtf8Bytes(
            Policies, WireJson.Default.IReadOnlyListOfflinePolicy);
        row.SetChunks(List, json);
    }

    /// <summary>The policy in force: of those that hold at the moment, the one that began last.</summary>
    public OfflinePolicy? InForceAt(DateTimeOffset moment) => Policies
        .Where(policy => (policy.From is null || policy.From <= moment)
            && (policy.Until is null || moment < policy.Until))
        .MaxBy(policy => policy.From ?? DateTimeOffset.MinValue);
}

/// <summary>From what merchant, store and terminal say to what a terminal is told.</summary>
internal static class PolicyResolution
{
    /// <param name="narrowestFirst">Terminal, store, merchant. The first that has a policy in force says
    /// it whole.</param>
    public static PolicyPlan Resolve(IReadOnlyList<PolicySet> narrowestFirst, DateTimeOffset now)
    {
        var moments = narrowestFirst.SelectMany(set => set.Policies)
            .SelectMany(policy => new[] { policy.From, policy.Until }).OfType<DateTimeOffset>()
            .Where(moment => moment > now).Distinct().Order();
        // What is in force holds at once, whatever the terminal's clock says.
        var plan = new List<OfflinePolicy> { InForce(narrowestFirst, now) with { Until = null } };
        foreach (var moment in moments)
        {
            var next = InForce(narrowestFirst, moment) with { From = moment, Until = null };
            if (next.Version != plan[^1].Version)
                plan.Add(next);
        }
        return new PolicyPlan(narrowestFirst.Sum(set => set.Changes), plan);
    }

    private static OfflinePolicy InForce(IReadOnlyList<PolicySet> narrowestFirst, DateTimeOffset moment) =>
        narrowestFirst.Select(set => set.InForceAt(moment)).FirstOrDefault(policy => policy is not null)
        ?? OfflinePolicy.None;
}
