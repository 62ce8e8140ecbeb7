using System.Text;
using System.Text.RegularExpressions;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Languages;
using CloudPos.Tests.Functions.Settlement;
using CloudPos.Tests.Tidy;

namespace CloudPos.Tests.Functions.Reports;

/// <summary>Reports in the merchant's language; the golden files per language were reviewed by eye.</summary>
public sealed partial class ReportLanguageTests
{
    [Theory]
    [InlineData("de-DE", "day-de.html")]
    [InlineData("es-ES", "day-es.html")]
    public void The_page_of_a_fixed_day_in_a_language_is_the_one_that_was_reviewed(string locale, string name)
    {
        var html = ReportHtml.Of(GoldenReportTests.Version(), Locale.Of(locale));

        GoldenReportTests.Compare(name, html);
        AssertNothingEnglish(html, locale);
    }

    [Theory]
    [InlineData("de-DE", "day-de.pdf", "Seite 2 von")]
    [InlineData("es-ES", "day-es.pdf", "gina 2 de")]
    public void The_pdf_of_a_fixed_day_in_a_language_is_the_one_that_was_reviewed(
        string locale, string name, string page)
    {
        var pdf = ReportPdf.Of(GoldenReportTests.Version(), Locale.Of(locale));

        GoldenReportTests.Compare(name, pdf);
        Assert.Contains(page, Encoding.Latin1.GetString(pdf), StringComparison.Ordinal);
    }

    [Fact]
    public void The_csv_and_the_json_are_the_same_in_every_language()
    {
        var version = GoldenReportTests.Version();
        var german = version with { Figures = version.Figures with { Locale = "de-DE" } };

        Assert.Equal(ReportCsv.Of(version), ReportCsv.Of(german));
        Assert.Contains(
            "Abrechnungsbericht 20.11.2026, EUR", ReportHtml.Of(german), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("es-ES")]
    public async Task The_report_over_a_range_leaves_nothing_in_english(string locale)
    {
        await using var world = await MoneyWorld.Create();
        await world.CardSale("T1000001", 40_00, Payment(true));
        await world.CardSale("T2000001", 31_00, Payment(false));
        await world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        var figures = await world.Get<RangeReport>().Of(
            MoneyWorld.Merchant, "Laden", MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date, default);

        AssertNothingEnglish(RangeContent.Html(figures, Locale.Of(locale)), locale);
        Assert.NotEqual(RangeContent.Pdf(figures), RangeContent.Pdf(figures, Locale.Of(locale)));
    }

    [Theory]
    [InlineData(null, new[] { "de-DE", "de-DE" }, "de-DE")]
    [InlineData(null, new[] { "de-DE", "es-ES" }, null)]
    [InlineData(null, new[] { "de-DE", null }, null)]
    [InlineData("es-ES", new[] { "de-DE" }, "es-ES")]
    [InlineData(null, new string[0], null)]
    public void A_report_is_written_as_its_merchant_says_or_as_all_its_stores_do(
        string? merchant, string?[] stores, string? expected) =>
        Assert.Equal(expected, ReportWords.LocaleOf(merchant, stores));

    [Theory]
    [InlineData(
        "Purchases: ours 1 with 7.99, theirs 2 with 17.98; ours less theirs is -9.99",
        "Käufe: unsere 1 mit 7,99, ihre 2 mit 17,98; unseres weniger ihres ist -9,99")]
    [InlineData(
        "Charged back, taken from the payout of 2026-11-20, north",
        "Rückgebucht, aus der Auszahlung vom 20.11.2026, north")]
    [InlineData("The acquirer counts it on 2026-11-21.", "Der Acquirer zählt sie am 21.11.2026.")]
    [InlineData("What nobody wrote down", "What nobody wrote down")]
    public void What_rows_keep_in_english_is_said_in_the_language_of_the_report(string english, string german)
    {
        Assert.Equal(german, ReportWords.In(Locale.Of("de-DE")).Stored(english));
        Assert.Equal(english, ReportWords.In(Locale.Default).Stored(english));
    }

    [Fact]
    public void Every_text_has_the_same_places_in_every_language() => Assert.All(ReportTexts.All, row =>
    {
        Assert.Equal(PlacesOf(row.En), PlacesOf(row.De));
        Assert.Equal(PlacesOf(row.En), PlacesOf(row.Es));
    });

    /// <summary>Else a text that was changed in the code would be English in every language.</summary>
    [Fact]
    public void Every_text_that_the_code_says_is_one_of_them()
    {
        var known = ReportTexts.All.Select(row => row.En).ToHashSet();
        var said = SourceTree.Files
            .Where(file => file.Path.StartsWith("functions/Reports/", StringComparison.Ordinal))
            .SelectMany(file => Saying().Matches(Joint().Replace(file.Text, "")))
            .Select(match => Regex.Unescape(match.Groups["text"].Value)).ToList();

        Assert.True(said.Count > 100, $"Only {said.Count} texts were found.");
        Assert.DoesNotContain(said, text => !known.Contains(text));
    }

    private static void AssertNothingEnglish(string html, string locale)
    {
        var isGerman = locale.StartsWith("de", StringComparison.Ordinal);
        Assert.Empty(
            from row in ReportTexts.All
            let other = isGerman ? row.De : row.Es
            where !row.En.Contains('{') && other != row.En
                && html.Contains($">{row.En}<", StringComparison.Ordinal)
                && !ReportTexts.All.Any(one => (isGerman ? one.De : one.Es) == row.En)
            select row.En);
        // What a version changed is named as in the CSV, and stands at the end.
        var end = html.IndexOf("CSV", StringComparison.Ordinal);
        Assert.DoesNotMatch(IsoDate(), Tag().Replace(end < 0 ? html : html[..end], " "));
    }

    private static PaymentState Payment(bool isPaid) =>
        isPaid ? PaymentState.Approved : PaymentState.Declined;

    private static string PlacesOf(string text) =>
        string.Join(' ', Place().Matches(text).Select(match => match.Value).Distinct().Order());

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex Place();

    [GeneratedRegex(@"[sS]ay\.(?:Of|Table|Count)\((?:[\w.]+, )?\s*""(?<text>(?:[^""\\]|\\.)+)""")]
    private static partial Regex Saying();

    [GeneratedRegex(@"""\s*\+\s*""")]
    private static partial Regex Joint();

    [GeneratedRegex(@"\b2026-\d\d-\d\d\b")]
    private static partial Regex IsoDate();

    [GeneratedRegex("<[^>]*>|<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Tag();
}
