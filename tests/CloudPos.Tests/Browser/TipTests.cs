using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>A tip is the customer's choice, asked for only where the shop wants it.</summary>
[Collection(nameof(BrowserTests))]
public sealed class TipTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task A_customer_leaves_ten_percent_by_card_and_it_stands_apart_everywhere()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.TippedStore);
        await Pay(till);
        await till.Find("[data-key=tip-10]").ClickAsync();
        await till.Sees(".owed", "€12.64");
        await till.Sees(".owed", "with €1.15 tip");
        await Look.At(till.Page, "pay-tip");
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();

        await till.Sees(".sold", "€11.49 and €1.15 tip");
        await till.Sees(".tenders", "€12.64");
        await till.Sees(".tenders .tip", "€1.15 of it tip");
        await Look.At(till.Page, "sold-tip");
        await till.Go("reports");
        await till.Sees(".totalcard.net", "€11.49");
        await till.Sees(".part.tip", "€1.15");
        await Look.At(till.Page, "reports-tip");
        await till.Go("sales");
        await till.Find("[data-key^=refund-]").ClickAsync();
        await till.Find("input[name=tip]").CheckAsync();
        await till.Sees("[data-key=give]", "€1.15");
        await till.Find("input[name=reason]").FillAsync("slow");
        await Look.At(till.Page, "refund-tip");
        await till.Find("[data-key=give]").ClickAsync();
        await till.Sees(".sold", "€1.15 given back");
    }

    [Fact]
    public async Task Offline_and_in_parts_each_payment_has_its_own_tip()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.TippedStore);
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline");
        await Pay(till);
        await till.Find("input[name=tip]").FillAsync("1,50");
        await till.Find("[data-key=tip-own]").ClickAsync();
        await till.Sees(".owed", "€12.99");
        await till.Find("input[name=part]").FillAsync("5");
        await till.Find(".partly button").ClickAsync();
        await till.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();
        await till.Sees(".paid .tip", "€1.50 of it tip");
        await till.Sees(".owed", "€6.49");

        await till.Find("[data-key=tip-5]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();

        await till.Sees(".sold", "€11.49 and €1.82 tip");
        await Assertions.Expect(till.Find(".tenders li")).ToHaveCountAsync(2);
        await till.SeesBar("€6.50 at risk");
        till.Line.State = LineState.Up;
        await till.SeesBar("Everything is sent");
    }

    [Fact]
    public async Task A_shop_that_did_not_switch_tips_on_asks_nobody()
    {
        await using var till = await BrowserTill.Open(world);
        await Pay(till);

        await Assertions.Expect(till.Find(".tips")).ToHaveCountAsync(0);
    }

    private static async Task Pay(BrowserTill till)
    {
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await Assertions.Expect(till.Find("[data-key=exact]")).ToBeVisibleAsync();
    }
}
