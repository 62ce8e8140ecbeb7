using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>A reader that types: where its keystrokes go, and where no digit of them stays.</summary>
[Collection(nameof(BrowserTests))]
public sealed class CardSecrecyTests(BrowserWorld world)
{
    private const string Number = "4242424242424242";
    private const string Swipe =
        $"%B{Number}^TEST/CARD^29121010000000000000?;{Number}=29121010000000000000?";

    private static readonly string[] Everywhere =
    [
        "document.documentElement.outerHTML", "location.href", "document.cookie",
        "JSON.stringify(localStorage)", "JSON.stringify(sessionStorage)",
        "[...document.querySelectorAll('input')].map(i => i.value).join()",
        "JSON.stringify(history.state)",
        "performance.getEntriesByType('resource').map(r => r.name).join()",
    ];

    [Fact]
    public async Task A_swiped_card_pays_and_its_number_is_nowhere_in_the_page_or_on_the_disk()
    {
        await using var till = await BrowserTill.Open(world);
        var posted = new System.Collections.Concurrent.ConcurrentQueue<string>();
        till.Page.Request += (_, request) => posted.Enqueue($"{request.Url} {request.PostData}");
        await till.Scan("2010037001015");
        // Even with the focus in a field, no key of a stripe reaches it.
        await till.Find("input[type=search]").FocusAsync();
        await till.Wedge(Swipe);
        await AssertNowhere(till.Page);

        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Wedge(Swipe);

        await till.Sees(".tenders li", "4242");
        await AssertNowhere(till.Page);
        var reads = posted.Where(text => text.Contains(Number, StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, reads.Length);
        Assert.All(reads, text => Assert.StartsWith($"{till.Address}/api/reader/swipe ", text));
        AssertNotStored(till);
    }

    /// <summary>What a dialog asks comes first: a card behind it pays nothing, and is not kept.</summary>
    [Fact]
    public async Task A_card_that_is_swiped_behind_a_dialog_or_a_lock_pays_nothing_and_says_so()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("anna", "2580");
        await till.Scan("2010037001015");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("input[name=part]").FillAsync("5");
        await till.Find(".partly button").ClickAsync();
        await till.Find("[data-card=visa-chip]").ClickAsync();
        await till.Sees(".owed", "€6.49");
        await till.Find("[data-key=giveup]").ClickAsync();
        await Assertions.Expect(till.Find("dialog button.main")).ToBeVisibleAsync();

        await till.Wedge(Swipe);
        await till.Sees("dialog", "The card was not read: answer this first, then swipe again.");
        await AssertNowhere(till.Page);
        await till.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(till.Find("dialog")).ToHaveCountAsync(0);
        await till.Sees(".owed", "€6.49");

        await till.Page.EvaluateAsync("() => fetch('/api/people/lock', { method: 'POST', "
            + "headers: { 'Content-Type': 'application/json' }, body: '{}' })");
        await till.Wedge(Swipe);
        await Assertions.Expect(till.Find("#main.screen-signin")).ToBeVisibleAsync();
        await AssertNowhere(till.Page);
        await till.SignIn("anna", "2580", "pay");
        await till.Sees(".owed", "€6.49");
        await till.Find("[data-key=card]").ClickAsync();
        await till.Wedge(Swipe);
        await till.Sees(".sold", "€11.49");
        AssertNotStored(till);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_a_line_a_swiped_card_leaves_no_digit_either(bool isSilent)
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Online");
        await till.Scan("2010037001015");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        till.Line.State = isSilent ? LineState.BlackHole : LineState.Down;

        await till.Wedge(Swipe);

        await Assertions.Expect(till.Find(".refused, .tenders li").First).ToBeVisibleAsync();
        await AssertNowhere(till.Page);
        AssertNotStored(till);
    }

    [Fact]
    public async Task A_stripe_that_was_read_badly_says_so_and_pays_nothing()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan("2010037001015");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();

        await till.Wedge(";42424242=2912");

        await till.Sees("#toast", "Swipe again");
        await till.Sees(".present", "Swipe, insert or hold the card");
    }

    private static void AssertNotStored(BrowserTill till)
    {
        var files = Directory.EnumerateFiles(till.Directory, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is not (".sock" or ".lock")).Append(till.Log);
        Assert.All(files, file => Assert.DoesNotContain(Number, ReadShared(file)));
    }

    private static async Task AssertNowhere(IPage page)
    {
        foreach (var place in Everywhere)
            Assert.DoesNotContain(Number, await page.EvaluateAsync<string>(place) ?? "");
    }

    private static string ReadShared(string file)
    {
        try
        {
            using var stream = new FileStream(
                file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
            return reader.ReadToEnd();
        }
        catch (FileNotFoundException)
        {
            // The terminal goes on and has deleted it since.
            return "";
        }
    }
}
