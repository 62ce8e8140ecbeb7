using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using CloudPos.Local.Story;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>What happens at the screen when nobody looks at it: a card is declined, the time is up.</summary>
[Collection(nameof(BrowserTests))]
public sealed class AfterwardsTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task A_card_that_the_bank_declines_afterwards_stands_on_the_payments_screen()
    {
        await world.World.Desk.Put($"merchants/{DemoShop.Merchant}/loyalty", new JsonObject
        {
            ["version"] = 1, ["earnMinor"] = 100, ["pointValueMinor"] = 10, ["offlineRedeemMax"] = 5,
            ["tiers"] = new JsonArray(),
        });
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Everything is sent");
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline: no internet line.");
        await till.Go("customers");
        await till.Button("^Add a customer").ClickAsync();
        await till.Find("dialog input[name=name]").FillAsync("Otto Example");
        await till.Find("dialog input[name=telephone]").FillAsync("+49 30 7654321");
        await till.Find("dialog button.main").ClickAsync();
        await till.Find("[data-customer]:has-text('Otto Example')").GetByRole(
            AriaRole.Button, new() { Name = "Sell to", Exact = true }).ClickAsync();
        await till.Sees(".buyer", "Otto Example");
        await till.Scan(Coffee);
        await till.Sees(".buyer", "earns 11");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("input[name=phone]").FillAsync("+49 30 1234567");
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.Declined51}]").ClickAsync();
        await till.Sees(".tenders .tag", "At merchant's risk");

        till.Line.State = LineState.Up;

        await till.SeesBar("1 card was declined afterwards");
        await till.Go("payments");
        await till.Sees(".list.declined li", "Declined by the bank");
        await till.Sees(".list.declined li", "A contact was given");
        await till.Sees(".list.declined li", "Customer: Otto Example, +49 30 7654321");
        await Look.At(till.Page, "payments-declined");
    }

    [Fact]
    public async Task What_the_card_had_of_an_offline_payment_stands_on_the_payments_screen_and_in_the_verb()
    {
        await using var till = await BrowserTill.Open(world);
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline: no internet line.");
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.HasFive}]").ClickAsync();
        await till.Sees(".tenders .tag", "At merchant's risk");

        till.Line.State = LineState.Up;

        await till.SeesBar("1 card was declined afterwards");
        await till.Go("payments");
        await till.Sees(".list.declined li", "The card had only €5.00");
        await Look.At(till.Page, "payments-had-five");
        var lost = Assert.Single((await till.Verb("attempts")).Document["lost"]!.AsArray());
        Assert.Equal(500, (long)lost!["available"]!["minor"]!);
    }

    [Fact]
    public async Task A_locked_screen_and_a_closed_page_hold_nothing_back()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("anna", "2580");
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline");
        foreach (var card in new[] { DemoCards.VisaChip, DemoCards.MastercardChip })
        {
            await till.Go("sell");
            await till.Scan(Coffee);
            await till.Find("[data-key=pay]").ClickAsync();
            await till.Find("[data-key=card]").ClickAsync();
            await till.Find($"[data-card={card}]").ClickAsync();
            await till.Sees(".tenders .tag", "At merchant's risk");
            await till.Go("settings");
            await till.Find("[data-key=lock]").ClickAsync();
            await till.SignIn("anna", "2580", "settings");
        }
        await till.Find("[data-key=lock]").ClickAsync();
        await till.Sees("h1", "Who serves?");
        await till.Page.CloseAsync();

        till.Line.State = LineState.Up;

        using var http = new HttpClient();
        await BrowserTill.Until(
            async () => (await http.GetFromJsonAsync<JsonObject>(
                till.Address + "/api/status", TestContext.Current.CancellationToken))! is var bar
                && (int)bar["unsent"]! == 0 && (int)bar["waiting"]! == 0,
            "everything sent");
        await till.OpenScreen();
        await till.SignIn("anna", "2580");
        await till.SeesBar("Everything is sent");
    }

    [Fact]
    public async Task A_screen_that_nobody_touches_asks_for_a_pin_again()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.Page.Clock.InstallAsync();
        await till.Page.ReloadAsync();
        await till.SignIn("anna", "2580");
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");

        await till.Page.Clock.FastForwardAsync("01:00:01");

        await till.Sees("h1", "Who serves?");
        var answer = await till.Page.APIRequest.GetAsync(till.Address + "/api/basket");
        Assert.Equal(401, answer.Status);
        await till.SignIn("ben", "1470");
        await till.Sees(".sum .total", "€11.49");
    }
}
