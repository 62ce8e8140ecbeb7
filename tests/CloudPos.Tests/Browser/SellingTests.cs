using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>Selling as a cashier does it, online, offline, and with the line cut in between.</summary>
[Collection(nameof(BrowserTests))]
public sealed class SellingTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task A_cashier_scans_searches_pays_in_cash_and_sees_the_change()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Online");

        await till.Scan(Coffee);
        await till.Find("input[type=search]").FillAsync("croissant");
        await Assertions.Expect(till.Find(".grid .tile")).ToHaveCountAsync(1);
        await till.Find("[data-sku=BAK-009].tile").ClickAsync();
        await till.Sees(".sum .total", "€13.24");
        await till.Sees(".sum", "of which tax");
        await Look.At(till.Page, "sell");

        await till.Find("[data-key=pay]").ClickAsync();
        await Look.At(till.Page, "pay");
        await till.Button("^€20.00").ClickAsync();

        await till.Sees(".owed.change", "€6.76");
        await Look.At(till.Page, "sold-cash");
        await till.Go("sales");
        await till.Sees(".rows li", "€13.24");
        await Look.At(till.Page, "sales");
    }

    [Theory]
    [InlineData("exact", null, 2)]
    [InlineData("card", DemoCards.VisaChip, 3)]
    [InlineData("card", null, 2)]
    public async Task From_the_last_item_to_done_it_takes_three_taps_at_most_on_each_size(
        string way, string? card, int taps)
    {
        await using var till = await BrowserTill.Open(world);
        foreach (var (width, height, pay) in new[]
            { (360, 720, "t-pay"), (1280, 800, "pay"), (1440, 900, "pay") })
        {
            await till.Page.SetViewportSizeAsync(width, height);
            await till.Scan(Coffee);
            await Assertions.Expect(till.Find($"[data-key={pay}]")).ToBeEnabledAsync();
            await till.Page.EvaluateAsync(
                "() => { window.taps = 0; addEventListener('click', () => { window.taps++; }, true); }");

            await till.Find($"[data-key={pay}]").ClickAsync();
            await till.Find($"[data-key={way}]").ClickAsync();
            if (card is not null)
                await till.Find($"[data-card={card}]").ClickAsync();
            else if (way == "card")
                await till.Wedge(";4242424242424242=29121010000000000000?");

            await till.Sees(".sold", "€11.49");
            Assert.Equal(taps, await till.Page.EvaluateAsync<int>("() => window.taps"));
            await till.Page.ReloadAsync();
            await till.Page.GotoAsync(till.Address);
        }
    }

    [Fact]
    public async Task A_basket_that_was_asked_for_before_a_scan_is_not_drawn_over_it()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Go("sales");
        var (asked, scanned) = (new TaskCompletionSource(), new TaskCompletionSource());
        await till.Page.RouteAsync("**/api/basket", async route =>
        {
            var answer = await route.FetchAsync();
            asked.TrySetResult();
            await scanned.Task;
            await route.FulfillAsync(new() { Response = answer });
        });
        await till.Go("sell");
        await asked.Task;

        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");
        await till.Page.RunAndWaitForResponseAsync(
            () => Task.FromResult(scanned.TrySetResult()),
            answer => answer.Url.EndsWith("/api/basket", StringComparison.Ordinal));
        await BrowserTill.Settled(till.Page);
        // Time for it to be drawn, if it is.
        await till.Page.EvaluateAsync("() => new Promise(drawn => setTimeout(drawn, 300))");

        Assert.Equal(1, await till.Find(".lines li").CountAsync());
        await till.Sees(".sum .total", "€11.49");
    }

    [Fact]
    public async Task A_card_is_approved_online_and_says_so()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Online");

        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        // Where the bank answers, nobody has to be reached afterwards.
        await Assertions.Expect(till.Find(".contact")).ToBeVisibleAsync();
        await Assertions.Expect(till.Find(".contact.asked")).ToHaveCountAsync(0);
        await till.Find("[data-key=card]").ClickAsync();
        await Look.At(till.Page, "present");
        await till.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();

        await till.Sees(".tenders .tag", "Approved online");
    }

    [Fact]
    public async Task Offline_a_card_is_taken_at_the_merchants_risk_and_never_called_paid()
    {
        await using var till = await BrowserTill.Open(world);
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline: no internet line.");
        await till.SeesBar("Cards are taken at your own risk");

        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Sees(".contact", "ask for an e-mail or a phone number");
        await Look.At(till.Page, "pay-offline");
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.MastercardChip}]").ClickAsync();

        await till.Sees(".tenders .tag", "At merchant's risk, not authorised yet");
        await till.SeesBar("€11.49 at risk");
        await Look.At(till.Page, "sold-offline");
        await till.Go("payments");
        await till.Sees(".list.waiting li", "Waiting to be sent");
        await till.Sees(".list.waiting li .when", " old");
        await till.Sees(".list.waiting li .when", "to be sent by ");
        await till.Sees(".list.waiting .hint", "€11.49");
        await Look.At(till.Page, "payments-waiting");

        await Assertions.Expect(till.Find("[data-key=send]")).ToBeVisibleAsync();
        till.Line.State = LineState.Up;
        // It goes by itself as well, and then there is nothing left to press.
        await till.Page.EvaluateAsync("() => document.querySelector('[data-key=send]')?.click()");
        await till.Sees(".list.settled li", "Approved by the bank");
        await till.SeesBar("Online");
    }

    [Fact]
    public async Task Offline_contactless_is_taken_up_to_a_limit_of_its_own_and_the_chip_goes_further()
    {
        await using var till = await BrowserTill.Open(world);
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline: no internet line.");
        await till.Scan(Coffee);
        await PayOffline(till, DemoCards.VisaContactless);
        await till.Sees(".tenders .tag", "At merchant's risk, not authorised yet");

        await till.Find("[data-key=next]").ClickAsync();
        for (var bag = 0; bag < 3; bag++)
            await till.Scan(Coffee);
        await till.Sees(".sum .total", "€34.47");
        await PayOffline(till, DemoCards.MastercardContactless);
        await till.Sees(".refused", "The amount is too high to be accepted while the line is down.");
        await till.Find("[data-way=Cash]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.MastercardChip}]").ClickAsync();
        await till.Sees(".tenders .tag", "At merchant's risk, not authorised yet");
    }

    /// <summary>Beside a basket that is open, by scan, by code and by name; without a line as well.</summary>
    [Fact]
    public async Task A_price_is_looked_up_by_scan_and_by_name_and_the_basket_stays_as_it_was()
    {
        await using var till = await BrowserTill.Open(world);
        till.Line.State = LineState.Down;
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");

        await till.Find("[data-key=price]").ClickAsync();
        // A scanner types into the field, which has the focus already.
        await Assertions.Expect(till.Find("dialog input")).ToBeFocusedAsync();
        await till.Page.Keyboard.TypeAsync(Coffee);
        await till.Page.Keyboard.PressAsync("Enter");
        await till.Sees("dialog .owed", "€11.49");
        await till.Sees("dialog .answer", "includes 7% tax");
        await till.Sees("dialog .answer", " left");
        await Look.At(till.Page, "price");
        await Assertions.Expect(till.Find("dialog input")).ToBeFocusedAsync();
        await till.Page.Keyboard.TypeAsync("croissant");
        await till.Page.Keyboard.PressAsync("Enter");
        await till.Sees("dialog .owed", "€1.75");
        await till.Find("dialog input").FillAsync("a");
        await till.Find("[data-key=look]").ClickAsync();
        await Assertions.Expect(till.Find("dialog .choices button").First).ToBeVisibleAsync();
        await Look.At(till.Page, "price-choices");
        await till.Find("dialog input").FillAsync("no such thing");
        await till.Find("[data-key=look]").ClickAsync();
        await till.Sees("dialog .refused", "Nothing found for");
        await till.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(till.Find(".lines li")).ToHaveCountAsync(1);
        await till.Sees(".sum .total", "€11.49");

        await till.Find("[data-key=price]").ClickAsync();
        await till.Find("dialog input").FillAsync("croissant");
        await till.Find("[data-key=look]").ClickAsync();
        await till.Find("[data-key=take]").ClickAsync();
        await Assertions.Expect(till.Find(".lines li")).ToHaveCountAsync(2);
    }

    private static async Task PayOffline(BrowserTill till, string card)
    {
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={card}]").ClickAsync();
    }
}
