using System.Text.Json.Nodes;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>
/// What a designer's own data never shows: names as long as they may be, amounts as large as they may be, a
/// page at twice its size, and people who chose their own colours.
/// </summary>
[Collection(nameof(BrowserTests))]
public sealed class LargeTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";
    private const string Long =
        "Donaudampfschifffahrtsgesellschaftskapitänsmütze mit vergoldetem Anker, gefüttert, für kalte Tage";

    [Fact]
    public async Task Long_names_and_large_amounts_stay_within_their_place()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Everything is sent");
        // Nothing of this leaves the till: the others of this shop do not sell it.
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline");
        await Post(till, "/api/product", new JsonObject
        {
            ["sku"] = "LONG-CAP-00000000001", ["name"] = Long, ["category"] = "Kopfbedeckungen und Zubehör",
            ["price"] = "9999.99", ["taxBasisPoints"] = 1900,
        });
        await Post(till, "/api/customers", new JsonObject
        {
            ["name"] = "Maximiliane Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh",
            ["email"] = "maximiliane.wolfeschlegelsteinhausenbergerdorff@correspondence.example.com",
            ["telephone"] = "+49 30 1234567890123", ["card"] = "CLUB-0000-1111-2222-3333",
        });

        await till.Find("input[type=search]").FillAsync("LONG-CAP");
        await till.Find("[data-sku=LONG-CAP-00000000001].tile").ClickAsync();
        await till.Sees(".lines li", "9,999.99");
        await till.Find(".linename").ClickAsync();
        await till.Find("dialog input[name=quantity]").FillAsync("99");
        await Look.InAllSizes(till.Page, "large-line");
        await till.Find("dialog button.main").ClickAsync();
        await till.Sees(".sum .total", "€989,999.01");
        await till.Find("[data-key=off]").ClickAsync();
        await till.Find("dialog input[name=percent]").FillAsync("12.5");
        await till.Find("dialog button.main").ClickAsync();
        await till.Sees(".sum .off", "€123,749.88");
        await Look.At(till.Page, "large-sell");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Sees(".owed", "€866,249.13");
        await Look.InAllSizes(till.Page, "large-pay");
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€866,249.13");
        await till.Find("summary").ClickAsync();
        await Look.InAllSizes(till.Page, "large-sold");

        foreach (var (screen, seen) in new[]
        {
            ("sales", "€866,249.13"), ("customers", "Maximiliane"), ("reports", "€866,249.13"),
        })
        {
            await till.Go(screen);
            await till.Sees("#main", seen);
            await Look.InAllSizes(till.Page, $"large-{screen}");
        }
        await till.Go("stock");
        await till.Find("input[type=search]").FillAsync("LONG-CAP");
        await Assertions.Expect(till.Find(".stocklist li[data-sku]")).ToHaveCountAsync(1);
        await Look.InAllSizes(till.Page, "large-stock");
        await till.Find(".stocklist").GetByRole(AriaRole.Button, new() { Name = "Product", Exact = true })
            .ClickAsync();
        await Assertions.Expect(till.Find("dialog input[name=name]")).ToHaveValueAsync(Long);
        await Look.InAllSizes(till.Page, "large-product");
        await till.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(till.Find("dialog")).ToHaveCountAsync(0);
        await till.Go("sales");
        await till.Find(".rows a[href^='#/refund/']").First.ClickAsync();
        await till.Find("[data-key=all]").ClickAsync();
        await till.Sees("[data-key=give]", "€866,249.13");
        await Look.InAllSizes(till.Page, "large-refund");
    }

    [Fact]
    public async Task Twice_as_large_in_ones_own_colours_and_without_motion_nothing_is_lost()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");
        // A counter's screen at 200 %.
        await till.Page.SetViewportSizeAsync(640, 400);
        foreach (var screen in new[] { "sell", "pay", "payments", "sales", "shift", "paper", "settings" })
        {
            await till.Page.GotoAsync($"{till.Address}/#/{screen}");
            await Assertions.Expect(till.Find($"#main.screen-{screen} h1").First).ToBeAttachedAsync();
            await Look.Now(till.Page, $"twice-{screen}");
        }

        await till.Page.SetViewportSizeAsync(1280, 800);
        await till.Page.EmulateMediaAsync(new()
        {
            ForcedColors = ForcedColors.Active, ColorScheme = ColorScheme.Dark,
            ReducedMotion = ReducedMotion.Reduce,
        });
        await till.Page.GotoAsync($"{till.Address}/#/sell");
        await till.Sees(".chip", "All");
        await Look.InAllSizes(till.Page, "forced-sell");
        // What is chosen is told apart by more than its colour.
        foreach (var (chosen, other) in new[]
        {
            (".chips [aria-pressed=true]", ".chips [aria-pressed=false]"),
            ("nav a[aria-current]", "nav a:not([aria-current])"),
        })
            Assert.NotEqual(await Edge(till, chosen), await Edge(till, other));
        Assert.Equal("0s", await till.Find("[data-key=pay]").EvaluateAsync<string>(
            "e => getComputedStyle(e).transitionDuration"));
    }

    private static Task<string> Edge(BrowserTill till, string css) =>
        till.Find(css).First.EvaluateAsync<string>("e => getComputedStyle(e).borderTopWidth");

    private static async Task Post(BrowserTill till, string path, JsonObject body)
    {
        var status = await till.Page.EvaluateAsync<int>(
            """
            async ([path, body]) => (await fetch(path, {
              method: "POST", headers: { "Content-Type": "application/json" }, body,
            })).status
            """,
            new[] { path, body.ToJsonString() });
        Assert.Equal(200, status);
    }
}
