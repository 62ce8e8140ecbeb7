using System.Text.RegularExpressions;
using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>PINs, limits by role, and what a manager lets pass, with both names in the journal.</summary>
[Collection(nameof(BrowserTests))]
public sealed class PeopleTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task A_cashier_signs_in_and_a_manager_approves_a_large_discount_and_a_void()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.Sees("h1", "Who serves?");
        await Look.At(till.Page, "signin");
        await till.SignIn("anna", "2580");

        await till.Scan(Coffee);
        await till.Find("[data-key=off]").ClickAsync();
        await till.Find("dialog input[name=percent]").FillAsync("25");
        await till.Find("dialog button.main").ClickAsync();
        await till.Sees("dialog", "A manager has to approve");
        await till.Sees("dialog .asked", "€11.49 → €8.62");
        await till.Sees("dialog .asked", "Off the whole basket25%A cashier may give10%");
        await Look.At(till.Page, "manager");
        await till.TypePin("3690", "dialog ");
        await till.Sees(".sum .total", "€8.62");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€8.62");

        await till.Go("sales");
        await till.Button("Void").ClickAsync();
        await till.Find("dialog input[name=reason]").FillAsync("wrong bag");
        await till.Find("dialog button.main").ClickAsync();
        await till.Sees("dialog .asked", "Give back€8.62");
        await till.TypePin("3690", "dialog ");
        await till.Sees(".rows li", "Voided");
        await Assertions.Expect(till.Find(".rows li .when")).ToHaveTextAsync(new Regex(@"\d, \d\d:\d\d"));

        await till.Go("settings");
        await till.Sees(".card", "Anna serves");
        await Look.At(till.Page, "settings");
        await till.Wedge(";4242424242424242=29121010000000000000?");
        await till.Sees("#toast", "The reader works.");
        await till.Find("[data-key=lock]").ClickAsync();
        await till.Sees("h1", "Who serves?");
        var entries = (await till.Verb("journal", "list")).Document["entries"]!.AsArray();
        Assert.Equal(2, entries.Count(entry => (string?)entry!["kind"] == "Overridden"));
    }

    [Fact]
    public async Task A_wrong_pin_opens_nothing_and_the_api_refuses_who_is_not_signed_in()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);

        await till.Find("[data-person=anna]").ClickAsync();
        await till.TypePin("1111", "");

        await till.Sees("#toast", "The PIN is wrong");
        await till.Find("[data-person=anna]").ClickAsync();
        await till.Page.Keyboard.TypeAsync("9999");
        await till.Page.Keyboard.PressAsync("Enter");
        await till.Sees(".dots", "Type the PIN");
        var answer = await till.Page.APIRequest.GetAsync(till.Address + "/api/basket");
        Assert.Equal(401, answer.Status);
        await till.Page.Keyboard.TypeAsync("2580");
        await till.Page.Keyboard.PressAsync("Enter");
        await Microsoft.Playwright.Assertions.Expect(till.Find("#main.screen-sell")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Between_the_floor_limit_and_the_second_limit_a_managers_pin_takes_the_card()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("anna", "2580");
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline");
        for (var bag = 0; bag < 5; bag++)
            await till.Scan(Coffee);
        await till.Sees(".sum .total", "€57.45");

        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.VisaChip2}]").ClickAsync();
        await till.Sees(".refused", "The amount is too high to be accepted while the line is down.");
        await Look.At(till.Page, "refused");
        await till.Find("[data-way=Manager]").ClickAsync();
        await till.Sees("dialog .asked", "To pay€57.45");
        await till.TypePin("3690", "dialog ");
        await till.Find($"[data-card={DemoCards.VisaChip2}]").ClickAsync();

        await till.Sees(".tenders .tag", "At merchant's risk");
    }

    [Fact]
    public async Task Without_a_line_it_starts_signs_in_and_sells()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        till.Line.State = LineState.Down;
        await till.Kill();
        await till.Start();
        await till.Page.ReloadAsync();

        await till.SignIn("ben", "1470");
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();

        await till.Sees(".sold", "€11.49");
        await till.SeesBar("Offline: no internet line.");
    }
}
