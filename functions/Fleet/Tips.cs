using System.Text.Json;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// Whether customers are asked for a tip, said by merchant, store or terminal: row `tips` of the scope, and
/// its feed. A terminal is told of all three and goes by the narrowest that says anything.
/// </summary>
internal sealed class Tips(TablePort tables, Merchants merchants, Stores stores, Terminals terminals)
{
    private const string Key = "tips";

    /// <summary>PUT .../tips of a merchant, a store or a terminal.</summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        if (await Find(call, cancel) is not { } owner)
            return Answer.NotFound("such merchant, store or terminal");
        if (!call.TryRead(FleetJson.Default.TipsBody, out var body, out var refusal))
            return refusal;
        if (FaultOf(body) is { } fault)
            return Answer.Refuse(ProblemCode.Malformed, "percentages", fault);
        return await Attempts.UntilCommitted<Answer>(async () =>
        {
            var (table, partition) = (owner.Place.Table, owner.Place.Partition);
            var row = await tables.Get(table, partition, Key, cancel) ?? new Row(partition, Key);
            var rule = new TipRule(
                owner.Scope, (row.NumberOrNull("version") ?? 0) + 1, body.Enabled, body.Percentages);
            row["version"] = rule.Version;
            row["rule"] = JsonSerializer.Serialize(rule, FleetJson.Default.TipRule);
            var feed = await FeedAppend.Begin(tables, table, partition, cancel);
            await feed.Add(row, new FeedRow { Tips = rule }, cancel);
            var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
            return await tables.TryCommit(table, partition, [change, .. feed.Changes], cancel) is null
                ? Answer.Json(rule, FleetJson.Default.TipRule)
                : null;
        });
    }

    /// <summary>GET .../tips: what this merchant, store or terminal says.</summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (await Find(call, cancel) is not { } owner)
            return Answer.NotFound("such merchant, store or terminal");
        var row = await tables.Get(owner.Place.Table, owner.Place.Partition, Key, cancel);
        var rule = row is null ? null : JsonSerializer.Deserialize(
            row.Text("rule"), FleetJson.Default.TipRule);
        return Answer.Json(rule ?? new TipRule(owner.Scope, 0, null, []), FleetJson.Default.TipRule);
    }

    private static string? FaultOf(TipsBody body)
    {
        if (body.Percentages.Count > TipRule.ChoicesMax)
            return $"At most {TipRule.ChoicesMax} percentages are offered.";
        return body.Percentages.Any(percent => percent is < 1 or > TipRule.PercentMax)
            || body.Percentages.Distinct().Count() != body.Percentages.Count
                ? $"Percentages are whole numbers of 1 to {TipRule.PercentMax}, each once."
                : null;
    }

    private async Task<(TipScope Scope, PolicyScope Place)?> Find(Call call, CancellationToken cancel)
    {
        if (call.Has("terminal"))
            return Names.IsTerminal(call.Route("terminal"))
                && await terminals.Find(call.Route("terminal"), cancel) is { } terminal
                    ? (TipScope.Terminal, PolicyScope.Terminal(terminal.Terminal))
                    : null;
        if (call.Has("store"))
            return Names.IsStore(call.Route("store"))
                && await stores.Find(call.Route("store"), cancel) is { } store
                    ? (TipScope.Store, PolicyScope.Store(store.Id))
                    : null;
        var id = call.Route("merchant");
        return Names.IsMerchant(id) && await merchants.Find(id, cancel) is not null
            ? (TipScope.Merchant, PolicyScope.Merchant(id))
            : null;
    }
}
