using CloudPos.Cards;
using CloudPos.Terminal.Reader;
using CloudPos.Tlv;

namespace CloudPos.Tests.Terminal.Reader;

public sealed class ScriptedReaderTests : IDisposable
{
    // Published test cards: Stripe's Visa, and Visa's own EMV test card.
    private const string Stripe = ";4242424242424242=29121010000000000000?";
    private const string Chip =
        "4F07A0000000031010500A564953412044454249545F340101" + "57114761739001010119D29122011758928889"
        + "9F2608AABBCCDDEEFF00119F270180" + "9F02060000000000019F370411111111";

    private static readonly Purchase Purchase =
        new(new Money(12_34, Currency.Parse("EUR")), new DateOnly(2026, 3, 9));

    private readonly string _folder = Directory.CreateTempSubdirectory("cloudpos-reader-").FullName;

    [Fact]
    public void A_stripe_is_read_as_a_swipe()
    {
        using var card = Read(CardSource.FromTrack2(Stripe));

        Assert.Equal(EntryMode.Swipe, card.EntryMode);
        Assert.Equal("Visa **** 4242 Swipe", card.ToString());
    }

    [Fact]
    public void The_stripe_of_a_card_that_has_a_chip_is_a_fallback()
    {
        var hasChip = Stripe.Replace("2912101", "2912201", StringComparison.Ordinal);

        using var card = Read(CardSource.FromTrack2(hasChip));

        Assert.Equal(EntryMode.Fallback, card.EntryMode);
    }

    [Fact]
    public void A_chip_takes_amount_currency_date_and_type_of_the_payment_whatever_its_script_says()
    {
        using var card = Read(CardSource.FromTlv(Chip, EntryMode.Chip));

        Assert.Equal("000000001234", Tag(card, EmvTags.AmountAuthorised_9F02));
        Assert.Equal("0978", Tag(card, EmvTags.TransactionCurrency_5F2A));
        Assert.Equal("260309", Tag(card, EmvTags.TransactionDate_9A));
        Assert.Equal("00", Tag(card, EmvTags.TransactionType_9C));
        Assert.Equal("AABBCCDDEEFF0011", Tag(card, EmvTags.Cryptogram_9F26));
    }

    [Fact]
    public void Each_reading_has_an_unpredictable_number_of_its_own()
    {
        using var first = Read(CardSource.FromTlv(Chip, EntryMode.Chip));
        using var second = Read(CardSource.FromTlv(Chip, EntryMode.Chip));

        Assert.NotEqual(
            Tag(first, EmvTags.UnpredictableNumber_9F37), Tag(second, EmvTags.UnpredictableNumber_9F37));
    }

    [Theory]
    [InlineData("chip", EntryMode.Chip)]
    [InlineData("contactless", EntryMode.Contactless)]
    public void A_card_file_says_how_its_chip_is_read(string mode, EntryMode expected)
    {
        using var card = Read(CardSource.FromFile(Write(
            $$"""{"name":"test card","entryMode":"{{mode}}","tlv":"{{Chip}}"}""")));

        Assert.Equal((expected, "VISA DEBIT"), (card.EntryMode, card.ApplicationLabel));
    }

    [Fact]
    public void A_card_file_can_hold_a_stripe()
    {
        using var card = Read(CardSource.FromFile(Write(
            $$"""{"name":"test card","entryMode":"swipe","track2":"{{Stripe}}"}""")));

        Assert.Equal(EntryMode.Swipe, card.EntryMode);
    }

    [Theory]
    [InlineData("not JSON", "{ 4242424242424242 }", "is no JSON of a card file")]
    [InlineData("a list", "[]", "is one JSON object")]
    [InlineData("no mode", """{"tlv":"00"}""", "'entryMode' is chip, contactless or swipe")]
    [InlineData("another mode", """{"entryMode":"tap","tlv":"00"}""", "contactless or swipe")]
    [InlineData("no content", """{"entryMode":"chip"}""", "'tlv' or 'track2' is missing")]
    [InlineData("a swiped chip", """{"entryMode":"swipe","tlv":"00"}""", "a swipe has 'track2'")]
    [InlineData("a chip's stripe", """{"entryMode":"chip","track2":";?"}""", "a swipe has 'track2'")]
    [InlineData("both", """{"entryMode":"chip","tlv":"00","track2":";?"}""", "is the second content")]
    [InlineData("a number", """{"entryMode":"chip","tlv":4242424242424242}""", "'tlv' is a text")]
    [InlineData("a stranger", """{"entryMode":"chip","pan":"4242424242424242"}""", "not a member")]
    public void A_bad_card_file_is_refused_and_none_of_its_content_is_shown(
        string name, string json, string sentence)
    {
        var result = ScriptedReader.Read(CardSource.FromFile(Write(json)), Purchase);

        Assert.False(result.IsRead, name);
        Assert.Contains(sentence, result.Fault);
        Assert.DoesNotContain("42424242", result.Fault);
    }

    [Fact]
    public void A_card_file_that_is_not_there_or_far_too_large_is_refused()
    {
        var missing = ScriptedReader.Read(CardSource.FromFile(Path.Combine(_folder, "none.json")), Purchase);
        var spaces = CardSource.FromFile(Write(new string(' ', CardFile.BytesMax + 1)));
        var large = ScriptedReader.Read(spaces, Purchase);

        Assert.Contains("cannot be read as a card file", missing.Fault);
        Assert.Contains("larger than a card file can be", large.Fault);
    }

    [Theory]
    [InlineData("a wrong check digit", ";4242424242424241=29121010000000000000?")]
    [InlineData("no end sentinel", ";4242424242424242=29121010000000000000")]
    [InlineData("no separator", ";42424242424242422912101?")]
    public void A_stripe_that_cannot_be_read_is_not_shown(string name, string track2)
    {
        var result = ScriptedReader.Read(CardSource.FromTrack2(track2), Purchase);

        Assert.False(result.IsRead, name);
        Assert.DoesNotContain("42424242", result.Fault);
    }

    [Fact]
    public void A_fault_in_a_chip_names_the_place_in_the_chips_own_data()
    {
        var result = ScriptedReader.Read(CardSource.FromTlv("500241", EntryMode.Chip), Purchase);

        Assert.Contains("ValueOverrun", result.Fault);
        Assert.Contains("at 0", result.Fault);
    }

    [Fact]
    public void A_source_shows_its_kind_and_no_card()
    {
        Assert.Equal("stripe", CardSource.FromTrack2(Stripe).ToString());
        Assert.Equal("chip", CardSource.FromTlv(Chip, EntryMode.Chip).ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static CardData Read(CardSource source)
    {
        var result = ScriptedReader.Read(source, Purchase);
        Assert.True(result.IsRead, result.Fault);
        return result.Card;
    }

    private static string? Tag(CardData card, uint tag)
    {
        // What is sealed: the objects for field 55 lie in our own object C3.
        var chip = TlvNode.Find(TlvReader.TryRead(card.ToPlaintext()).Nodes!, 0xC3)!;
        var found = TlvNode.Find(TlvReader.TryRead(chip.Value).Nodes!, tag);
        return found is null ? null : Convert.ToHexString(found.Value.Span);
    }

    private string Write(string json)
    {
        var path = Path.Combine(_folder, $"{Id.New()}.json");
        File.WriteAllText(path, json);
        return path;
    }
}
