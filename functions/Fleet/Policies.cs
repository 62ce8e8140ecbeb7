using System.Globalization;
using System.Text.Json;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// Offline policies of merchants, stores and terminals, some of a later date. A terminal is told what is in
/// force for it and what will be: whoever reads the feed is given that, resolved anew, in place of the row
/// that says that something changed. Versions are drawn from one counter per merchant, so that no two of its
/// policies have the same.
/// </summary>
internal sealed class Policies(
    TablePort tables, Merchants merchants, Stores stores, Terminals terminals, TimeProvider time)
{
    private const string Key = "policy";
    private const string CounterKey = "policy-number";

    /// <summary>Of one scope, dated ones included.</summary>
    private const int PoliciesMax = 10;

    /// <summary>All that a terminal may be told at once must fit a page of the feed.</summary>
    private const int BytesMax = 32 * 1024;

    /// <summary>
    /// PUT .../policy of a merchant, a store or a terminal: takes the place of the one that begins at the
    /// same moment; answers with what is kept.
    /// </summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        if (await Find(call, cancel) is not { } owner)
            return Answer.NotFound("such merchant, store or terminal");
        if (!PolicyJson.TryRead(call.Body, out var policy, out var fault))
            return Answer.Refuse(ProblemCode.Malformed, fault.Field, fault.Sentence);
        if (policy.Until <= time.GetUtcNow())
            return Answer.Refuse(ProblemCode.Malformed, "until", "This policy would have ended already.");
        if (Bytes(policy).Length > BytesMax)
            return Answer.Refuse(ProblemCode.TooLarge, "$", $"A policy has at most {BytesMax} bytes.");
        var set = PolicySet.From(await tables.Get(owner.Scope.Table, owner.Scope.Partition, Key, cancel));
        var before = set.Policies.FirstOrDefault(one => one.From == policy.From);
        if (before is not null && Bytes(before).AsSpan().SequenceEqual(
            Bytes(policy with { Version = before.Version })))
            return Answer.Json(before, WireJson.Default.OfflinePolicy);
        var next = policy with { Version = await DrawVersion(owner.Merchant, cancel) };
        var changed = await Change(
            owner.Scope, kept => [.. kept.Where(one => one.From != next.From), next], cancel);
        return changed
            ? Answer.Json(next, WireJson.Default.OfflinePolicy)
            : Answer.Refuse(
                ProblemCode.TooLarge, "from",
                $"At most {PoliciesMax} policies are kept; withdraw one first.");
    }

    /// <summary>DELETE .../policy?from=: withdraws the one that begins then, or the undated one.</summary>
    public async Task<Answer> Withdraw(Call call, CancellationToken cancel)
    {
        if (await Find(call, cancel) is not { } owner)
            return Answer.NotFound("such merchant, store or terminal");
        DateTimeOffset? from = null;
        if (call.Query("from") is { } text)
        {
            if (!DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
                return Answer.Refuse(ProblemCode.Malformed, "from", "This is no moment in ISO 8601.");
            from = moment;
        }
        var set = PolicySet.From(await tables.Get(owner.Scope.Table, owner.Scope.Partition, Key, cancel));
        if (!set.Policies.Any(one => one.From == from))
            return Answer.NotFound("policy that begins then");
        await Change(owner.Scope, kept => [.. kept.Where(one => one.From != from)], cancel);
        return await Kept(owner.Scope, cancel);
    }

    /// <summary>GET .../policy: what is kept of this merchant, store or terminal.</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel) =>
        await Find(call, cancel) is { } owner
            ? await Kept(owner.Scope, cancel)
            : Answer.NotFound("such merchant, store or terminal");

    /// <summary>GET terminals/{terminal}/policy/plan: what the terminal is told.</summary>
    public async Task<Answer> GetPlan(Call call, CancellationToken cancel) =>
        Names.IsTerminal(call.Route("terminal"))
        && await terminals.Find(call.Route("terminal"), cancel) is { } identity
            ? Answer.Json(await PlanOf(identity, cancel), WireJson.Default.PolicyPlan)
            : Answer.NotFound("such terminal");

    public async Task<PolicyPlan> PlanOf(TerminalIdentity identity, CancellationToken cancel)
    {
        PolicyScope[] scopes =
        [
            PolicyScope.Terminal(identity.Terminal), PolicyScope.Store(identity.Store),
            PolicyScope.Merchant(identity.Merchant),
        ];
        var sets = new List<PolicySet>();
        foreach (var scope in scopes)
            sets.Add(PolicySet.From(await tables.Get(scope.Table, scope.Partition, Key, cancel)));
        return PolicyResolution.Resolve(sets, time.GetUtcNow());
    }

    private async Task<Answer> Kept(PolicyScope scope, CancellationToken cancel) => Answer.Json(
        PolicySet.From(await tables.Get(scope.Table, scope.Partition, Key, cancel)).Policies,
        WireJson.Default.IReadOnlyListOfflinePolicy);

    /// <summary>Changes the list and says so in the scope's stream.</summary>
    /// <returns>False when there would be too many.</returns>
    private async Task<bool> Change(
        PolicyScope scope, Func<IReadOnlyList<OfflinePolicy>, IReadOnlyList<OfflinePolicy>> next,
        CancellationToken cancel)
    {
        var fits = true;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(scope.Table, scope.Partition, Key, cancel)
                ?? new Row(scope.Partition, Key);
            var before = PolicySet.From(row.ETag is null ? null : row);
            var now = time.GetUtcNow();
            IReadOnlyList<OfflinePolicy> policies =
                [.. next(before.Policies).Where(one => one.Until is null || one.Until > now)];
            fits = policies.Count <= PoliciesMax;
            if (!fits)
                return true;
            var set = new PolicySet(before.Changes + 1, policies);
            set.WriteTo(row);
            var feed = await FeedAppend.Begin(tables, scope.Table, scope.Partition, cancel);
            await feed.Add(row, new FeedRow(Plan: new PolicyPlan(set.Changes, [])), cancel);
            var change = row.ETag is null ? Tables.Change.Insert(row) : Tables.Change.Replace(row);
            IReadOnlyList<Change> changes = [change, .. feed.Changes];
            return await tables.TryCommit(scope.Table, scope.Partition, changes, cancel) is null;
        });
        return fits;
    }

    /// <summary>A number that is drawn and not used harms nothing.</summary>
    private async Task<long> DrawVersion(string merchant, CancellationToken cancel)
    {
        var drawn = 0L;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Merchant, merchant, CounterKey, cancel);
            // Before there was a counter, a merchant's policies were counted in their own row.
            var kept = row is null ? await tables.Get(TableNames.Merchant, merchant, Key, cancel) : null;
            drawn = 1 + (row?.Number("number") ?? kept?.NumberOrNull("version") ?? 0);
            row ??= new Row(merchant, CounterKey);
            row["number"] = drawn;
            var change = row.ETag is null ? Tables.Change.Insert(row) : Tables.Change.Replace(row);
            return await tables.TryCommit(TableNames.Merchant, merchant, [change], cancel) is null;
        });
        return drawn;
    }

    private async Task<(PolicyScope Scope, string Merchant)?> Find(Call call, CancellationToken cancel)
    {
        if (call.Has("terminal"))
            return Names.IsTerminal(call.Route("terminal"))
                && await terminals.Find(call.Route("terminal"), cancel) is { } terminal
                    ? (PolicyScope.Terminal(terminal.Terminal), terminal.Merchant)
                    : null;
        if (call.Has("store"))
            return Names.IsStore(call.Route("store"))
                && await stores.Find(call.Route("store"), cancel) is { } store
                    ? (PolicyScope.Store(store.Id), store.Merchant)
                    : null;
        var id = call.Route("merchant");
        return Names.IsMerchant(id) && await merchants.Find(id, cancel) is not null
            ? (PolicyScope.Merchant(id), id)
            : null;
    }

    private static byte[] Bytes(OfflinePolicy policy) =>
        JsonSerializer.SerializeToUtf8Bytes(policy, WireJson.Default.OfflinePolicy);
}
