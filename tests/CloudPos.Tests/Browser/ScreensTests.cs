using System.Text.Json.Nodes;
using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using CloudPos.Local.Story;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>
/// Screens in the states at which no other test stops: nothing there, a dialog open, something refused, the
/// terminal suspended. Each is looked at in three sizes and by axe.
/// </summary>
[Collection(nameof(BrowserTests))]
public sealed class ScreensTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    /// <summary>More than anybody has.</summary>
    private const int PinAttemptsMax = 10;

    [Fact]
    public async Task A_new_shops_screens_say_that_nothing_is_there_yet()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Everything is sent");
        await till.Sees(".tile", "left");
        await Look.At(till.Page, "empty-sell");
        await till.Find("input[type=search]").FillAsync("zzz");
        await till.Sees(".grid .empty", "Nothing found.");
        foreach (var (screen, sentence) in new[]
        {
            ("payments", "Nothing is at risk."), ("sales", "Nothing was sold yet."),
            ("reports", "Nothing was sold."), ("shift", "Nobody has the drawer."),
        })
        {
            await till.Go(screen);
            await till.Sees("#main", sentence);
            await Look.At(till.Page, $"empty-{screen}");
        }
        await till.Go("customers");
        await till.Find("input[type=search]").FillAsync("zzz");
        await till.Sees(".empty", "Nobody found for this search.");
        await Look.At(till.Page, "empty-customers");
    }

    [Fact]
    public async Task Every_dialog_opens_within_its_place_and_escape_closes_it()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await Shows(till, "dialog-discount", "[data-key=off]");
        await Shows(till, "dialog-line", "[data-key=n0]");
        await Shows(till, "dialog-park", "[data-key=park]");
        await Shows(till, "dialog-discard", "[data-key=discard]");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€11.49");
        await till.Find("summary").ClickAsync();
        await Look.At(till.Page, "sold-receipt");
        await till.Go("sales");
        await Shows(till, "dialog-void", "[data-receipt] button:text-is('Void')");
        await Shows(till, "dialog-copy", "[data-receipt] button:text-is('Copy of the receipt')");
        await till.Go("stock");
        await Shows(till, "dialog-receive", "[data-sku] button:text-is('Receive')");
        await till.Go("customers");
        await Shows(till, "dialog-customer", "button:text-is('Add a customer')");
        await till.Go("reports");
        await Shows(till, "dialog-z", "button:text-is('Z report')");
        await till.Go("shift");
        await Shows(till, "dialog-shift", "button:text-is('Take over the drawer')");
        await till.Go("paper");
        await Shows(till, "dialog-drill", "[data-key=drill]");
    }

    [Fact]
    public async Task On_a_handheld_the_other_screens_unfold_and_the_one_that_is_shown_stands_in_the_row()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Page.SetViewportSizeAsync(360, 720);
        var more = till.Find("#nav .more");
        await Assertions.Expect(till.Find("nav a[href='#/settings']")).ToBeHiddenAsync();
        await more.ClickAsync();
        await Assertions.Expect(more).ToHaveAttributeAsync("aria-expanded", "true");
        await Look.At(till.Page, "menu");
        await till.Page.SetViewportSizeAsync(360, 720);

        await till.Go("settings");

        await Assertions.Expect(till.Find("#main.screen-settings")).ToBeVisibleAsync();
        await Assertions.Expect(till.Find("nav a[href='#/settings']")).ToBeVisibleAsync();
        await Assertions.Expect(till.Find("nav a[href='#/reports']")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task At_its_limit_the_till_says_what_still_works_and_a_product_nobody_knows_is_named()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.KioskStore);
        till.Line.State = LineState.Down;
        await till.SeesBar("€0.00 at risk, €20.00 still free");
        await PayByCard(till, DemoCards.VisaChip);
        await till.Sees(".tenders .tag", "At merchant's risk");
        await till.SeesBar("€11.49 at risk, €8.51 still free");
        await till.Find("[data-key=next]").ClickAsync();
        await PayByCard(till, DemoCards.MastercardChip);
        await till.Sees(".refused", "more unconfirmed card payments than it may");
        await Look.At(till.Page, "limit");
        await till.Find("a[href='#/sell'].button").ClickAsync();
        await till.Scan("4711471147114");
        await till.Sees("#toast", "No product has the SKU or barcode");
        await Look.At(till.Page, "unknown-product");
    }

    [Fact]
    public async Task A_shop_that_takes_no_card_offline_says_so_and_a_drill_is_no_outage()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.CashStore);
        await till.SeesBar("Online");
        await till.Go("paper");
        await till.Find("[data-key=drill]").ClickAsync();
        await till.Find("dialog button.main").ClickAsync();
        await till.SeesBar("Outage drill until");
        await till.SeesBar("Cash works. Cards are not taken until the line is back.");
        await Look.At(till.Page, "drill");
        await till.Go("sell");
        await PayByCard(till, DemoCards.VisaChip);
        await till.Sees(".refused", "Cards are not accepted while the line is down");
        await Look.At(till.Page, "cash-only");
    }

    [Fact]
    public async Task A_price_that_two_people_changed_is_shown_with_both_and_who_holds()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Everything is sent");
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline");
        await till.Go("stock");
        await till.Find("input[type=search]").FillAsync("CAR-041");
        // A list that is drawn anew lies otherwise below the finger.
        await Assertions.Expect(till.Find(".stocklist [data-sku]")).ToHaveCountAsync(1);
        await till.Find("[data-sku=CAR-041] button:text-is('Product')").ClickAsync();
        await till.Find("dialog input[name=price]").FillAsync("2.49");
        await till.Find("dialog button.main").ClickAsync();
        await till.Sees(".toast", "Saved");
        await world.World.Desk.Post($"merchants/{DemoShop.Merchant}/products/CAR-041", new JsonObject
        {
            ["price"] = new JsonObject { ["minor"] = 2_39, ["currency"] = DemoShop.Currency },
        });

        till.Line.State = LineState.Up;

        await till.SeesBar("Everything is sent");
        await till.Sees("[data-conflict=CAR-041]", "Holds: €2.39 (back office");
        await till.Sees("[data-conflict=CAR-041]", "Lost: €2.49");
        await Look.At(till.Page, "stock-conflict");
    }

    [Fact]
    public async Task A_terminal_that_was_suspended_takes_cash_only_and_says_whom_to_call()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Online");
        var terminal = (string)(await till.Verb("status")).Document["terminal"]!;
        await world.World.Desk.Post($"terminals/{terminal}/standing", new JsonObject
        {
            ["standing"] = "Quarantined", ["reason"] = "lost in the market",
        });
        await till.Verb("forward");

        await till.SeesBar("The back office has suspended this terminal: cash only.");
        await PayByCard(till, DemoCards.VisaChip);
        await till.Sees(".refused", "call support");
        await Look.At(till.Page, "suspended");
    }

    [Fact]
    public async Task A_damaged_journal_is_said_in_the_language_of_the_shop_and_nothing_is_sold()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StoreOf("de-DE"));
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "11,49");
        await till.Kill();
        await File.WriteAllBytesAsync(
            Path.Combine(till.Directory, "journal.mark"), Enumerable.Repeat((byte)'Z', 4096).ToArray());
        await till.Start();

        await till.SeesBar("Das Journal ist beschädigt");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();

        await till.Sees(".refused", "deshalb kann nichts verkauft werden: journal.mark ist nicht lesbar");
        await till.Sees(".refused", "ob Einträge fehlen, ist nicht zu sagen");
        await Look.At(till.Page, "damaged");
    }

    [Theory]
    [InlineData("en-GB", "Join a merchant", "The code is wrong, used or too old")]
    [InlineData("de-DE", "Einem Händler beitreten", "Der Code ist falsch, benutzt oder zu alt")]
    [InlineData("es-ES", "Unirse a un comercio", "El código es incorrecto")]
    public async Task Whoever_sets_a_terminal_up_reads_it_in_their_own_language(
        string locale, string title, string wrong)
    {
        await using var till = await BrowserTill.OpenNew(world, locale);
        await till.Sees("h1", title);
        await till.Find("input[name=url]").FillAsync($"http://{till.Line.Address}");
        await till.Find("input[name=code]").FillAsync("WRONG-CODE");
        await till.Find("form button").ClickAsync();
        await till.Sees("#toast", wrong);
        await Look.At(till.Page, $"start-wrong-{locale[..2]}");
    }

    [Fact]
    public async Task Too_many_wrong_pins_lock_a_person_out_and_say_for_how_long()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.Find("[data-person=ben]").ClickAsync();
        for (var attempt = 0; attempt < PinAttemptsMax; attempt++)
        {
            await Assertions.Expect(till.Find("#toast")).ToBeEmptyAsync();
            await till.TypePin("9999", "");
            await till.Sees("#toast", "PIN");
            var said = await till.Find("#toast").TextContentAsync();
            if (said!.Contains("Too many", StringComparison.Ordinal))
                break;
            await till.Find("#toast button").ClickAsync();
        }
        await till.Sees("#toast", "Too many wrong PINs of Ben: try again in ");
        await Look.At(till.Page, "signin-locked");
    }

    private static async Task Shows(BrowserTill till, string name, string opener)
    {
        await till.Find(opener).First.ClickAsync();
        await Assertions.Expect(till.Find("dialog")).ToBeVisibleAsync();
        await Look.At(till.Page, name);
        await till.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(till.Find("dialog")).ToHaveCountAsync(0);
        await Assertions.Expect(till.Find(opener).First).ToBeFocusedAsync();
    }

    private static async Task PayByCard(BrowserTill till, string card)
    {
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={card}]").ClickAsync();
    }
}
