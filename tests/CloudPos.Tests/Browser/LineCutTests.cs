using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>
/// The line is cut before and in the middle of each step of each flow. Nothing is lost, nothing happens
/// twice, and the screen says how things stand.
/// </summary>
[Collection(nameof(BrowserTests))]
public sealed class LineCutTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";
    private const long Price = 11_49;

    /// <summary>Each step begins with a line and loses it before the first touch; it is back afterwards.
    /// </summary>
    [Fact]
    public async Task The_line_goes_at_each_step_of_a_day_and_comes_back_after_it()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        foreach (var (name, step) in Steps())
        {
            await till.SeesBar("Online");
            till.Line.State = LineState.Down;
            try
            {
                await step(till);
            }
            catch (Exception failed) when (failed is PlaywrightException or Xunit.Sdk.XunitException)
            {
                throw new InvalidOperationException($"Without a line: {name}.", failed);
            }
            await till.SeesBar("Offline: no internet line.");
            till.Line.State = LineState.Up;
        }
        await Check(till);
    }

    /// <summary>A line that swallows everything and answers nothing: no step waits for it.</summary>
    [Fact]
    public async Task A_whole_day_goes_by_while_the_line_is_silent()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SeesBar("Online");
        till.Line.State = LineState.BlackHole;
        foreach (var (_, step) in Steps())
            await step(till);
        till.Line.State = LineState.Up;
        await Check(till);
    }

    [Fact]
    public async Task The_line_goes_while_a_terminal_joins_and_the_same_code_joins_it()
    {
        await using var till = await BrowserTill.OpenNew(world);
        var code = await till.NewCode();
        await till.Find("input[name=url]").FillAsync($"http://{till.Line.Address}");
        await till.Find("input[name=code]").FillAsync(code);
        var cut = till.Line.CutAfterRequestAsync("/enrol ", LineState.Down);
        await till.Find("form button").ClickAsync();
        await cut;
        await till.Sees("#toast", "connection to the back office broke");
        await till.Sees("h1", "Join a merchant");

        till.Line.State = LineState.Up;
        await till.Find("form button").ClickAsync();

        await till.SeesBar("Online");
        await till.Sees("h1", "Receipt printer");
        await till.Find("[data-key=skip]").ClickAsync();
        await till.Sees("h1", "Card reader");
        await till.Find("[data-key=skip]").ClickAsync();
        await till.Sees(".tile", "left");
    }

    [Fact]
    public async Task The_line_goes_while_the_second_of_two_cards_is_asked_and_each_is_charged_once()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await PartByCard(till);
        await till.Find("[data-key=card]").ClickAsync();
        var cut = till.Line.CutAfterRequestAsync("/authorise ", LineState.Down);
        await till.Find($"[data-card={DemoCards.MastercardChip}]").ClickAsync();
        await cut;

        await till.Sees(".tenders", "Approved online");
        await till.Sees(".tenders", "At merchant's risk, not authorised yet");
        till.Line.State = LineState.Up;
        await till.SeesBar("Everything is sent");
        await till.Charged(Price);
    }

    [Fact]
    public async Task The_line_goes_while_a_refund_is_asked_for_and_it_is_given_once()
    {
        await using var till = await BrowserTill.Open(world);
        await AskForARefund(till, LineState.Down);
        await till.Sees("#toast", "The back office cannot be asked, and nothing is given back unasked");
        await till.Sees(".hint", "€11.49 of €11.49 can be given back.");
        await till.SeesBar("Offline");

        till.Line.State = LineState.Up;
        await till.SeesBar("Online");
        await till.Find("[data-key=give]").ClickAsync();

        await till.Sees(".owed.change", "€11.49");
        await till.SeesBar("Everything is sent");
        Assert.Equal(1, await Entries(till, "SaleRefunded"));
    }

    [Fact]
    public async Task The_power_fails_while_a_refund_is_asked_for_and_it_is_offered_again_as_the_same_one()
    {
        await using var till = await BrowserTill.Open(world);
        await AskForARefund(till, LineState.BlackHole);
        await till.Kill();
        till.Line.State = LineState.Up;
        await till.Start();

        await till.SeesBar("1 refund has no answer: ask again");
        await till.Find("#bar .todo a[href='#/sales']").ClickAsync();
        await till.Sees("[data-open-refund]", "stale");
        await Look.At(till.Page, "sales-refund-open");
        await till.Find("[data-key^=again-]").ClickAsync();
        await till.Sees("dialog .sold", "€11.49 given back");
        await Look.At(till.Page, "refund-again");
        await till.Find("dialog").GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await Assertions.Expect(till.Find("[data-open-refund]")).ToHaveCountAsync(0);
        await till.Sees(".rows li", "€11.49 given back");
        await till.SeesBar("Everything is sent");
        Assert.Equal(1, await Entries(till, "SaleRefunded"));
    }

    /// <summary>All of a cash sale is to come back; the line goes once the back office was asked.</summary>
    private static async Task AskForARefund(BrowserTill till, LineState afterwards)
    {
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€11.49");
        await till.Go("sales");
        await till.Find("[data-key^=refund-]").ClickAsync();
        await till.Find("[data-key=all]").ClickAsync();
        await till.Find("input[name=reason]").FillAsync("stale");
        await till.Sees("[data-key=give]", "€11.49");
        var cut = till.Line.CutAfterRequestAsync("/refunds ", afterwards);
        await till.Find("[data-key=give]").ClickAsync();
        await cut;
    }

    /// <summary>What a cashier does in a day, from signing in to a sale that is taken back.</summary>
    private static IEnumerable<(string Name, Func<BrowserTill, Task> Act)> Steps() =>
    [
        ("signing in", till => till.SignIn("anna", "2580")),
        ("scanning", async till =>
        {
            await till.Scan(Coffee);
            await till.Sees(".sum .total", "€11.49");
        }),
        ("one more", async till =>
        {
            await till.Find("[data-key=m0]").ClickAsync();
            await till.Sees(".sum .total", "€22.98");
        }),
        ("a discount", async till =>
        {
            await till.Find("[data-key=off]").ClickAsync();
            await till.Find("dialog input[name=percent]").FillAsync("50");
            await till.Find("dialog button.main").ClickAsync();
            await till.Sees("dialog", "A manager has to approve");
            await till.TypePin("3690", "dialog ");
            await till.Sees(".sum .total", "€11.49");
        }),
        ("parking", async till =>
        {
            await till.Find("[data-key=park]").ClickAsync();
            await till.Find("dialog button.main").ClickAsync();
            await till.Sees("[data-key=resume]", "1 parked");
        }),
        ("taking up again", async till =>
        {
            await till.Find("[data-key=resume]").ClickAsync();
            await till.Find("dialog .choices button").ClickAsync();
            await till.Sees(".sum .total", "€11.49");
        }),
        ("cash, with a receipt by mail", async till =>
        {
            await till.Find("[data-key=pay]").ClickAsync();
            var contact = till.Find(".contact");
            if (await contact.GetAttributeAsync("open") is null)
                await contact.Locator("summary").ClickAsync();
            await till.Find("input[name=email]").FillAsync("ida@example.com");
            await till.Find("[data-key=exact]").ClickAsync();
            await till.Sees(".sold", "€11.49");
        }),
        ("a part by card, the rest in cash", async till =>
        {
            await till.Find("[data-key=next]").ClickAsync();
            await till.Scan(Coffee);
            await PartByCard(till);
            await till.Find("[data-key=exact]").ClickAsync();
            await till.Sees(".sold", "€11.49");
        }),
        ("a card, and what waits", async till =>
        {
            await till.Find("[data-key=next]").ClickAsync();
            await till.Scan(Coffee);
            await till.Find("[data-key=pay]").ClickAsync();
            await till.Find("[data-key=card]").ClickAsync();
            await till.Find($"[data-card={DemoCards.MastercardChip}]").ClickAsync();
            await till.Sees(".tenders .tag", "At merchant's risk, not authorised yet");
            await till.Go("payments");
            await till.Sees(".list.waiting li", "€11.49");
        }),
        ("set-up", async till =>
        {
            await till.Go("settings");
            await till.Sees(".card", "Anna serves");
        }),
        ("taking a sale back", async till =>
        {
            await till.Go("sales");
            await till.Button("^Void").First.ClickAsync();
            await till.Find("dialog input[name=reason]").FillAsync("wrong bag");
            await till.Find("dialog button.main").ClickAsync();
            await till.TypePin("3690", "dialog ");
            await till.Sees(".rows li", "Voided");
        }),
    ];

    private static async Task PartByCard(BrowserTill till)
    {
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("input[name=part]").FillAsync("5");
        await till.Find(".partly button").ClickAsync();
        await till.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();
        await till.Sees(".paid", "€5.00");
    }

    /// <summary>Three sales, one of them taken back; the two cards are charged with five in all.</summary>
    private static async Task Check(BrowserTill till)
    {
        await till.SeesBar("Everything is sent");
        Assert.Equal(3, await Entries(till, "SaleCompleted"));
        Assert.Equal(1, await Entries(till, "SaleVoided"));
        await Assertions.Expect(till.Find(".rows li")).ToHaveCountAsync(3);
        await till.Charged(5_00);
    }

    private static async Task<int> Entries(BrowserTill till, string kind) =>
        (await till.Verb("journal", "list")).Document["entries"]!.AsArray()
            .Count(entry => (string?)entry!["kind"] == kind);
}
