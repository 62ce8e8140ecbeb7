using System.Text.Json.Nodes;
using CloudPos.Local.Line;
using CloudPos.Local.Printer;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>The first start in the browser, and what set-up shows and holds back later.</summary>
[Collection(nameof(BrowserTests))]
public sealed class SetUpTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";
    private const string Swipe = ";4242424242424242=29121010000000000000?";

    [Fact]
    public async Task A_new_terminal_joins_its_merchant_tries_printer_and_reader_and_sells()
    {
        await using var printer = PrinterDouble.Start(TimeProvider.System);
        await using var till = await BrowserTill.OpenNew(world);
        await till.Sees("h1", "Join a merchant");
        await till.Sees("main", "Step 1 of 3");
        await Look.At(till.Page, "start");
        till.Line.State = LineState.Down;
        await Join(till, "WRONG-CODE");
        await till.Sees("#toast", "connection to the back office");
        till.Line.State = LineState.Up;
        await Join(till, await till.NewCode());

        await till.Sees("h1", "Receipt printer");
        await till.Find("input[name=address]").FillAsync("tcp://127.0.0.1:9");
        await till.Find("[data-key=try]").ClickAsync();
        await till.Sees(".printed", "The printer cannot be reached");
        await Look.At(till.Page, "setup-printer");
        await till.Find("input[name=address]").FillAsync($"tcp://{printer.Address}");
        await till.Find("[data-key=try]").ClickAsync();
        await till.Sees(".printed", "The printer works.");
        Assert.Single(printer.Sheets);
        await till.Find("[data-key=onwards]").ClickAsync();

        await till.Sees("h1", "Card reader");
        await till.Find("#main").FocusAsync();
        await till.Page.Keyboard.TypeAsync(Swipe);
        await till.Sees(".readertest", "The reader works.");
        await Look.At(till.Page, "setup-reader");
        await till.Find("[data-key=onwards]").ClickAsync();
        await till.Sees(".tile", "left");
        await till.SeesBar("Online");
    }

    [Fact]
    public async Task Where_people_sign_in_the_first_steps_come_behind_it_and_each_can_wait()
    {
        await using var till = await BrowserTill.OpenNew(world);
        await Join(till, await till.NewCode(BrowserWorld.StaffedStore));
        await till.SignIn("anna", "2580", "setup");

        await till.Sees(".printed", "A manager sets the printer");
        await till.Find("[data-key=skip]").ClickAsync();
        await till.Sees("h1", "Card reader");
        await till.Find("[data-key=skip]").ClickAsync();
        await till.Sees(".tile", "left");
    }

    [Fact]
    public async Task Every_rule_in_force_is_shown_with_where_it_comes_from()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("anna", "2580");
        await till.Find("nav a[href='#/settings']").ClickAsync();

        var settings = (await (await till.Page.APIRequest.GetAsync(till.Address + "/api/setup"))
            .JsonAsync<JsonObject>())!;
        var rules = settings["policy"]!;
        var shown = await till.Find("main").InnerTextAsync();
        Assert.Contains("Set in the back office, version", shown, StringComparison.Ordinal);
        Assert.Contains("From the enrolment.", shown, StringComparison.Ordinal);
        Assert.Contains("Cards while the line is down", shown, StringComparison.Ordinal);
        Assert.NotEmpty(rules["floorLimits"]!.AsArray());
        Assert.All(
            rules["schemes"]!.AsArray().Select(scheme => (string)scheme!)
                .Concat(
                    ["Below", "With a manager's PIN below", "At risk at most", "For at most", "contactless"]),
            word => Assert.Contains(word, shown, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_not_sent_holds_an_end_back_and_a_manager_saves_it_with_its_cards_sealed()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("anna", "2580");
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline");
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find("[data-card=visa-chip]").ClickAsync();
        await till.Sees(".tenders .tag", "At merchant's risk");
        await till.Find("nav a[href='#/settings']").ClickAsync();
        await till.Sees(".held", "are not sent yet.");
        await Assertions.Expect(till.Find("[data-key=export]")).ToHaveCountAsync(0);
        var refused = await till.Page.APIRequest.GetAsync(till.Address + "/journal.jsonl");
        var reset = await till.Verb("reset", "--terminal", "T0000000");

        await till.Find("[data-key=lock]").ClickAsync();
        await till.SignIn("mia", "3690", "settings");
        await Look.At(till.Page, "settings-held");
        var download = await till.Page.RunAndWaitForDownloadAsync(
            () => till.Find("[data-key=export]").ClickAsync());

        Assert.Equal(403, refused.Status);
        Assert.NotEqual(0, reset.ExitCode);
        Assert.EndsWith(".journal.jsonl", download.SuggestedFilename, StringComparison.Ordinal);
        var lines = (await File.ReadAllLinesAsync(await download.PathAsync(),
            TestContext.Current.CancellationToken)).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal((long)lines[0]["entries"]!, (long)lines[^1]["entries"]!);
        Assert.Equal(lines.Count - 2, (long)lines[^1]["entries"]!);
        Assert.Single(lines, line => line["sealedCards"] is not null);
        Assert.DoesNotContain("4242424242424242", string.Concat(lines), StringComparison.Ordinal);
    }

    private static async Task Join(BrowserTill till, string code)
    {
        await till.Find("input[name=url]").FillAsync($"http://{till.Line.Address}");
        await till.Find("input[name=code]").FillAsync(code);
        await till.Find("form button").ClickAsync();
    }
}
