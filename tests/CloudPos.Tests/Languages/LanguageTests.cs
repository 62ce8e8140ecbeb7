using System.Text.Json;
using System.Text.RegularExpressions;
using CloudPos.Languages;
using CloudPos.Tests.Tidy;

namespace CloudPos.Tests.Languages;

public partial class LanguageTests
{
    private const string Screens = "terminal/Web/Ui/";

    [Theory]
    [InlineData("de")]
    [InlineData("es")]
    public void Every_text_of_paper_exists_in_every_language_with_the_same_places(string language)
    {
        var (english, other) = (Texts.Of("en"), Texts.Of(language));

        Assert.Equal(english.Keys.Order(), other.Keys.Order());
        Assert.All(english.Keys, key => Assert.Equal(PlacesOf(english[key]), PlacesOf(other[key])));
    }

    [Theory]
    [InlineData("de")]
    [InlineData("es")]
    public void Every_text_of_the_screens_exists_in_every_language_with_the_same_places(string language)
    {
        var (english, translated) = (UiTexts("en"), UiTexts(language));

        Assert.Equal(english.Keys.Order(), translated.Keys.Order());
        foreach (var (file, texts) in english)
        {
            Assert.Equal(texts.Keys.Order(), translated[file].Keys.Order());
            Assert.All(texts, text =>
                Assert.Equal(PlacesOf(text.Value), PlacesOf(translated[file][text.Key])));
        }
    }

    /// <summary>Names, units and single words may be the same in both languages; sentences differ.</summary>
    [Theory]
    [InlineData("de")]
    [InlineData("es")]
    public void No_sentence_of_the_screens_was_left_in_english(string language)
    {
        var (english, translated) = (UiTexts("en"), UiTexts(language));
        var same = english.SelectMany(file => file.Value
            .Where(text => Place().Replace(text.Value, "").Any(char.IsLetter)
                && text.Value.Count(c => c == ' ') > 1 && !text.Key.StartsWith("locale.")
                && translated[file.Key][text.Key] == text.Value).Select(text => text.Key));

        Assert.Empty(same);
    }

    [Fact]
    public void Every_key_that_a_screen_names_is_one_of_the_texts()
    {
        var known = UiTexts("en").Values.SelectMany(texts => texts.Keys).ToHashSet();

        var missing = SourceTree.Files
            .Where(file => file.Path.StartsWith(Screens, StringComparison.Ordinal)
                && file.Path.EndsWith(".js"))
            .SelectMany(file => Named().Matches(file.Text).Select(match => (
                file.Path, IsCount: match.Groups["count"].Success, Key: match.Groups["key"].Value)))
            .Where(one => !known.Contains(one.IsCount ? $"{one.Key}.other" : one.Key));

        Assert.Empty(missing);
    }

    [Fact]
    public void No_sentence_hides_in_the_screens()
    {
        var found = SourceTree.Files
            .Where(file => file.Path.StartsWith(Screens, StringComparison.Ordinal)
                && file.Path.EndsWith(".js"))
            .SelectMany(file => Sentence().Matches(file.Text).Select(match => $"{file.Path}: {match.Value}"));

        Assert.Empty(found);
        Assert.Matches(Sentence(), "h(\"p\", {}, \"Nothing was sold\")");
    }

    [Theory]
    [InlineData("en", "-1234567.89", "5.5 %", "2026-03-02 18:05 +01:00")]
    [InlineData("en-GB", "-1,234,567.89", "5.5 %", "02/03/2026 18:05 +01:00")]
    [InlineData("en-US", "-1,234,567.89", "5.5 %", "03/02/2026 6:05 PM +01:00")]
    [InlineData("de-DE", "-1.234.567,89", "5,5 %", "02.03.2026 18:05 +01:00")]
    [InlineData("de-CH", "-1'234'567.89", "5.5 %", "02.03.2026 18:05 +01:00")]
    [InlineData("es-ES", "-1.234.567,89", "5,5 %", "02/03/2026 18:05 +01:00")]
    public void Figures_rates_and_times_stand_as_the_store_writes_them(
        string name, string figure, string rate, string time)
    {
        var locale = Locale.Of(name);
        var at = new DateTimeOffset(2026, 3, 2, 18, 5, 0, TimeSpan.FromHours(1));

        Assert.Equal(
            (figure, rate, time),
            (locale.Figure(new Money(-1_234_567_89, Currency.Parse("EUR"))), locale.Rate(550),
                locale.Time(at)));
    }

    [Theory]
    [InlineData("JPY", 1234, "1.234")]
    [InlineData("KWD", 5, "0,005")]
    [InlineData("EUR", long.MinValue, "-92.233.720.368.547.758,08")]
    public void A_currency_keeps_its_own_number_of_digits(string currency, long minor, string figure) =>
        Assert.Equal(figure, Locale.Of("de-DE").Figure(new Money(minor, Currency.Parse(currency))));

    private static Dictionary<string, Dictionary<string, string>> UiTexts(string language) => SourceTree.Files
        .Where(file => file.Path.StartsWith($"{Screens}lang/{language}/", StringComparison.Ordinal))
        .ToDictionary(
            file => Path.GetFileName(file.Path),
            file => JsonSerializer.Deserialize<Dictionary<string, string>>(file.Text)!);

    private static string PlacesOf(string text) =>
        string.Join(' ', Place().Matches(text).Select(match => match.Value).Order());

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();

    /// <summary>A key in t("...") or count("...").</summary>
    [GeneratedRegex(@"\b(?:t|(?<count>count))\(""(?<key>[a-z][\w.]*)""")]
    private static partial Regex Named();

    /// <summary>A child of an element that is a text of two words or more.</summary>
    [GeneratedRegex(@"[},]\s*""[A-Z][a-z]+ [a-z]+[^""]*""")]
    private static partial Regex Sentence();
}
