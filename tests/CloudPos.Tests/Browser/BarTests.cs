using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>The bar on top never guesses: it names which part of the way to the card's bank is missing.
/// </summary>
[Collection(nameof(BrowserTests))]
public sealed class BarTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task Without_a_line_it_says_so_and_since_when_and_what_works()
    {
        await using var till = await BrowserTill.Open(world);
        till.Line.State = LineState.Down;

        await till.SeesBar("Offline: no internet line.");
        await till.SeesBar("Since ");
        await till.SeesBar("Cash works. Cards are taken at your own risk, within limits.");
        await till.SeesBar("€0.00 at risk, €150.00 still free");
        await till.SeesBar("Cards for another 23 hr");
        till.Line.State = LineState.Up;
        await till.SeesBar("Online");
    }

    [Fact]
    public async Task With_a_line_and_no_back_office_it_names_the_back_office()
    {
        await using var till = await BrowserTill.Open(world);
        till.Line.State = LineState.BadGateway;

        await till.SeesBar("Offline: the back office does not answer.");
        await Look.At(till.Page, "bar-backoffice");
        till.Line.State = LineState.Up;
        await till.SeesBar("Online");
    }

    [Fact]
    public async Task With_a_back_office_and_a_silent_acquirer_it_names_the_acquirer_and_the_card_is_taken()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        // It is said for a moment only: the repeat is answered. So all that the bar says is kept.
        await till.Page.EvaluateAsync(
            """
            () => {
              const bar = document.getElementById("bar");
              window.said = [];
              new MutationObserver(() => window.said.push(bar.textContent)).observe(bar, { childList: true });
            }
            """);

        await till.Find($"[data-card={DemoCards.SilentUntilRepeat}]").ClickAsync();

        await till.Sees(".tenders .tag", "At merchant's risk, not authorised yet");
        await BrowserTill.Until(
            () => till.Page.EvaluateAsync<bool>(
                "() => window.said.some(said => said.includes('the card acquirer does not answer'))"),
            "the acquirer named");
    }

    [Fact]
    public async Task Moments_stand_by_the_shops_clock_whatever_the_browsers_is()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Everything is sent");
        await till.Page.WaitForFunctionAsync(
            "async () => (await import('/state.js')).state.shopOffset !== null");

        var shown = await till.Page.EvaluateAsync<string[]>(
            """
            async () => {
              const { state } = await import("/state.js");
              const { dateTime } = await import("/format.js");
              return [-420, 0, 345].map(minutes => {
                state.shopOffset = minutes;
                return dateTime("2026-07-01T23:30:00+00:00");
              });
            }
            """);

        Assert.Equal(["1 Jul 2026, 16:30", "1 Jul 2026, 23:30", "2 Jul 2026, 05:15"], shown);
    }

    /// <summary>Else each module would be asked for only when the one that imports it has come.</summary>
    [Fact]
    public async Task The_page_names_every_module_that_it_loads()
    {
        BrowserTill.Require();
        await using var till = await BrowserTill.Open(world);
        var page = await (await till.Page.APIRequest.GetAsync(till.Address)).TextAsync();

        var loaded = await till.Page.EvaluateAsync<string[]>(
            "() => performance.getEntriesByType('resource').map(e => new URL(e.name).pathname)"
            + ".filter(path => path.endsWith('.js'))");

        Assert.Contains("/screens/sell.js", loaded);
        Assert.All(loaded, path => Assert.Contains($"modulepreload\" href=\"{path}\"", page));
        Assert.Equal(loaded.Distinct().Count(), loaded.Length);
    }
}
