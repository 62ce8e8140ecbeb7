using System.Text.Json.Nodes;
using CloudPos.Local.Line;
using CloudPos.Local.Story;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>
/// What a shop does beside selling - goods, products, customers, the drawer, reports - online, offline, and
/// with the line cut in between.
/// </summary>
[Collection(nameof(BrowserTests))]
public sealed class ShopTests(BrowserWorld world)
{
    /// <summary>Other tests of the same world have customers of their own.</summary>
    private const string Ida = "[data-customer]:has-text('Ida Example')";

    private const string Espresso = "2010037001015";
    private const string Filter = "2010074002020";

    [Fact]
    public async Task Offline_goods_are_counted_and_written_off_and_a_new_price_holds_at_the_next_sale()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StockStore);
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline");
        await till.Go("stock");
        await till.Find("input[type=search]").FillAsync("COF-002");
        await Assertions.Expect(till.Find(".stocklist [data-sku]")).ToHaveCountAsync(1);

        await Press(till, "[data-sku=COF-002]", "Count");
        await Answer(till, ("quantity", "55"));
        await till.Sees("[data-sku=COF-002] .quantity", "55");
        await Press(till, "[data-sku=COF-002]", "Write off");
        await Answer(till, ("quantity", "60"), ("note", "wet"));
        await till.Sees("[data-sku=COF-002] .tag", "Below zero");
        await Look.At(till.Page, "stock");
        await Press(till, "[data-sku=COF-002]", "Product");
        await Assertions.Expect(till.Find("dialog input[name=price]")).ToBeVisibleAsync();
        await Look.At(till.Page, "product");
        await Answer(till, ("price", "7.99"), ("lowStockAt", "10"));
        await till.Sees(".toast", "Saved");
        await till.Go("sell");
        await till.Find("input[type=search]").FillAsync("COF-002");
        await till.Sees("[data-sku=COF-002].tile", "€7.99");

        till.Line.State = LineState.Up;
        await till.SeesBar("Everything is sent");
        await till.Sees("[data-sku=COF-002].tile", "€7.99");
    }

    [Fact]
    public async Task Goods_are_sent_to_another_store_with_a_number_for_the_slip()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Go("stock");

        await till.Button("^Send to a store").ClickAsync();
        await till.Page.Locator("dialog [name=to]").FillAsync("hamburg-9");
        foreach (var (at, code) in new[] { "COF-003", "TEA-004", "TEA-004" }.Index())
        {
            await till.Page.Locator("dialog [name=sku]").FillAsync(code);
            await till.Page.Locator("dialog [name=sku]").PressAsync("Enter");
            await till.Sees("dialog button.main", $"Send {at + 1} piece");
            await till.Sees($"dialog [data-sku={code}]", code);
            await Assertions.Expect(till.Find("dialog [name=sku]")).ToBeFocusedAsync();
        }
        await till.Page.Locator("dialog [data-key='quantity-COF-003']").FillAsync("12");
        await till.Page.Locator("dialog [data-key='quantity-COF-003']").BlurAsync();
        await till.Sees("dialog button.main", "Send 14 pieces");
        await Look.At(till.Page, "transfer-form");
        await till.Page.Locator("dialog button.main").ClickAsync();

        await till.Sees(".toast", "on the slip");
        await till.Sees("[data-transfer]", "To hamburg-9");
        await till.Sees("[data-transfer]", "COF-003 × 12");
        await till.Sees("[data-transfer]", "TEA-004 × 2");
        await till.Sees("[data-transfer] .tag", "On its way");
    }

    [Fact]
    public async Task A_customer_added_offline_earns_points_and_redeems_them_and_the_line_changes_nothing()
    {
        await world.World.Desk.Put($"merchants/{DemoShop.Merchant}/loyalty", new JsonObject
        {
            ["version"] = 1, ["earnMinor"] = 100, ["pointValueMinor"] = 10, ["offlineRedeemMax"] = 5,
            ["tiers"] = new JsonArray(),
        });
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Everything is sent");
        till.Line.State = LineState.Down;
        await till.Go("customers");
        await till.Button("^Add a customer").ClickAsync();
        await Answer(till, ("name", "Ida Example"), ("email", "ida@example.com"));
        await till.Sees(Ida, "0 points");

        await Press(till, Ida, "Sell to");
        await Sell(till, Espresso);
        await till.Go("customers");
        await till.Sees($"{Ida} .figure", "11 points");
        await Press(till, Ida, "Sell to");
        await Assertions.Expect(till.Find("#main.screen-sell")).ToBeVisibleAsync();
        await till.Sees(".buyer", "Ida Example");
        await till.Scan(Filter);
        await till.Find("[data-key=redeem]").ClickAsync();
        await Answer(till, ("points", "5"));
        await till.Sees(".buyer", "redeems 5");
        await Look.At(till.Page, "sell-customer");
        await Sell(till, null);
        till.Line.State = LineState.Up;
        await till.SeesBar("Everything is sent");

        await till.Go("customers");
        await Assertions.Expect(till.Find(Ida)).ToBeVisibleAsync();
        await Look.At(till.Page, "customers");
        await Press(till, Ida, "Purchases");
        await Assertions.Expect(till.Find("dialog .rows li")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task A_drawer_that_was_counted_short_says_so_and_the_report_shows_the_sales()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Go("shift");
        await till.Button("^Take over").ClickAsync();
        await Answer(till, ("amount", "100"));
        await till.Sees(".owed", "€100.00");
        await till.Go("sell");
        await Sell(till, Espresso);
        await till.Go("shift");
        await till.Sees(".owed", "€111.49");
        await Look.At(till.Page, "shift");
        await till.Button("^Count and close").ClickAsync();
        await Answer(till, ("amount", "111.00"));
        await till.Sees(".rows li", "Differs by -€0.49");

        await till.Go("reports");
        await till.Sees(".totalcard.net", "€11.49");
        await till.Sees(".part.product", "Espresso beans");
        await till.Button("^Seven days").ClickAsync();
        await till.Sees(".part.day svg.chart", "");
        await Look.At(till.Page, "reports");
        var download = till.Page.WaitForDownloadAsync();
        await till.Button("^Save as CSV").ClickAsync();
        Assert.EndsWith(".csv", (await download).SuggestedFilename, StringComparison.Ordinal);
        await till.Find("[data-key=x]").ClickAsync();
        await till.Sees("dialog .paper", "X REPORT");
    }

    private static Task Press(BrowserTill till, string row, string button) =>
        till.Find(row).First.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    /// <summary>Fills a dialog's fields and confirms it.</summary>
    private static async Task Answer(BrowserTill till, params (string Name, string Text)[] fields)
    {
        foreach (var (name, text) in fields)
            await till.Find($"dialog input[name={name}]").FillAsync(text);
        await till.Find("dialog button.main").ClickAsync();
        await Assertions.Expect(till.Find("dialog")).ToHaveCountAsync(0);
    }

    /// <summary>Scans a product, if one is named, and takes the exact amount in cash.</summary>
    private static async Task Sell(BrowserTill till, string? sku)
    {
        await Assertions.Expect(till.Find("#main.screen-sell")).ToBeVisibleAsync();
        if (sku is not null)
            await till.Scan(sku);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await Assertions.Expect(till.Find("[data-key=next]")).ToBeVisibleAsync();
    }
}
