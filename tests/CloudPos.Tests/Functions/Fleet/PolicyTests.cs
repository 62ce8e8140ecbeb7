using System.Text.Json;
using CloudPos.Cards;
using CloudPos.Functions.Fleet;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Fleet;

public class PolicyTests
{
    private const string MerchantPath = $"/api/backoffice/merchants/{TestBackOffice.Merchant}/policy";
    private const string StorePath = $"/api/backoffice/stores/{TestBackOffice.Store}/policy";
    private const string TerminalPath = "/api/backoffice/terminals/T0000001/policy";
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task The_narrowest_policy_holds_and_withdrawing_it_brings_the_wider_back()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var other = await office.Enrol("T0000002");

        await office.Expect(office.Put(MerchantPath, Json(Policy(10))));
        await office.Expect(office.Put(StorePath, Json(Policy(20))));
        var (cursor, store) = await terminal.FeedToEnd();
        await office.Expect(office.Put(TerminalPath, Json(Policy(30))));
        var (later, own) = await terminal.FeedToEnd(cursor);
        var (_, others) = await other.FeedToEnd();
        await office.Expect(office.Send(HttpMethod.Delete, TerminalPath, null, "manager"));
        var (_, withdrawn) = await terminal.FeedToEnd(later);

        Assert.Equal([20, 30, 20, 20], new[] { store, own, others, withdrawn }.Select(MinutesOf));
        Assert.True(PlanOf(store).Version < PlanOf(own).Version);
        Assert.True(PlanOf(own).Version < PlanOf(withdrawn).Version);
    }

    [Fact]
    public async Task A_policy_of_a_later_date_travels_in_advance_with_a_version_of_its_own()
    {
        await using var office = await TestBackOffice.WithStore();
        var terminal = await office.Enrol();
        var from = office.Time.GetUtcNow().AddDays(1);

        await office.Expect(office.Put(MerchantPath, Json(Policy(10))));
        await office.Expect(office.Put(MerchantPath, Json(Policy(20) with { From = from })));
        var plan = PlanOf((await terminal.FeedToEnd()).Rows);
        var told = await office.Expect(office.Get($"{TerminalPath}/plan", "support"));

        Assert.Equal([10, 20], plan.Policies.Select(policy => policy.OfflineMinutesMax));
        Assert.Equal(2, plan.Policies.Select(policy => policy.Version).Distinct().Count());
        Assert.Equal(10, plan.InForceAt(from.AddSeconds(-1)).OfflineMinutesMax);
        Assert.Equal(20, plan.InForceAt(from).OfflineMinutesMax);
        Assert.Equal(2, told.GetProperty("policies").GetArrayLength());
    }

    [Fact]
    public void A_season_of_a_store_begins_and_ends_by_date()
    {
        var merchant = new PolicySet(3, [Policy(10, 1)]);
        var store = new PolicySet(2, [
            Policy(20, 2) with { From = Now.AddDays(1), Until = Now.AddDays(3) },
            Policy(30, 3) with { From = Now.AddDays(2), Until = Now.AddDays(4) }]);

        var plan = PolicyResolution.Resolve([new PolicySet(0, []), store, merchant], Now);

        int[] days = [0, 1, 2, 3, 4, 9];
        Assert.Equal(
            [10, 20, 30, 30, 10, 10],
            days.Select(day => plan.InForceAt(Now.AddDays(day)).OfflineMinutesMax));
        Assert.Equal(5, plan.Version);
    }

    [Fact]
    public void Without_any_policy_nothing_is_accepted_offline()
    {
        var later = new PolicySet(1, [Policy(10, 1) with { From = Now.AddDays(1) }]);

        var plan = PolicyResolution.Resolve([later], Now);

        Assert.False(plan.InForceAt(Now).Enabled);
        Assert.True(plan.InForceAt(Now.AddDays(1)).Enabled);
    }

    [Theory]
    [InlineData("secondLimits", """[{"amount":{"minor":-1,"currency":"EUR"}}]""")]
    [InlineData("denyRanges", """[{"from":"400000","to":"4999"}]""")]
    [InlineData("denyRanges", """[{"from":"4999","to":"4000"}]""")]
    [InlineData("denyRanges", """[{"from":"424242424","to":"424242429"}]""")]
    [InlineData("serviceCodes", """["2x1"]""")]
    [InlineData("randomSelections",
        """[{"threshold":{"minor":1,"currency":"EUR"},"targetPercent":50,"maxPercent":20}]""")]
    [InlineData("splitSaleMinutes", "-1")]
    [InlineData("$.denyRange", "[]")]
    [InlineData("$.schemes[0]", "[\"Vista\"]")]
    [InlineData("until", "\"2020-01-01T00:00:00Z\"")]
    [InlineData("until", "\"2020-01-01T00:00:00Z\"", "\"from\":\"2021-01-01T00:00:00Z\",")]
    public async Task What_is_wrong_with_a_policy_is_named(string field, string value, string more = "")
    {
        await using var office = await TestBackOffice.WithStore();
        var json = Json(Policy(10));
        json = $"{json[..^1]},{more}\"{field.Split('.', '[')[field[0] == '$' ? 1 : 0]}\":{value}}}";

        using var response = await office.Put(StorePath, json);

        Assert.Equal(field, (await TestBackOffice.ProblemOf(response)).Field);
        Assert.Equal(0, (await office.Expect(office.Get(StorePath))).GetArrayLength());
    }

    private static OfflinePolicy Policy(int minutes, long version = 0) => new(
        version, true, [Scheme.Visa], [EntryMode.Chip], [new FloorLimit(null, null, Sales.Eur(5_000))],
        [new ExposureLimit(Sales.Eur(20_000), 10)], [], minutes, 3_000);

    private static string Json(OfflinePolicy policy) =>
        JsonSerializer.Serialize(policy, WireJson.Default.OfflinePolicy);

    private static PolicyPlan PlanOf(IReadOnlyList<FeedRow> rows) =>
        Assert.Single(rows, row => row.Plan is not null).Plan!;

    private static int MinutesOf(IReadOnlyList<FeedRow> rows) =>
        PlanOf(rows).Policies[0].OfflineMinutesMax;
}
