using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>
/// Takes a screen's picture in the three sizes people have, and asks axe what someone who cannot see it, or
/// has no mouse, would stumble over. The pictures stay beside the test results, to be looked at.
/// </summary>
internal static class Look
{
    private static readonly (string Name, int Width, int Height)[] Sizes =
        [("handheld", 360, 720), ("counter", 1280, 800), ("desktop", 1440, 900)];

    /// <summary>On a large screen nothing may be out of its place either: measured, not kept.</summary>
    private static readonly (int Width, int Height) Large = (1920, 1080);

    public static string Folder { get; } =
        Environment.GetEnvironmentVariable("CLOUDPOS_SCREENS") is { Length: > 0 } named
            ? named
            : Path.Combine(AppContext.BaseDirectory, "TestResults", "screens");

    public static async Task At(IPage page, string name)
    {
        await InAllSizes(page, name);
        if (BrowserWorld.Slowdown > 1)
            return;
        var found = await page.RunAxe();
        Assert.Empty(found.Violations
            .Where(violation => violation.Impact is "serious" or "critical")
            .SelectMany(violation => violation.Nodes.Select(node => $"{violation.Id}: {node.Html}")));
    }

    /// <summary>The pictures, and what can be measured on them: nothing runs out of its place.</summary>
    public static async Task InAllSizes(IPage page, string name)
    {
        Directory.CreateDirectory(Folder);
        await BrowserTill.Settled(page);
        // Screens that are made slow are there for what they do; what they look like is seen at full speed.
        if (BrowserWorld.Slowdown > 1)
            return;
        foreach (var (size, width, height) in Sizes)
        {
            await page.SetViewportSizeAsync(width, height);
            await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}-{size}.png") });
            await Measure(page, name, width, height);
        }
        await page.SetViewportSizeAsync(Large.Width, Large.Height);
        await Measure(page, name, Large.Width, Large.Height);
        await page.SetViewportSizeAsync(Sizes[1].Width, Sizes[1].Height);
    }

    /// <summary>The picture as it is now, measured: a size that the three are not.</summary>
    public static async Task Now(IPage page, string name)
    {
        Directory.CreateDirectory(Folder);
        await BrowserTill.Settled(page);
        await page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}.png") });
        var (width, height) = (page.ViewportSize!.Width, page.ViewportSize.Height);
        await Measure(page, name, width, height);
    }

    private static async Task Measure(IPage page, string name, int width, int height)
    {
        Assert.False(await IsWider(page), $"{name} at {width}x{height} scrolls sideways.");
        Assert.Empty(await SmallTargets(page));
        Assert.Empty(await CutTexts(page));
    }

    private static Task<bool> IsWider(IPage page) => page.EvaluateAsync<bool>(
        "() => document.documentElement.scrollWidth > innerWidth + 1");

    /// <summary>Texts that are wider than the element in which they stand.</summary>
    private static Task<string[]> CutTexts(IPage page) => page.EvaluateAsync<string[]>(
        """
        () => [...document.querySelectorAll(
          "button, .button, nav a, nav span, .tag, h1, h2, summary, dt, dd, .figure, .totalcard span")]
          .filter(e => e.checkVisibility() && e.clientWidth > 0 && e.scrollWidth > e.clientWidth + 1
            && !e.closest(".sr"))
          .map(e => `cut: ${e.outerHTML.slice(0, 120)} ${e.scrollWidth}>${e.clientWidth} at ${innerWidth}`)
        """);

    /// <summary>Buttons and fields that a finger would miss: less than 44 px high or wide.</summary>
    private static Task<string[]> SmallTargets(IPage page) => page.EvaluateAsync<string[]>(
        """
        () => [...document.querySelectorAll("button, input, select, a[href], summary")]
          .filter(e => e.checkVisibility())
          .map(e => [e, e.getBoundingClientRect()])
          .filter(([e, box]) => box.height < 43.5 || box.width < 43.5)
          .map(([e, box]) => `${e.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)
        """);
}
