using CloudPos.Functions.Recovery;
using CloudPos.Tests.Functions;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Recovery;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>A customer pays a declined payment by the link from the mail, in a real browser.</summary>
[Collection(nameof(BrowserTests))]
public sealed class PayPageTests(BrowserWorld world) : IAsyncLifetime
{
    private readonly List<string> _complaints = [];
    private readonly List<string> _elsewhere = [];
    private LinkWorld _shop = null!;
    private IBrowserContext? _context;

    public async ValueTask InitializeAsync()
    {
        BrowserTill.Require();
        _shop = await LinkWorld.Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (_context is not null)
            await _context.DisposeAsync();
        await _shop.DisposeAsync();
        Assert.Empty(_complaints);
        Assert.Empty(_elsewhere);
    }

    [Fact]
    public async Task A_wrong_number_is_said_a_declined_card_too_and_another_one_pays()
    {
        var sale = await _shop.Declined();
        var page = await Open(await _shop.Link(sale));
        await Look.At(page, "pay-form");

        await Pay(page, "5555 5555 5555 4445");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("no valid card number");
        await Assertions.Expect(page.Locator("#number")).ToHaveValueAsync("");
        await Assertions.Expect(page.Locator("#number")).ToBeFocusedAsync();
        await Look.At(page, "pay-wrong");

        _shop.TypedCode = "51";
        await Pay(page, "4242 4242 4242 4242");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync("4242 was declined");
        await Look.At(page, "pay-declined");

        _shop.TypedCode = "00";
        await Pay(page, "5555-5555-5555-4444", twice: true);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Paid. Thank you!");
        await Look.At(page, "pay-paid");
        await page.GoBackAsync();
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Paid. Thank you!");

        Assert.Equal(2, _shop.TypedCount);
        Assert.Equal(sale.Amount.Minor, _shop.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task While_nobody_knows_the_page_waits_and_then_shows_the_answer_by_itself()
    {
        var sale = await _shop.Declined();
        var mute = true;
        _shop.Acquirer.Script = (message, from) =>
        {
            var answer = _shop.Acquirer.Ledger.Enter(message);
            return Volatile.Read(ref mute) ? Task.CompletedTask
                : from.Answer(message, answer.Code, answer.Fields);
        };
        var page = await Open(await _shop.Link(sale));

        await Pay(page, TestCards.Mastercard);
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("We are finding out");
        await Look.At(page, "pay-asking");
        Volatile.Write(ref mute, false);
        _shop.Acquirer.Drop();
        _shop.Office.Time.Shift += TimeSpan.FromMinutes(15);

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Paid. Thank you!");
        Assert.Equal(1, _shop.TypedCount);
    }

    [Fact]
    public async Task Without_script_it_is_paid_all_the_same_and_in_ones_own_language()
    {
        var sale = await _shop.Declined();
        var page = await Open(await _shop.Link(sale), script: false, locale: "de-DE");
        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("12,34 EUR bezahlen");

        await Pay(page, TestCards.Mastercard);
        await TestBackOffice.Eventually(
            async () => (await _shop.Find(sale))!.State == CaseState.Recovered, "the money");
        // The answer to the form is there: a page that is still on its way cannot be loaded again.
        await Assertions.Expect(page.Locator("#number")).ToHaveCountAsync(0);
        await page.WaitForLoadStateAsync();
        await page.ReloadAsync();

        await Assertions.Expect(page.Locator("h1")).ToHaveTextAsync("Bezahlt. Vielen Dank!");
    }

    [Theory]
    [InlineData("en-GB", "Pay 12.34 EUR", "was declined", "is not accepted here", "expired")]
    [InlineData("de-DE", "12,34 EUR bezahlen", "wurde abgelehnt", "wird hier nicht angenommen",
        "abgelaufen")]
    [InlineData("es-ES", "Pagar 12,34", "fue rechazada", "no se acepta esta tarjeta", "caducado")]
    public async Task Each_state_reads_well_in_each_language_and_size(
        string locale, string form, string declined, string denied, string expired)
    {
        var (sale, open) = (await _shop.Declined(), await _shop.Declined());
        var (first, second) = (await _shop.Link(sale), await _shop.Link(open));
        var page = await Open(first, locale: locale);
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync(form);
        await Look.At(page, $"pay-{locale}-open");

        _shop.TypedCode = "43";
        await Pay(page, "4242 4242 4242 4242");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync(declined);
        await Look.At(page, $"pay-{locale}-declined");
        await TestBackOffice.Eventually(
            async () => (await _shop.Payment((await _shop.Find(sale))!.Tries[0].Payment)).History
                .Any(line => line.Why == "on the deny list"), "the card on the deny list");
        await Pay(page, "4242 4242 4242 4242");
        await Assertions.Expect(page.Locator("[role=alert]")).ToContainTextAsync(denied);
        await Look.At(page, $"pay-{locale}-denied");

        _shop.TypedCode = "00";
        await Pay(page, TestCards.Mastercard);
        await Assertions.Expect(page.Locator("[role=status].good")).ToBeVisibleAsync();
        await Look.At(page, $"pay-{locale}-paid");

        _shop.Office.Time.Shift += TimeSpan.FromDays(15);
        await page.GotoAsync(new Uri(_shop.Office.Http.BaseAddress!, second).ToString());
        await Assertions.Expect(page.Locator("h1")).ToContainTextAsync(expired);
        await Look.At(page, $"pay-{locale}-expired");
        await page.GotoAsync(new Uri(_shop.Office.Http.BaseAddress!, first).ToString());
        await Assertions.Expect(page.Locator("[role=status].good")).ToBeVisibleAsync();
    }

    private static async Task Pay(IPage page, string number, bool twice = false)
    {
        // Its script listens by then.
        await page.WaitForLoadStateAsync();
        await page.Locator("#number").FillAsync(number);
        await page.Locator("#expiry").FillAsync("12 / 30");
        var button = page.Locator("button");
        if (twice)
            await button.DblClickAsync();
        else
            await button.ClickAsync();
    }

    /// <summary>At the size of a telephone. What the page asks of any other host is noted.</summary>
    private async Task<IPage> Open(string link, bool script = true, string locale = "en-GB")
    {
        _context = await world.NewContext(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 360, Height = 720 }, Locale = locale,
            JavaScriptEnabled = script,
        });
        var page = await _context.NewPageAsync();
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            // Chromium logs an answer of 422 as a failed load.
            if (message.Type == "error" && !message.Text.Contains("Failed to load", StringComparison.Ordinal))
                _complaints.Add(message.Text);
        };
        var home = _shop.Office.Http.BaseAddress!;
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: not "data" } asked && asked.Authority != home.Authority)
                _elsewhere.Add(request.Url);
        };
        await page.GotoAsync(new Uri(home, link).ToString());
        return page;
    }
}
