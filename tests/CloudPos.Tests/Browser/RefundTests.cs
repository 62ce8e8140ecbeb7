using System.Net.Http.Json;
using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>
/// Giving a part of a sale back at the screen: goods, reason, a manager's PIN, and once only.
/// </summary>
[Collection(nameof(BrowserTests))]
public sealed class RefundTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task A_manager_lets_one_piece_come_back_and_the_money_goes_to_the_card()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("anna", "2580");
        await till.Scan(Coffee);
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€22.98");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();
        await till.Sees(".tenders .tag", "Approved online");

        await till.Go("sales");
        await till.Find("[data-key^=refund-]").ClickAsync();
        await till.Sees(".hint", "€22.98 of €22.98 can be given back.");
        await Assertions.Expect(till.Find("[data-key=give]")).ToBeDisabledAsync();
        await till.Find("[data-key^=more-]").ClickAsync();
        await till.Sees("[data-key=give]", "€11.49");
        await till.Sees(".tenders", "Visa");
        await till.Find("input[name=reason]").FillAsync("stale");
        await Look.At(till.Page, "refund");
        await till.Find("[data-key=give]").ClickAsync();
        await till.Sees("dialog", "A refund takes a manager.");
        await till.TypePin("3690", "dialog ");

        await till.Sees(".sold", "€11.49 given back");
        await Look.At(till.Page, "refunded");
        await till.Find("[data-key=next]").ClickAsync();
        await till.Sees(".rows li", "€11.49 given back");
        await till.Sees(".rows li .tag.state-Approved", "€11.49 to the card: done");
        await Look.At(till.Page, "sales-refunded");
        var list = (await till.Verb("journal", "list")).Document["entries"]!.AsArray();
        Assert.Single(list, entry => (string?)entry!["kind"] == "SaleRefunded");
    }

    [Fact]
    public async Task All_that_is_left_of_a_cash_sale_is_handed_out_and_a_second_tap_gives_nothing()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€11.49");
        await till.Go("sales");
        await till.Find("[data-key^=refund-]").ClickAsync();
        await till.Find("input[name=amount]").FillAsync("4.00");
        await till.Find("input[name=reason]").FillAsync("late");
        await till.Sees("[data-key=give]", "€4.00");

        await till.Page.EvaluateAsync(
            """
            async () => {
              const give = () => fetch("/api/refund", {
                method: "POST", headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ receiptNumber: decodeURIComponent(location.hash.split("/")[2]),
                  items: [], amount: "4.00", reason: "late", earlier: 0 }) });
              document.querySelector("[data-key=give]").click();
              await Promise.all([give(), give()]);
            }
            """);

        await till.Go("sales");
        await till.Sees(".rows li", "€4.00 given back");
        await till.Find("[data-key^=refund-]").ClickAsync();
        await till.Sees(".hint", "€7.49 of €11.49 can be given back.");
        await till.Find("[data-key=all]").ClickAsync();
        await till.Sees(".refused", "is left to give back");
        await till.Find("input[name=amount]").FillAsync("7.49");
        await till.Find("input[name=reason]").FillAsync("late");
        await till.Sees("[data-key=give]", "€7.49");
        await till.Find("[data-key=give]").ClickAsync();
        await till.Sees(".owed.change", "€7.49");
    }

    [Fact]
    public async Task What_the_bank_said_to_a_refund_of_another_tills_receipt_stands_where_it_was_given()
    {
        await using var seller = await BrowserTill.Open(world);
        await using var till = await BrowserTill.Open(world);
        await seller.Scan(Coffee);
        await seller.Find("[data-key=pay]").ClickAsync();
        await seller.Find("[data-key=card]").ClickAsync();
        await seller.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();
        await seller.Sees(".tenders .tag", "Approved online");
        await seller.Go("sales");
        var number = (await seller.Find("[data-receipt]").GetAttributeAsync("data-receipt"))!;
        await seller.Verb("forward");
        await UntilWorkedOff(till, number);

        await till.Go("sales");
        await till.Find("input[name=receipt]").FillAsync(number);
        await till.Find("input[name=receipt]").PressAsync("Enter");
        await till.Find("[data-key^=more-]").ClickAsync();
        await till.Find("input[name=reason]").FillAsync("nearer");
        await till.Find("[data-key=give]").ClickAsync();
        await till.Sees(".sold", "€11.49 given back");
        await till.Go("sales");

        await till.Sees(".elsewhere li .what", number);
        await till.Sees(".elsewhere li .tag.state-Approved", "€11.49 to the card: done");
        await Look.At(till.Page, "sales-elsewhere");
    }

    [Fact]
    public async Task A_receipt_of_another_till_is_given_back_with_a_line_and_without_one_it_says_where()
    {
        await using var seller = await BrowserTill.Open(world);
        await using var till = await BrowserTill.Open(world);
        await seller.Scan(Coffee);
        await seller.Scan(Coffee);
        await seller.Find("[data-key=pay]").ClickAsync();
        await seller.Find("[data-key=exact]").ClickAsync();
        await Assertions.Expect(seller.Find("[data-key=next]")).ToBeVisibleAsync();
        await seller.Go("sales");
        var number = (await seller.Find("[data-receipt]").GetAttributeAsync("data-receipt"))!;
        await seller.Verb("forward");
        await UntilWorkedOff(till, number);

        await till.Go("sales");
        await till.Find("input[name=receipt]").FillAsync(number.ToLowerInvariant());
        await Look.At(till.Page, "sales-foreign");
        await till.Find("input[name=receipt]").PressAsync("Enter");
        await till.Sees(".hint", "€22.98 of €22.98 can be given back.");
        await till.Find("[data-key^=more-]").ClickAsync();
        await till.Find("input[name=reason]").FillAsync("nearer");
        await till.Find("[data-key=give]").ClickAsync();
        await till.Sees(".sold", "€11.49 given back");

        till.Line.State = LineState.Down;
        var refused = await till.Verb("refund", "--receipt", number, "--reason", "nearer");
        till.Line.State = LineState.Up;
        await till.SeesBar("Online");
        var given = await till.Verb("refund", "--receipt", number, "--reason", "nearer");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("Give it back at that till", $"{refused.Json}", StringComparison.Ordinal);
        Assert.True(given.ExitCode == 0, given.Errors);
        Assert.Equal(1149, (long)given.Json!["total"]!["minor"]!);
    }

    /// <summary>
    /// What has arrived at the back office is worked off by itself, on a busy machine not at once; until then
    /// a cashier is told to try again, as where the answer takes too long.
    /// </summary>
    private static async Task UntilWorkedOff(BrowserTill till, string receiptNumber)
    {
        using var http = new HttpClient();
        await BrowserTill.Until(
            async () =>
            {
                using var plan = await http.PostAsJsonAsync(
                    $"{till.Address}/api/refund/plan", new { receiptNumber, items = Array.Empty<string>() },
                    TestContext.Current.CancellationToken);
                return plan.IsSuccessStatusCode;
            },
            $"{receiptNumber} worked off");
    }
}
