using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>What a cashier sees when something breaks in between: line, program, finger.</summary>
[Collection(nameof(BrowserTests))]
public sealed class InterruptionTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task A_double_tap_on_pay_is_one_sale()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await Assertions.Expect(till.Find("[data-key=exact]")).ToBeVisibleAsync();

        await till.Page.EvaluateAsync(
            """
            async () => {
              const basket = await (await fetch("/api/basket")).json();
              const body = JSON.stringify(
                { sale: basket.sale, turn: basket.turn, tenders: [{ kind: "Cash" }] });
              const pay = () => fetch("/api/basket/pay",
                { method: "POST", headers: { "Content-Type": "application/json" }, body });
              document.querySelector("[data-key=exact]").click();
              document.querySelector("[data-key=exact]")?.click();
              await Promise.all([pay(), pay()]);
            }
            """);

        await till.Sees(".sold", "€11.49");
        await till.Go("sales");
        await Assertions.Expect(till.Find(".rows li")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task A_tap_counts_though_the_screen_is_drawn_anew_while_the_finger_is_down()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Go("shift");
        await till.Sees("#main button.main", "Take over");
        await BrowserTill.Settled(till.Page);
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await till.Page.RouteAsync("**/api/shifts", async route =>
        {
            asked.TrySetResult();
            await answer.Task;
            await route.ContinueAsync();
        });
        await till.Verb("stock", "count", "--line", "COF-002x7");
        await asked.Task.WaitAsync(TimeSpan.FromMilliseconds(BrowserWorld.Patience));
        await till.Find("#main button.main").HoverAsync();
        await till.Page.Mouse.DownAsync();
        var drawn = await till.Page.RunAndWaitForResponseAsync(
            () => Task.FromResult(answer.TrySetResult()), "**/api/shifts");
        await drawn.FinishedAsync();
        await BrowserTill.Settled(till.Page);
        await till.Page.EvaluateAsync("() => new Promise(done => setTimeout(done, 50))");
        await till.Page.Mouse.UpAsync();

        await Assertions.Expect(till.Find("dialog input[name=amount]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Two_tabs_that_pay_the_same_basket_make_one_sale()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");
        var second = await till.Page.Context.NewPageAsync();
        await second.GotoAsync($"{till.Address}/#/pay");
        await till.Find("[data-key=pay]").ClickAsync();
        await Assertions.Expect(second.Locator("[data-key=exact]")).ToBeVisibleAsync();
        await Assertions.Expect(till.Find("[data-key=exact]")).ToBeVisibleAsync();

        await Task.WhenAll(
            till.Find("[data-key=exact]").ClickAsync(), second.Locator("[data-key=exact]").ClickAsync());

        await till.Sees(".sold", "€11.49");
        await Assertions.Expect(second.Locator(".sold")).ToContainTextAsync("€11.49");
        await till.Go("sales");
        await Assertions.Expect(till.Find(".rows li")).ToHaveCountAsync(1);
    }

    /// <summary>The terminal has sold, and the page that asked is not there to hear of it.</summary>
    [Theory]
    [InlineData("reload")]
    [InlineData("back")]
    public async Task A_page_that_went_while_a_sale_was_paid_shows_its_end_when_it_is_back(string way)
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        var sold = new TaskCompletionSource();
        await till.Page.RouteAsync("**/api/basket/pay", async route =>
        {
            await route.FetchAsync(new() { Timeout = BrowserWorld.Patience });
            sold.TrySetResult();
        });
        await till.Find("[data-key=exact]").ClickAsync();
        await sold.Task.WaitAsync(TimeSpan.FromMilliseconds(BrowserWorld.Patience));

        if (way == "reload")
            await till.Page.ReloadAsync();
        else
            await till.Page.GoBackAsync();

        await till.Sees(".sold", "€11.49");
        await till.Find("[data-key=next]").ClickAsync();
        await Assertions.Expect(till.Find("[data-key=pay]")).ToBeDisabledAsync();
        await till.Go("sales");
        await Assertions.Expect(till.Find(".rows li")).ToHaveCountAsync(1);
    }

    /// <summary>And where the request never arrived the basket is as it was: nothing is asked anew.</summary>
    [Fact]
    public async Task A_page_that_went_before_anything_was_paid_shows_the_basket_as_it_was()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        var tried = new TaskCompletionSource();
        await till.Page.RouteAsync("**/api/basket/pay", route =>
        {
            tried.TrySetResult();
            return Task.CompletedTask;
        });
        await till.Find("[data-key=exact]").ClickAsync();
        await tried.Task.WaitAsync(TimeSpan.FromMilliseconds(BrowserWorld.Patience));

        await till.Page.ReloadAsync();

        await till.Sees(".owed", "€11.49");
        await Assertions.Expect(till.Find("[data-key=exact]")).ToBeVisibleAsync();
        await till.Go("sales");
        await till.Sees("#main", "Nothing was sold yet.");
        await Assertions.Expect(till.Find(".rows li")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_double_tap_on_void_and_on_closing_the_drawer_counts_once()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€11.49");

        var done = await till.Page.EvaluateAsync<int[]>(
            """
            async () => {
              const post = (path, body) => fetch(path, { method: "POST",
                headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
              const [sale] = (await (await fetch("/api/sales")).json()).sales;
              const undo = { receiptNumber: sale.receiptNumber, reason: "twice" };
              const voided = await Promise.all([1, 2, 3].map(() => post("/api/sales/void", undo)));
              await post("/api/shifts/open", { shift: "0".repeat(31) + "1", amount: "50.00" });
              const closed = await Promise.all(
                [1, 2, 3].map(() => post("/api/shifts/close", { amount: "50.00" })));
              return [voided, closed].map(answers => answers.filter(answer => answer.ok).length);
            }
            """);

        Assert.Equal([1, 1], done);
        var kinds = (await till.Verb("journal", "list")).Document["entries"]!.AsArray()
            .Select(entry => (string?)entry!["kind"]).ToArray();
        Assert.Single(kinds, "SaleVoided");
        Assert.Single(kinds, "ShiftClosed");
    }

    [Fact]
    public async Task The_line_is_cut_after_the_bank_was_asked_and_the_card_is_charged_once()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        var cut = till.Line.CutAfterRequestAsync("/authorise ", LineState.Down);

        await till.Find($"[data-card={DemoCards.VisaChip3}]").ClickAsync();
        await cut;

        await till.Sees(".tenders .tag", "At merchant's risk, not authorised yet");
        await till.SeesBar("Offline");
        till.Line.State = LineState.Up;
        await till.Go("payments");
        await till.Sees(".list.settled li", "Approved by the bank");
        await till.Charged(11_49);
    }

    [Fact]
    public async Task The_power_fails_and_baskets_open_and_parked_are_as_they_were()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=park]").ClickAsync();
        await till.Find("dialog input[name=label]").FillAsync("red coat");
        await till.Find("dialog button.main").ClickAsync();
        await till.Sees("[data-key=resume]", "1 parked");
        await till.Scan("2010333009098");
        await till.Sees(".sum .total", "€1.75");

        await till.Kill();
        await till.SeesBar("The terminal's program does not answer.");
        await Look.At(till.Page, "gone");
        await till.Start();

        await till.SeesBar("Online");
        await till.Sees(".sum .total", "€1.75");
        await till.Find("[data-key=resume]").ClickAsync();
        await Look.At(till.Page, "parked");
        await till.Find("dialog .choices button").ClickAsync();
        await till.Sees(".sum .total", "€11.49");
    }

    [Fact]
    public async Task A_payment_that_the_power_cut_off_is_settled_before_it_is_paid_anew()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        till.Line.State = LineState.BlackHole;
        await till.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();
        // The bar of a second screen: the first one shows that it waits.
        await BrowserTill.Until(
            async () => (await Status(till)).GetProperty("unknown").GetInt32() > 0, "the attempt");
        await till.Kill();
        till.Line.State = LineState.Up;
        await till.Start();

        await till.Sees(".refused", "is not known");
        await till.SeesBar("1 payment is not known");
        await till.Go("payments");
        await till.Sees(".list.unknown li", "The card may have been charged");
        await Look.At(till.Page, "payments-unknown");
        await till.Button("Give it up").ClickAsync();
        await till.Find("dialog button.main").ClickAsync();
        await Assertions.Expect(till.Find(".list.unknown")).ToHaveCountAsync(0);
        await till.Go("sell");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€11.49");
    }

    [Fact]
    public async Task A_declined_card_says_why_and_cash_goes_on_with_the_same_basket()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();

        await till.Find($"[data-card={DemoCards.Declined51}]").ClickAsync();

        await till.Sees(".refused h2", "The bank declined the card");
        await till.Sees(".refused", "not enough money on it, or a limit is reached. Ask for another card");
        await Look.At(till.Page, "declined");
        await till.Find("[data-way=Cash]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€11.49");
    }

    [Fact]
    public async Task Part_in_cash_and_the_rest_by_card()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find(".given input").FillAsync("5");
        await till.Find(".given button").ClickAsync();
        await till.Sees(".owed", "€6.49");
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.VisaContactless}]").ClickAsync();

        await till.Sees(".tenders", "Approved online");
        await Assertions.Expect(till.Find(".tenders li")).ToHaveCountAsync(2);
    }

    private static async Task<System.Text.Json.JsonElement> Status(BrowserTill till) =>
        (await (await till.Page.APIRequest.GetAsync(till.Address + "/api/status")).JsonAsync())!.Value;
}
