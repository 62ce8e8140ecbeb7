using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Customers;

/// <summary>A merchant's rule of points: row `loyalty` beside its catalogue, and in its feed.</summary>
internal sealed class LoyaltyRules(TablePort tables, Merchants merchants)
{
    private const string Key = "loyalty";
    private const int TiersMax = 10;
    private const long FigureMax = 1_000_000_000;

    /// <summary>PUT /api/backoffice/merchants/{merchant}/loyalty; the version rises by itself.</summary>
    public async Task<Answer> Put(Call call, CancellationToken cancel)
    {
        var id = call.Route("merchant");
        if (!Names.IsMerchant(id) || await merchants.Find(id, cancel) is null)
            return Answer.NotFound("such merchant");
        if (!call.TryRead(CustomersJson.Default.LoyaltyRule, out var rule, out var refusal))
            return refusal;
        if (FaultOf(rule) is { } fault)
            return Answer.Refuse(ProblemCode.Malformed, fault.Field, fault.Sentence);
        var written = rule;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Merchant, id, Key, cancel) ?? new Row(id, Key);
            written = rule with { Version = (row.NumberOrNull("version") ?? 0) + 1 };
            row["version"] = written.Version;
            row["rule"] = JsonSerializer.Serialize(written, WireJson.Default.LoyaltyRule);
            var feed = await FeedAppend.Begin(tables, TableNames.Merchant, id, cancel);
            await feed.Add(row, new FeedRow { Loyalty = written }, cancel);
            var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
            return await tables.TryCommit(TableNames.Merchant, id, [change, .. feed.Changes], cancel) is null;
        });
        return Answer.Json(written, CustomersJson.Default.LoyaltyRule);
    }

    private static (string Field, string Sentence)? FaultOf(LoyaltyRule rule)
    {
        if (rule.EarnMinor is < 1 or > FigureMax)
            return ("earnMinor", "A point is earned by at least one minor unit.");
        if (rule.PointValueMinor is < 0 or > FigureMax)
            return ("pointValueMinor", "A point is worth nothing or more.");
        if (rule.OfflineRedeemMax is < 0 or > FigureMax)
            return ("offlineRedeemMax", "Points redeemed offline are bounded; 0 allows none.");
        if (rule.Tiers.Count > TiersMax
            || rule.Tiers.Any(tier => tier.DiscountBasisPoints is < 0 or > 10_000 || tier.FromPoints < 0
                || tier.Name.Length is 0 or > 40)
            || rule.Tiers.Zip(rule.Tiers.Skip(1)).Any(p => p.First.FromPoints >= p.Second.FromPoints))
            return ("tiers", $"Up to {TiersMax} tiers by rising points, each with a name and 0 to 10000 "
                + "basis points.");
        return null;
    }
}
