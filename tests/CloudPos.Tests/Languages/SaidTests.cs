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
    [InlineData(
        "The journal is damaged, so nothing can be sold: Entry 7 is missing.",
        "Das Journal ist beschädigt, deshalb kann nichts verkauft werden: Eintrag 7 fehlt.")]
    [InlineData(
        "The code is wrong, used or too old; ask for a new one.",
        "Der Code ist falsch, benutzt oder zu alt; um einen neuen bitten.")]
    [InlineData("A sentence that nobody wrote down.", "A sentence that nobody wrote down.")]
    [InlineData("'' is no amount.", "'' is no amount.")]
    public void An_english_sentence_is_said_in_the_language_of_the_shop(string english, string german)
    {
        Assert.Equal(german, Said.In("de").Of(english));
        Assert.Equal(english, Said.In("en").Of(english));
        Assert.Equal(english, Said.In("xx").Of(english));
    }

    [Theory]
    [InlineData("de-DE", "Die Karte hat 5,00 EUR gezahlt, mehr hat sie nicht. Noch 6,49 EUR sind zu zahlen.")]
    [InlineData("de-CH", "Die Karte hat 5.00 EUR gezahlt, mehr hat sie nicht. Noch 6.49 EUR sind zu zahlen.")]
    [InlineData("en-IE", "The card paid 5.00 EUR, all that it has. 6.49 EUR are left to pay.")]
    public void Amounts_within_a_sentence_are_written_as_the_shop_writes_them(
        string locale, string sentence) => Assert.Equal(sentence, Said.By(Locale.Of(locale)).Of(
            "The card paid 5.00 EUR, all that it has. 6.49 EUR are left to pay."));

    /// <summary>Else a sentence that was changed in the code would be English in every language.</summary>
    [Fact]
    public void Every_english_sentence_is_one_that_the_code_says()
    {
        var code = string.Join('\n', SourceTree.Files
            .Where(file => file.IsCSharp && !file.IsIn("tests") && !file.IsIn("infra"))
            .Select(file => Joint().Replace(file.Text, "")));
        var said = Said.In("en");

        var unknown = said.Keys.Where(key => !key.StartsWith("decision.", StringComparison.Ordinal))
            .Where(key => Place().Split(said[key]).Any(part =>
                !code.Contains(part, StringComparison.Ordinal)));

        Assert.Empty(unknown);
    }

    /// <summary>Damage, refusals of the journal, faults of the screen's own routes.</summary>
    [Fact]
    public void Every_refusal_that_a_screen_can_show_is_said_in_every_language()
    {
        var german = Said.In("de");
        var refusals = SourceTree.Files
            .Where(file => file.IsCSharp && file.IsIn("terminal") && !NotAtAScreen.Any(file.Path.EndsWith))
            .SelectMany(file => Refusal().Matches(Joint().Replace(file.Text, "")))
            .Select(match => Hole().Replace(match.Groups["text"].Value, "7"))
            .Where(text => !text.Contains('{'))
            .ToList();

        Assert.True(refusals.Count > 80, $"Only {refusals.Count} refusals were found.");
        Assert.DoesNotContain(refusals, text => german.Of(text) == text);
    }

    /// <summary>What these refuse, the back office or a verb hears of, and no screen.</summary>
    private static readonly string[] NotAtAScreen =
    [
        "TerminalStore.Feed.cs", "TerminalStore.Forwarding.cs", "TerminalStore.Retention.cs",
        "TerminalStore.Verify.cs", "JournalAudit.cs",
    ];

    private static string PlacesOf(string text) =>
        string.Join(' ', Place().Matches(text).Select(match => match.Value).Order());

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Place();

    [GeneratedRegex(
        @"(?:ApiFault\.Of|WriteOutcome\.Not|new DamageFinding)\(\s*[\w.]+,\s*\$?"
        + @"""(?<text>(?:[^""\\]|\\.)*)""")]
    private static partial Regex Refusal();

    /// <summary>Where the code puts a figure or a name in.</summary>
    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Hole();

    /// <summary>Where a text goes on in the next line.</summary>
    [GeneratedRegex(@"""\s*\+\s*\$?""")]
    private static partial Regex Joint();
}
