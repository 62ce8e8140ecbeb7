using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>A slow handheld: answers come late, and after newer ones. None is drawn over a newer one.
/// </summary>
[Collection(nameof(BrowserTests))]
public sealed class LateAnswerTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Fact]
    public async Task What_a_screen_asked_for_is_not_drawn_over_the_one_that_came_after_it()
    {
        await using var till = await BrowserTill.Open(world);
        var late = await Hold(till, "**/api/setup");
        await till.Go("settings");
        await late.Asked;
        await till.Go("sell");
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");

        await late.Answer();

        await till.Sees(".sum .total", "€11.49");
        await Assertions.Expect(till.Find("#main .card")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Half_a_pin_stays_when_a_call_from_before_the_lock_is_refused()
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StaffedStore);
        await till.SignIn("anna", "2580");
        await till.Go("settings");
        await till.Sees(".card", "Anna serves");
        await till.Go("sell");
        var late = await Hold(till, "**/api/setup", isAnswered: false);
        await till.Go("settings");
        await late.Asked;
        // The screen may find out by itself before it is left, and has no navigation then.
        await till.Page.EvaluateAsync(
            """
            async () => {
              await fetch("/api/people/lock", {
                method: "POST", headers: { "Content-Type": "application/json" }, body: "{}",
              });
              await new Promise(done => {
                addEventListener("hashchange", done, { once: true });
                location.hash = "#/sell";
              });
            }
            """);
        await till.Sees("h1", "Who serves?");
        await till.Find("[data-person=anna]").ClickAsync();
        await till.Page.Keyboard.TypeAsync("25");
        await till.Sees(".dots", "●●");

        await late.Answer();

        await till.Sees(".dots", "●●");
        await till.Page.Keyboard.TypeAsync("80");
        await till.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(till.Find("#main.screen-sell")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Each_of_two_quick_touches_counts_and_none_reaches_the_line_below()
    {
        await using var till = await BrowserTill.Open(world);
        await till.Scan(Coffee);
        await till.Scan("2010333009098");
        await till.Sees(".sum .total", "€13.24");
        var late = await Hold(till, "**/api/basket/line");
        await till.Find("[data-key=m0]").ClickAsync();
        await late.Asked;
        await till.Find("[data-key=m0]").ClickAsync();
        await late.Answer();
        await till.Sees("[data-key=n0] .detail", "3 ×");

        late = await Hold(till, "**/api/basket/line");
        await till.Find("[data-key=l1]").ClickAsync();
        await late.Asked;
        await till.Find("[data-key=l1]").ClickAsync();
        await late.Answer();

        await Assertions.Expect(till.Find(".lines li")).ToHaveCountAsync(1);
        await till.Sees(".sum .total", "€34.47");
        late = await Hold(till, "**/api/basket/line");
        await till.Find("[data-key=l0]").ClickAsync();
        await late.Asked;
        await till.Find("[data-key=l0]").ClickAsync();
        await late.Answer();
        await till.Sees("[data-key=n0] .detail", "1 ×");
        await till.Sees(".sum .total", "€11.49");
    }

    [Fact]
    public async Task A_touch_goes_through_what_is_said_to_what_lies_below()
    {
        await using var till = await BrowserTill.Open(world);
        foreach (var (width, height) in new[] { (360, 720), (1280, 800), (1440, 900) })
        {
            await till.Page.SetViewportSizeAsync(width, height);
            await till.Scan("4711471147114");
            await till.Sees("#toast", "No product has the SKU or barcode");
            Assert.True(await till.Page.EvaluateAsync<bool>(
                """
                () => {
                  const box = document.querySelector("#toast p").getBoundingClientRect();
                  const below = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                  return document.getElementById("main").contains(below);
                }
                """));
            await till.Find("#toast button").ClickAsync();
            await Assertions.Expect(till.Find("#toast")).ToBeEmptyAsync();
        }
    }

    /// <summary>An answer that is kept until the test lets it go, and then drawn.</summary>
    private sealed record Held(Task Asked, Func<Task> Answer);

    /// <summary>Keeps the next answer back, and none after it.</summary>
    /// <param name="isAnswered">By the terminal, already; else it is asked when that is let go.</param>
    private static async Task<Held> Hold(BrowserTill till, string path, bool isAnswered = true)
    {
        var (asked, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        var patience = TimeSpan.FromMilliseconds(BrowserWorld.Patience);
        await till.Page.RouteAsync(
            path,
            async route =>
            {
                var answer = isAnswered ? await route.FetchAsync() : null;
                asked.TrySetResult();
                await release.Task.WaitAsync(patience);
                if (answer is null)
                    await route.ContinueAsync();
                else
                    await route.FulfillAsync(new() { Response = answer });
            },
            new() { Times = 1 });
        return new Held(asked.Task.WaitAsync(patience), async () =>
        {
            await till.Page.RunAndWaitForResponseAsync(
                () => Task.FromResult(release.TrySetResult()), path);
            await BrowserTill.Settled(till.Page);
        });
    }
}
