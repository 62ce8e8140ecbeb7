using CloudPos.Local.Line;
using CloudPos.Terminal.Training;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>Practising at the shop's own screen: in, selling what is not sold, and back.</summary>
[Collection(nameof(BrowserTests))]
public sealed class TrainingTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_manager_lets_a_cashier_practise_and_nothing_of_it_reaches_the_shop(bool isUp)
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("anna", "2580");
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");
        till.Line.State = isUp ? LineState.Up : LineState.Down;

        await till.Go("settings");
        await till.Find("[data-key=training]").ClickAsync();
        await till.Sees("dialog", "A manager lets somebody practise");
        await till.TypePin("3690", "dialog ");
        await till.Sees("#training", "TRAINING: nothing is sold, nothing is sent.");
        await till.SeesBar("Training");
        Assert.EndsWith("/training/", new Uri(till.Page.Url).AbsolutePath);
        await till.Scan(Coffee);
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€22.98");
        await Look.At(till.Page, "training");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find("[data-card=visa-contactless]").ClickAsync();
        await till.Sees(".sold", "TRAINING-1-000001");
        await till.Find("summary").ClickAsync();
        await till.Sees(".paper", "TRAINING - NOT A RECEIPT");
        await Look.At(till.Page, "training-sold");
        await till.Go("customers");
        await till.Sees(".empty", "No customers yet.");

        await till.Page.ReloadAsync();
        await till.Sees("#training", "TRAINING");
        await till.Find("[data-key=training-end]").ClickAsync();
        await Assertions.Expect(till.Find("#training")).ToBeHiddenAsync();
        await till.Sees(".sum .total", "€11.49");
        var kinds = (await till.Verb("journal", "list")).Document["entries"]!.AsArray()
            .Select(entry => (string?)entry!["kind"]).ToArray();
        Assert.Single(kinds, "Overridden");
        Assert.DoesNotContain(kinds, kind => kind is "SaleCompleted" or "PaymentAttempted");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await Assertions.Expect(till.Find(".sold")).Not.ToContainTextAsync("TRAINING");
        Assert.Contains(
            (await till.Verb("journal", "list")).Document["entries"]!.AsArray(),
            entry => (string?)entry!["kind"] == "SaleCompleted");
    }

    [Fact]
    public async Task Practice_goes_on_after_the_power_failed_and_begins_anew_when_it_is_entered_again()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Page.GotoAsync($"{till.Address}/training/");
        Assert.Equal("/", new Uri(till.Page.Url).AbsolutePath);

        await Practise(till);
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");
        await till.Kill();
        await till.SeesBar("does not answer");
        await till.Start();
        await till.SeesBar("Training");
        await till.Sees(".sum .total", "€11.49");

        await till.Find("[data-key=training-end]").ClickAsync();
        await Assertions.Expect(till.Find("#training")).ToBeHiddenAsync();
        await Practise(till);
        await till.Sees(".sum .total", "€0.00");
        await Assertions.Expect(till.Find(".lines li")).ToHaveCountAsync(0);
    }

    /// <summary>Begun anew under another tab's feet: its stream comes back by itself.</summary>
    [Fact]
    public async Task Two_tabs_go_in_and_out_of_training_and_each_says_where_it_is()
    {
        await using var till = await BrowserTill.Open(world);
        await Practise(till);
        var other = await till.Page.Context.NewPageAsync();
        await other.GotoAsync(till.Address);
        await Assertions.Expect(other.Locator("#bar")).ToContainTextAsync("Online");
        await Assertions.Expect(other.Locator("#training")).ToBeHiddenAsync();

        await other.GotoAsync($"{till.Address}/#/settings");
        await other.Locator("[data-key=training]").ClickAsync();
        await Assertions.Expect(other.Locator("#training")).ToBeVisibleAsync();
        await other.Locator("nav a[href='#/sell']").ClickAsync();
        await other.Locator("[data-sku=BAK-009].tile").ClickAsync();
        await Assertions.Expect(other.Locator(".sum .total")).ToContainTextAsync("€1.75");
        await till.Go("sell");
        await till.Sees(".sum .total", "€1.75");
        await till.SeesBar("Training");

        await till.Find("[data-key=training-end]").ClickAsync();
        await till.SeesBar("Online");
        await Assertions.Expect(till.Find("#training")).ToBeHiddenAsync();
        await till.Sees(".sum .total", "€0.00");
        await Assertions.Expect(till.Find(".lines li")).ToHaveCountAsync(0);
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");
        await Assertions.Expect(other.Locator("#training")).ToContainTextAsync("TRAINING");
        await Assertions.Expect(other.Locator(".sum .total")).ToContainTextAsync("€1.75");
        // The browser's way back leads into training, which says so, and its bar is no old one.
        await till.Page.GoBackAsync();
        await till.Sees("#training", "TRAINING");
        await till.SeesBar("Training");
    }

    [Fact]
    public async Task A_lock_in_training_asks_for_a_pin_there_and_leaves_the_shop_signed_in()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("mia", "3690");
        await Practise(till);
        await till.Go("settings");
        await till.Find("[data-key=lock]").ClickAsync();
        await Assertions.Expect(till.Find("#main.screen-signin")).ToBeVisibleAsync();
        await till.Sees("#training", "TRAINING");
        await Look.At(till.Page, "training-locked");

        await till.SignIn("anna", "2580", "settings");
        await till.Sees("#training", "TRAINING");
        await till.Find("[data-key=training-end]").ClickAsync();
        await Assertions.Expect(till.Find("#training")).ToBeHiddenAsync();
        await till.Go("settings");
        await till.Sees(".card", "Mia serves");
    }

    /// <summary>Nobody goes on practising with nothing behind it.</summary>
    [Fact]
    public async Task Where_the_practice_is_gone_after_a_crash_the_page_is_the_shops_again()
    {
        await using var till = await BrowserTill.Open(world);
        await Practise(till);
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");

        await till.Kill();
        await till.SeesBar("does not answer");
        Directory.Delete(TrainingShop.FolderOf(till.Directory), recursive: true);
        await till.Start();

        await till.SeesBar("Online");
        await Assertions.Expect(till.Find("#training")).ToBeHiddenAsync();
        Assert.Equal("/", new Uri(till.Page.Url).AbsolutePath);
        await till.Go("sell");
        await till.Sees(".sum .total", "€0.00");
        await Assertions.Expect(till.Find(".lines li")).ToHaveCountAsync(0);
    }

    private static async Task Practise(BrowserTill till)
    {
        await till.Go("settings");
        await till.Find("[data-key=training]").ClickAsync();
        await Assertions.Expect(till.Find("#training")).ToBeVisibleAsync();
    }
}
