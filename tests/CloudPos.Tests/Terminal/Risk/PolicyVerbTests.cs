using System.Text.Json;
using CloudPos.Tests.Terminal.Checkout;
using CloudPos.Tests.Terminal.Cli;
using CloudPos.Tests.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Risk;

public sealed class PolicyVerbTests : IDisposable
{
    private readonly TestCli _cli = new();

    [Fact]
    public async Task A_refusal_is_explained_rule_by_rule_and_comes_out_the_same_again()
    {
        var refused = (await Sell("LAMP")).Json.GetProperty("refused");
        var payment = refused.GetProperty("payment").GetString()!;

        var text = await _cli.Run("policy", "explain", payment);
        var json = (await _cli.Run("policy", "explain", payment, "--json")).Json;

        Assert.Equal(0, text.Code);
        Assert.Contains("AtOrOverFloorLimit (60) under policy", text.Output);
        Assert.Matches(@"NO  below the floor limit +60\.00 EUR  50\.00 EUR", text.Output);
        Assert.Matches(@"ok  card not expired +yes", text.Output);
        Assert.True(json.GetProperty("reproduced").GetBoolean());
    }

    [Fact]
    public async Task An_accepted_payment_is_explained_by_its_receipt_number()
    {
        var receipt = (await Sell("MUG")).Json.GetProperty("receiptNumber").GetString()!;

        var json = (await _cli.Run("policy", "explain", receipt, "--json")).Json;
        var unknown = await _cli.Run("policy", "explain", "T9");

        Assert.Equal(0, json.GetProperty("number").GetInt32());
        Assert.All(
            json.GetProperty("rules").EnumerateArray(),
            rule => Assert.True(rule.GetProperty("held").GetBoolean()));
        Assert.Equal(2, unknown.Code);
    }

    [Fact]
    public async Task Another_policy_is_tried_on_the_own_journal_with_what_became_of_the_payments()
    {
        var declined = await Sell("MUG");
        await Sell("TEA", TestShop.MastercardStripe);
        await Sell("LAMP");
        var payment = Id.Parse(
            declined.Json.GetProperty("tenders")[0].GetProperty("payment").GetString()!);
        _cli.Peek(_ =>
        {
            _cli.Shop.Apply(TestTill.Outcome(payment, PaymentState.Declined, "51"));
            return 0;
        });
        var before = _cli.Peek(store => store.LastNumber);

        var stricter = (await Try(TestShop.Policy with
        {
            FloorLimits = [new FloorLimit(null, null, TestShop.Euro(10_00))],
        })).Json;
        var wider = (await Try(TestShop.Policy with
        {
            FloorLimits = [new FloorLimit(null, null, TestShop.Euro(99_00))],
            PerCardLimits = [new PerCardLimit(TestShop.Euro(99_00), 5, 60)],
        })).Json;

        // Accepted were the mug, which was declined later, and the tea.
        Assert.Equal((2, 1), Counts(stricter, "acceptedThen", "acceptedNow"));
        Assert.Equal((1, 0), Counts(stricter, "lostThen", "lostNow"));
        Assert.Equal((2, 3), Counts(wider, "acceptedThen", "acceptedNow"));
        Assert.Equal((1, 1), Counts(wider, "lostNow", "gained"));
        Assert.Equal(before, _cli.Peek(store => store.LastNumber));
    }

    [Fact]
    public async Task The_same_policy_tried_changes_nothing()
    {
        await Sell("MUG");
        await Sell("MUG");
        await Sell("MUG");

        var tried = (await Try(TestShop.Policy)).Json;

        Assert.Equal(0, tried.GetProperty("changed").GetArrayLength());
        Assert.Equal((2, 1), Counts(tried, "acceptedNow", "refusedNow"));
    }

    [Theory]
    [InlineData("", "{}", "$.schemes: This member is missing")]
    [InlineData("", "[1,2", "This is no JSON from line 1, character 5 on")]
    [InlineData("", "null", "A policy is a JSON object")]
    [InlineData("\"floorLimits\"", "\"florLimits\"", "$.florLimits: There is no such member. There are: ver")]
    [InlineData("\"Visa\"", "\"Vista\"", "$.schemes[0]: Here stands one of Unknown, Visa,")]
    [InlineData("5000,", "50.00,", "$.floorLimits[0].amount: Here stands an amount such as")]
    [InlineData("\"windowMinutes\":", "\"window\":60,\"x\":", "$.perCardLimits[0].window: There is no such")]
    [InlineData(
        "\"splitSaleMinutes\":", "\"denyRanges\":[{\"from\":\"4\",\"to\":\"5\"}],\"splitSaleMinutes\":",
        "denyRanges: A range is from and to, 4 to 8 digits each")]
    public async Task What_is_no_policy_is_named_with_its_place_and_what_to_write(
        string right, string wrong, string sentence)
    {
        var whole = JsonSerializer.Serialize(TestShop.Policy, WireJson.Default.OfflinePolicy);
        Assert.Contains(right, whole, StringComparison.Ordinal);
        var file = Path.Combine(_cli.Data, "policy.json");
        await File.WriteAllTextAsync(
            file, right.Length == 0 ? wrong : whole.Replace(right, wrong, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var run = await _cli.Run("policy", "try", file);

        Assert.Equal(2, run.Code);
        Assert.Contains(sentence, run.Errors);
    }

    [Fact]
    public async Task A_policy_that_is_not_there_is_bad_input() =>
        Assert.Equal(2, (await _cli.Run("policy", "try", "nowhere.json")).Code);

    [Fact]
    public async Task The_policy_in_force_and_the_next_are_shown()
    {
        _cli.Peek(store =>
        {
            var next = TestShop.Policy with
            {
                Version = 91, From = store.Now.AddDays(1), SplitSaleMinutes = 7,
            };
            _cli.Shop.Apply(new FeedRow(
                Plan: new PolicyPlan(9, [TestShop.Policy with { Version = 90 }, next])));
            return 0;
        });

        var text = (await _cli.Run("policy", "show")).Output;
        var json = (await _cli.Run("policy", "show", "--json")).Json;

        Assert.Matches(@"Policy 90, in force\n(.+\n)+\nPolicy 91, from 2026-03-03", text);
        Assert.Contains("summed over 7 min", text);
        Assert.Equal(91, json.GetProperty("later")[0].GetProperty("version").GetInt64());
    }

    public void Dispose() => _cli.Dispose();

    private Task<CliRun> Sell(string sku, string stripe = TestShop.VisaStripe) => _cli.Run(
        "sale", "--line", sku, "--pay", "card", "--track2", stripe, "--approval", "prefer-online", "--json");

    private async Task<CliRun> Try(OfflinePolicy policy)
    {
        var file = Path.Combine(_cli.Data, $"policy-{Id.New()}.json");
        await File.WriteAllTextAsync(
            file, JsonSerializer.Serialize(policy, WireJson.Default.OfflinePolicy),
            TestContext.Current.CancellationToken);
        return await _cli.Run("policy", "try", file, "--json");
    }

    private static (int, int) Counts(JsonElement trial, string one, string other)
    {
        var sums = trial.GetProperty("sums")[0];
        return (sums.GetProperty(one).GetProperty("count").GetInt32(),
            sums.GetProperty(other).GetProperty("count").GetInt32());
    }
}
