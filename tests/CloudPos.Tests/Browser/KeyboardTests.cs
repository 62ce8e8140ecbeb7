using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>
/// A till without a touch screen: everything by the keyboard, and where the focus is can always be seen.
/// </summary>
[Collection(nameof(BrowserTests))]
public sealed class KeyboardTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    /// <summary>More than any screen has targets.</summary>
    private const int StepsMax = 150;

    [Fact]
    public async Task Selling_parking_refunding_and_reporting_need_no_finger()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Online");
        await till.Sees(".tile", "left");
        await Press(till, "[data-sku=BAK-009].tile");
        await till.Sees(".sum .total", "€1.75");

        await Press(till, "[data-key=park]");
        await Assertions.Expect(till.Find("dialog input[name=label]")).ToBeFocusedAsync();
        await till.Page.Keyboard.TypeAsync("blue hat");
        await till.Page.Keyboard.PressAsync("Enter");
        await till.Sees("[data-key=resume]", "1 parked");
        await Press(till, "[data-key=resume]");
        await Press(till, "dialog .choices button");
        await till.Sees(".sum .total", "€1.75");

        await Press(till, "[data-key=pay]");
        await Press(till, "[data-key=exact]");
        await till.Sees(".sold", "€1.75");
        await Assertions.Expect(till.Find("[data-key=next]")).ToBeFocusedAsync();
        await till.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(till.Find("#main.screen-sell")).ToBeVisibleAsync();

        await Press(till, "nav a[href='#/sales']");
        await Press(till, "[data-key^=refund-]");
        await Press(till, "[data-key^=more-]");
        await till.Sees("[data-key=give]", "€1.75");
        await Reach(till, "input[name=reason]");
        await till.Page.Keyboard.TypeAsync("stale");
        await till.Page.Keyboard.PressAsync("Enter");
        await till.Sees(".owed.change", "€1.75");
        await Assertions.Expect(till.Find("[data-key=next]")).ToBeFocusedAsync();

        await Press(till, "nav a[href='#/reports']");
        await Press(till, "[data-key=x]");
        await till.Sees("dialog .paper", "X REPORT");
        await till.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(till.Find("dialog")).ToHaveCountAsync(0);
        await Assertions.Expect(till.Find("[data-key=x]")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task The_focus_stays_on_a_button_whose_list_was_drawn_anew()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Go("stock");
        var count = till.Find("[data-sku] button:text-is('Count')").Nth(1);
        await count.FocusAsync();
        await Assertions.Expect(count).ToBeFocusedAsync();
        await count.EvaluateAsync("one => { window.before = one; }");

        await till.Verb("customer", "add", "--name", "Ada Example");

        await BrowserTill.Until(
            () => till.Page.EvaluateAsync<bool>("() => !window.before.isConnected"), "the list drawn anew");
        await Assertions.Expect(count).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_sentence_on_the_screen_goes_away_by_escape()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan("4711471147114");
        await till.Sees("#toast", "No product has the SKU or barcode");

        await till.Page.Keyboard.PressAsync("Escape");

        await Assertions.Expect(till.Find("#toast")).ToBeEmptyAsync();
    }

    /// <summary>Tab until it has the focus, then Enter.</summary>
    private static async Task Press(BrowserTill till, string css)
    {
        await Reach(till, css);
        await till.Page.Keyboard.PressAsync("Enter");
    }

    private static async Task Reach(BrowserTill till, string css)
    {
        await Assertions.Expect(till.Find(css).First).ToBeVisibleAsync();
        for (var step = 0; step < StepsMax; step++)
        {
            await till.Page.Keyboard.PressAsync("Tab");
            var seen = await till.Page.EvaluateAsync<string>(
                """
                css => {
                  const at = document.activeElement;
                  if (!at || at === document.body) return "";
                  const [look, box] = [getComputedStyle(at), at.getBoundingClientRect()];
                  const seen = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2
                    && box.bottom > 0 && box.top < innerHeight;
                  return seen ? (at.matches(css) ? "there" : "") : `not seen: ${at.outerHTML.slice(0, 120)}`;
                }
                """, css);
            Assert.False(seen.StartsWith("not seen", StringComparison.Ordinal), seen);
            if (seen == "there")
                return;
        }
        Assert.Fail($"No way to {css} by the keyboard.");
    }
}
