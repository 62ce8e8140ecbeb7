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
        await BrowserTill.Until(() => Task.FromResult(printer.Sheets.Count > 0), "the test print");
        Assert.Single(printer.Sheets);
        await till.Find("[data-key=onwards]").ClickAsync();

        await till.Sees("h1", "Card reader");
        await till.Find("#main").FocusAsync();
        await till.Wedge(Swipe);
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
        await till.Go("settings");

        var settings = (await (await till.Page.APIRequest.GetAsync(till.Address + "/api/setup"))
            .JsonAsync<JsonObject>())!;
        var rules = settings["policy"]!;
        Assert.NotEmpty(rules["floorLimits"]!.AsArray());
        foreach (var word in rules["schemes"]!.AsArray().Select(scheme => (string)scheme!).Concat(
            [
                "Set in the back office, version", "From the enrolment.", "Cards while the line is down",
                "One payment below", "With a manager's PIN below", "At risk at most",
                "While offline for at most", "contactless",
            ]))
            await till.Sees("main", word);
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
        await till.Go("settings");
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

    /// <summary>The line stays away: by file to the back office, and its confirmation back.</summary>
    [Fact]
    public async Task What_is_not_sent_goes_by_a_sealed_file_and_then_a_manager_empties_the_terminal()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("anna", "2580");
        await till.SeesBar("Everything is sent.");
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline");
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€11.49");
        await till.Go("settings");
        await till.Sees(".held", "not sent yet.");
        var terminal = (string)(await till.Verb("status")).Document["terminal"]!;
        await Give(till, "reset", terminal);
        await till.Sees(".toast", "a reset deletes nothing that is not");
        await till.Find(".toast button").ClickAsync();
        await Give(till, "out", terminal);
        await till.Sees(".toast", "are not sent: wait until they are, or save them sealed first");
        await till.Find(".toast button").ClickAsync();

        var download = await till.Page.RunAndWaitForDownloadAsync(
            () => till.Find("[data-key=seal]").ClickAsync());
        await till.Sees(".sealedtold", "for-the-back-office.cpsealed");
        await Look.At(till.Page, "leaving");
        Assert.StartsWith($"{terminal}-1-entries-", download.SuggestedFilename, StringComparison.Ordinal);
        var file = await File.ReadAllBytesAsync(
            await download.PathAsync(), TestContext.Current.CancellationToken);
        var clear = System.Text.Encoding.Latin1.GetString(file);
        Assert.All(new[] { "COF-001", "Espresso", "anna", "Anna" },
            word => Assert.DoesNotContain(word, clear, StringComparison.Ordinal));
        var confirmation = await world.World.Desk.PostFile("journals/sealed", file);

        await till.Find("input[type=file]").SetInputFilesAsync(new FilePayload
        {
            Name = "confirmation.json", MimeType = "application/json",
            Buffer = System.Text.Encoding.UTF8.GetBytes(confirmation.ToJsonString()),
        });
        await till.Sees(".toast.good", "Confirmed up to entry");
        await till.Sees("main", "nothing would be lost");
        await Give(till, "reset", "T0000000");
        await till.Sees(".toast", $"Type the number of this terminal as a check: {terminal}.");
        await till.Find(".toast button").ClickAsync();
        await Give(till, "reset", terminal);
        await till.Sees("dialog", "A terminal is given away by a manager.");
        await till.TypePin("3690", "dialog ");

        await Assertions.Expect(till.Find("#main.screen-start")).ToBeVisibleAsync();
        Assert.Empty(Directory.GetDirectories(Path.GetDirectoryName(till.Directory)!,
            Path.GetFileName(till.Directory) + ".signed-out-*"));
        await Gone(till);
        till.Line.State = LineState.Up;
        await Join(till, await till.NewCode());
        await till.Find("[data-key=skip]").ClickAsync();
        // Both steps have one: the second click is for the second.
        await Assertions.Expect(till.Find(".readertest")).ToBeVisibleAsync();
        await till.Find("[data-key=skip]").ClickAsync();
        await till.Sees(".tile", "left");
    }

    /// <summary>With nothing but the file on a stick the terminal may go.</summary>
    [Fact]
    public async Task A_terminal_that_saved_what_is_not_sent_is_signed_out_and_its_folder_stays()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Everything is sent.");
        till.Line.State = LineState.Down;
        await till.SeesBar("Offline");
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");
        await till.Go("settings");
        var terminal = (string)(await till.Verb("status")).Document["terminal"]!;
        await Give(till, "out", terminal);
        await till.Sees(".toast", "A basket is open or parked");
        await till.Go("sell");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€11.49");
        await till.Go("settings");
        await till.Page.RunAndWaitForDownloadAsync(() => till.Find("[data-key=seal]").ClickAsync());
        await till.Sees(".sealedtold", "Bring it to the back office");

        await Give(till, "out", terminal);

        await Assertions.Expect(till.Find("#main.screen-start")).ToBeVisibleAsync();
        var kept = Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(till.Directory)!,
            Path.GetFileName(till.Directory) + ".signed-out-*"));
        CloudPos.Terminal.Journal.TerminalStore? opened = null;
        await BrowserTill.Until(
            () => Task.FromResult((opened = CloudPos.Terminal.Journal.TerminalStore.TryOpen(
                kept, TimeProvider.System).Store) is not null),
            "the folder set aside, closed by the program");
        using var store = opened!;
        Assert.True(store.Verify().IsSound);
        Assert.Equal(terminal, store.Enrolment!.Terminal);
        Assert.Single(store.Sales());
    }

    private static async Task Give(BrowserTill till, string key, string typed)
    {
        await till.Find($"[data-key={key}]").ClickAsync();
        await till.Find("dialog input[name=terminal]").FillAsync(typed);
        await till.Find("dialog button.main").ClickAsync();
    }

    /// <summary>The folder is deleted once the program that serves its successor has closed it.</summary>
    private static async Task Gone(BrowserTill till)
    {
        await BrowserTill.Until(() => Task.FromResult(Left().Length == 0), "the folder deleted");

        string[] Left() => Directory.GetDirectories(Path.GetDirectoryName(till.Directory)!,
            Path.GetFileName(till.Directory) + ".reset-*");
    }

    private static async Task Join(BrowserTill till, string code)
    {
        await till.Find("input[name=url]").FillAsync($"http://{till.Line.Address}");
        await till.Find("input[name=code]").FillAsync(code);
        await till.Find("form button").ClickAsync();
    }
}
