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
        await till.Find("[data-sku=BAK-009].tile").ClickAsync();
        await till.Sees(".sum .total", "€13.24");
        await Look.At(till.Page, "sell");

        await till.Find("[data-key=pay]").ClickAsync();
        await Look.At(till.Page, "pay");
        await till.Button("^€20.00").ClickAsync();

        await till.Sees(".owed.change", "€6.76");
        await Look.At(till.Page, "sold-cash");
        await till.Find("nav a[href='#/sales']").ClickAsync();
        await till.Sees(".rows li", "€13.24");
        await Look.At(till.Page, "sales");
    }

    [Fact]
    public async Task A_card_is_approved_online_and_says_so()
    {
        await using var till = await BrowserTill.Open(world);

        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
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
        await till.Find("nav a[href='#/payments']").ClickAsync();
        await till.Sees(".list.waiting li", "Waiting to be sent");
        await Look.At(till.Page, "payments-waiting");

        till.Line.State = LineState.Up;
        await till.Sees(".list.settled li", "Approved by the bank");
        await till.SeesBar("Online");
    }
}
