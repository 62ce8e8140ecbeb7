using CloudPos.Local.Line;
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

        await till.Find("nav a[href='#/settings']").ClickAsync();
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
        await Practise(till);
        await till.Sees("#training", "TRAINING");
        await Assertions.Expect(till.Find(".sum .total")).ToHaveCountAsync(0);
    }

    private static async Task Practise(BrowserTill till)
    {
        await till.Find("nav a[href='#/settings']").ClickAsync();
        await till.Find("[data-key=training]").ClickAsync();
        await till.Sees("#training", "TRAINING");
    }
}
