using CloudPos.Local.Line;
using CloudPos.Local.Printer;
using Microsoft.Playwright;

namespace CloudPos.Tests.Browser;

/// <summary>Printer, language, invoice and drill at the screen.</summary>
[Collection(nameof(BrowserTests))]
public sealed class PaperTests(BrowserWorld world)
{
    private const string Coffee = "2010037001015";

    [Theory]
    [InlineData("en", "Receipt printer", "Cash, exact")]
    [InlineData("de-DE", "Bondrucker", "Bar, passend")]
    [InlineData("es-ES", "Impresora de recibos", "Efectivo exacto")]
    public async Task A_printer_is_set_up_prints_without_a_line_and_speaks_the_stores_language(
        string locale, string title, string cash)
    {
        await using var printer = PrinterDouble.Start(TimeProvider.System);
        await using var till = await BrowserTill.Open(world);
        await till.Go("paper");
        if (locale != "en")
            await till.Find("[data-key=language]").SelectOptionAsync(locale);
        await till.Sees("main", title);
        await till.Find("input[name=address]").FillAsync($"tcp://{printer.Address}");
        await till.Find("[data-key=printer-save]").ClickAsync();
        await till.Find("[data-key=printer-test]").ClickAsync();
        await Until(() => printer.Sheets.Count == 1);
        await Look.At(till.Page, $"paper-{locale}");

        till.Line.State = LineState.Down;
        await till.Go("sell");
        await till.Scan(Coffee);
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Sees("main", cash);
        await Look.At(till.Page, $"pay-{locale}");
        await till.Find("[data-key=exact]").ClickAsync();

        await Until(() => printer.Sheets.Count == 2);
        await Until(() => printer.DrawerKicks == 1);
        Assert.Empty(printer.Faults);
        await File.WriteAllTextAsync(
            Path.Combine(Look.Folder, $"paper-{locale}.svg"), PaperPicture.Of(printer.Sheets[1]));
    }

    [Fact]
    public async Task An_invoice_is_made_at_the_screen_and_a_drill_takes_the_line_away()
    {
        await using var till = await BrowserTill.Open(world);
        await till.SeesBar("Online");
        await till.Scan(Coffee);
        await till.Sees(".sum .total", "€11.49");
        await till.Find("[data-key=pay]").ClickAsync();
        await till.Find("[data-key=exact]").ClickAsync();
        await till.Sees(".sold", "€11.49");
        await till.Go("sales");
        await till.Button("Invoice").ClickAsync();
        await till.Find("dialog input[name=name]").FillAsync("Muster GmbH");
        await till.Find("dialog input[name=street]").FillAsync("Hauptstr. 1");
        await till.Find("dialog input[name=town]").FillAsync("10115 Berlin");
        await Look.At(till.Page, "invoice-form");
        await till.Find("dialog button.main").ClickAsync();
        await till.Sees("dialog .paper", "Muster GmbH");
        await till.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(till.Find("dialog")).ToHaveCountAsync(0);
        await till.Button("Invoice").ClickAsync();
        await till.Sees("dialog [data-invoice]", "Muster GmbH");
        await Look.At(till.Page, "invoice-list");
        await till.Find("dialog [data-invoice] button").First.ClickAsync();
        await till.Sees("dialog .paper", "*** COPY 1 ***");
        foreach (var type in new[] { "application/pdf", "text/html; charset=utf-8" })
            Assert.Equal($"200 {type}", await till.Page.EvaluateAsync<string>(
                "async at => { const got = await fetch(document.querySelectorAll('dialog a')[at].href); "
                + "return `${got.status} ${got.headers.get('content-type')}`; }",
                type == "application/pdf" ? 0 : 1));
        await till.Page.Keyboard.PressAsync("Escape");

        await till.Go("paper");
        await till.Find("[data-key=drill]").ClickAsync();
        await till.Find("dialog button.main").ClickAsync();
        await till.SeesBar("Outage drill until");
        await till.Sees("[data-key=drill]", "End the drill");
        await till.Find("[data-key=drill]").ClickAsync();
        await till.Sees("dialog .paper", "OUTAGE DRILL");
    }

    /// <summary>What the printer has is seen a moment later, like anything on paper.</summary>
    private static async Task Until(Func<bool> seen)
    {
        for (var look = 0; look < 2_400 && !seen(); look++)
            await Task.Delay(50);
        Assert.True(seen());
    }
}
