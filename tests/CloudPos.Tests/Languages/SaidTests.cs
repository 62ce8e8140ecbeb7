using System.Text.RegularExpressions;
using CloudPos.Languages;
using CloudPos.Tests.Tidy;

namespace CloudPos.Tests.Languages;

/// <summary>What the terminal says to a cashier, in the language of the shop.</summary>
public partial class SaidTests
{
    [Theory]
    [InlineData("de")]
    [InlineData("es")]
    public void Every_sentence_exists_in_every_language_with_the_same_places(string language)
    {
        var (english, other) = (Said.In("en"), Said.In(language));

        Assert.Equal(english.Keys.Order(), other.Keys.Order());
        Assert.All(english.Keys, key => Assert.Equal(PlacesOf(english[key]), PlacesOf(other[key])));
        Assert.All(english.Keys, key => Assert.NotEqual(english[key], other[key]));
    }

    [Theory]
    [InlineData("The PIN is wrong.", "Die PIN ist falsch.")]
    [InlineData(
        "No product has the SKU or barcode '4711'.",
        "Kein Artikel hat die Nummer oder den Strichcode „4711“.")]
    [InlineData(
        "The sale comes to 11.49 EUR; 10.00 EUR is 1.49 EUR too little.",
        "Der Verkauf macht 11.49 EUR aus; 10.00 EUR sind 1.49 EUR zu wenig.")]
    [InlineData(
        "Of the tip, 2.00 EUR is left to give back.",
        "Vom Trinkgeld können noch 2.00 EUR zurückgegeben werden.")]
    [InlineData("A sentence that nobody wrote down.", "A sentence that nobody wrote down.")]
    [InlineData("'' is no amount.", "'' is no amount.")]
    public void An_english_sentence_is_said_in_the_language_of_the_shop(string english, string german)
    {
        Assert.Equal(german, Said.In("de").Of(english));
        Assert.Equal(english, Said.In("en").Of(english));
        Assert.Equal(english, Said.In("xx").Of(english));
    }

    /// <summary>Else a sentence that was changed in the code would be English in every language.</summary>
    [Fact]
    public void Every_english_sentence_is_one_that_the_code_says()
    {
        var code = string.Join('\n', SourceTree.Files
            .Where(file => file.IsCSharp && (file.IsIn("terminal") || file.IsIn("functions")))
            .Select(file => Joint().Replace(file.Text, "")));
        var said = Said.In("en");

        var unknown = said.Keys.Where(key => !key.StartsWith("decision.", StringComparison.Ordinal))
            .Where(key => Place().Split(said[key]).Any(part =>
                !code.Contains(part, StringComparison.Ordinal)));

        Assert.Empty(unknown);
    }

    private static string PlacesOf(string text) =>
        string.Join(' ', Place().Matches(text).Select(match => match.Value).Order());

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();

    /// <summary>Where a text goes on in the next line.</summary>
    [GeneratedRegex(@"""\s*\+\s*\$?""")]
    private static partial Regex Joint();
}
