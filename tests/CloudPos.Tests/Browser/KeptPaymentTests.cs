using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>The power fails while the bank is asked, and the customer still wants the goods.</summary>
[Collection(nameof(BrowserTests))]
public sealed class KeptPaymentTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task With_a_line_the_payment_is_kept_and_the_card_is_charged_once()
    {
        await using var till = await CutOff();
        till.Line.State = LineState.Up;
        await till.Start();
        await till.SeesBar("Online");

        await Keep(till, "payments-keep");

        await till.Sees("#toast", "€11.49");
        await till.Sees(".rows li", "€11.49");
        await till.Go("payments");
        await till.Sees(".list.settled li", "Approved by the bank");
        await Assertions.Expect(till.Find(".list.unknown")).ToHaveCountAsync(0);
        await till.Charged(11_49);
    }

    [Fact]
    public async Task Without_a_line_it_is_kept_at_the_shops_risk_and_shown_so()
    {
        await using var till = await CutOff();
        till.Line.State = LineState.Down;
        await till.Start();
        await till.SeesBar("Offline");

        await Keep(till, "payments-keep-offline");

        await till.Sees("#toast", "€11.49");
        await till.Go("payments");
        await till.Sees(".list.waiting li", "€11.49");
        await till.Sees(".list.waiting li", "At merchant's risk, not authorised yet");
    }

    /// <summary>A coffee, a card, and the program ends before the answer.</summary>
    private async Task<BrowserTill> CutOff()
    {
        var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        till.Line.State = LineState.BlackHole;
        await till.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();
        await BrowserTill.Until(
            async () => (await till.Verb("attempts")).Document["attempts"]!.AsArray().Count > 0,
            "the attempt");
        await till.Kill();
        return till;
    }

    private static async Task Keep(BrowserTill till, string look)
    {
        await till.Go("payments");
        await till.Sees(".list.unknown li", "The card may have been charged");
        await till.Find("[data-key=take]").ClickAsync();
        await Look.At(till.Page, look);
        await till.Find("dialog [data-key=sure]").ClickAsync();
    }
}
