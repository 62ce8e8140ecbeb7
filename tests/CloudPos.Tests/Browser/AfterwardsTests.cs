using CloudPos.Local.Demo;
using CloudPos.Local.Line;

namespace CloudPos.Tests.Browser;

/// <summary>What happens at the screen when nobody looks at it: a card is declined, the time is up.</summary>
[Collection(nameof(BrowserTests))]
public sealed class AfterwardsTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task A_card_that_the_bank_declines_afterwards_stands_on_the_payments_screen()
    {
        await using var till = await BrowserTill.Open(world);
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline: no internet line.");
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("input[name=phone]").FillAsync("+49 30 1234567");
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.Declined51}]").ClickAsync();
        await till.Sees(".tenders .tag", "At merchant's risk");

        till.Line.State = LineState.Up;

        await till.SeesBar("1 card was declined afterwards");
        await till.Find("nav a[href='#/payments']").ClickAsync();
        await till.Sees(".list.declined li", "Declined by the bank");
        await till.Sees(".list.declined li", "A contact was given");
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
        await till.Find("nav a[href='#/payments']").ClickAsync();
        await till.Sees(".list.declined li", "The card had only €5.00");
        await Look.At(till.Page, "payments-had-five");
        var lost = Assert.Single((await till.Verb("attempts")).Document["lost"]!.AsArray());
        Assert.Equal(500, (long)lost!["available"]!["minor"]!);
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
