using CloudPos.Local.Demo;
using CloudPos.Local.Line;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>A shop that speaks another language: every screen says it, within its place.</summary>
[Collection(nameof(BrowserTests))]
public sealed class LanguageScreensTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Theory]
    [InlineData("de-DE", "Der Betrag ist zu hoch", "Kein Artikel hat", "Auf Risiko des Ladens", "X-BERICHT")]
    [InlineData("es-ES", "El importe es demasiado alto", "Ningún artículo tiene", "A riesgo del comercio",
        "INFORME X")]
    public async Task Screens_refusals_and_papers_speak_the_language_of_the_shop(
        string locale, string refusal, string unknown, string atRisk, string report)
    {
        await using var till = await BrowserTill.Open(world, BrowserWorld.StoreOf(locale));
        Task Look(string name) => Browser.Look.InAllSizes(till.Page, $"{name}-{locale[..2]}");
        till.Line.State = LineState.Down;
        await Assertions.Expect(till.Find("#bar.down")).ToBeVisibleAsync();
        await till.Scan("4711471147114");
        await till.Sees("#toast", unknown);
        await till.Scan(Coffee);
        await Times(till, 8);
        await Look("sell");
        await till.Find("[data-key=pay]").ClickAsync();
        await Assertions.Expect(till.Find("[data-key=exact]")).ToBeVisibleAsync();
        await Look("pay");
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.MastercardChip}]").ClickAsync();
        await till.Sees(".refused", refusal);
        await Look("refused");
        await till.Find("[data-way=Cash]").First.ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Find("[data-key=next]").ClickAsync();
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=tip-10]").ClickAsync();
        await till.Find("[data-key=card]").ClickAsync();
        await till.Find($"[data-card={DemoCards.VisaChip}]").ClickAsync();
        await till.Sees(".tenders .tag", atRisk);
        await Look("sold");

        foreach (var screen in new[]
        {
            "payments", "sales", "stock", "customers", "reports", "shift", "paper", "settings",
        })
        {
            await till.Go(screen);
            await Assertions.Expect(till.Find("#main h1")).ToBeVisibleAsync();
            await Look(screen);
        }
        await till.Go("reports");
        await till.Find("[data-key=x]").ClickAsync();
        await till.Sees("dialog .paper", report);
        await Look("report-x");
        await till.Find("dialog header button").ClickAsync();
        await till.Go("sales");
        await till.Find("[data-key^=refund-]").First.ClickAsync();
        await Assertions.Expect(till.Find("[data-key=give]")).ToBeVisibleAsync();
        await Look("refund");
    }

    private static async Task Times(BrowserTill till, int quantity)
    {
        await till.Find("[data-key=n0]").ClickAsync();
        await till.Find("dialog input[name=quantity]").FillAsync($"{quantity}");
        await till.Find("dialog button.main").ClickAsync();
        await Assertions.Expect(till.Find("dialog")).ToHaveCountAsync(0);
        await till.Sees(".lines .detail", $"{quantity} ×");
    }
}
