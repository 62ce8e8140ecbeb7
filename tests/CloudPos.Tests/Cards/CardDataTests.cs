using CloudPos.Cards;
using CloudPos.Tlv;
using CsCheck;

namespace CloudPos.Tests.Cards;

public sealed class CardDataTests
{
    private const string Visa57 = "57114761739001010119D22122011758928889";
    private const string Pan5A = "5A084242424242424242";
    private const string Expiry5F24 = "5F2403301231";

    private const string ChipCard =
        "6F1A840E315041592E5359532E4444463031A5088801025F2D02656E" +    // the card's directory
        "6F22" + "8407A0000000031010" + "A517" + "500B" + "5649534120435245444954" + "870101" + "9F3800" +
        "9F110101" +
        "7019" + Pan5A + Expiry5F24 + "5F340101" + "5F30020201" +
        "771E" + "9F2608A1A2A3A4A5A6A7A8" + "9F270180" + "9F3602002A" + "9F1007060A0A03A00000" +
        "9F0206000000001250" + "9F3704DEADBEEF" + "95050000008000" + "9A03260801" + "9C0100" + "5F2A020978" +
        "82023900" + "9F1A020276" + "9F0306000000000000" + "9F3303E0F8C8" + "9F34031F0302" + "9F350122" +
        "9F6E0420700000";

    [Fact]
    public void A_chip_card_is_read_from_whatever_templates_it_lies_in()
    {
        using var card = Chip(ChipCard);
        Assert.Equal("4242", card.Pan.LastFour);
        Assert.Equal("3012", card.Expiry.RevealYymm());
        Assert.Equal("201", card.ServiceCode?.RevealDigits());
        Assert.Equal("VISA CREDIT", card.ApplicationLabel);
        Assert.Equal("A0000000031010", Convert.ToHexString(card.Aid!));
        Assert.Equal(1, card.PanSequence);
        Assert.Equal(Scheme.Visa, card.Scheme);
        Assert.Null(card.Track2);
    }

    [Fact]
    public void Field_55_gets_what_the_issuer_needs_and_nothing_that_names_the_card()
    {
        using var card = Chip(ChipCard);
        var read = TlvReader.TryRead(card.ChipTlv);
        Assert.True(read.IsValid, read.ToString());
        Assert.Equal(
            "9F26 9F27 9F10 9F37 9F36 95 9A 9C 9F02 5F2A 82 9F1A 9F03 9F33 9F34 9F35 84 5F34",
            string.Join(' ', read.Nodes.Select(node => TlvTag.ToText(node.Tag))));
        Assert.Equal("A0000000031010", Convert.ToHexString(TlvNode.Find(read.Nodes, 0x84)!.Value.Span));
        Assert.InRange(card.ChipTlv.Length, 100, CardData.ChipTlvLengthMax);
    }

    [Fact]
    public void Contactless_adds_its_own_tags()
    {
        using var card = Chip(ChipCard, EntryMode.Contactless);
        var read = TlvReader.TryRead(card.ChipTlv);
        Assert.True(read.IsValid, read.ToString());
        Assert.Equal("20700000", Convert.ToHexString(TlvNode.Find(read.Nodes, 0x9F6E)!.Value.Span));
        Assert.Equal(EntryMode.Contactless, card.EntryMode);
    }

    [Theory]
    [InlineData("a track alone", Visa57, "0119", true)]
    [InlineData("number and expiry alone", Pan5A + Expiry5F24, "4242", false)]
    [InlineData("a track and what agrees with it", Visa57 + "5A084761739001010119" + "5F2403221231", "0119",
        true)]
    [InlineData("an odd number, padded", "5A08378282246310005F" + Expiry5F24, "0005", false)]
    [InlineData("the published record",
        "703357114761739001010119D221220117589288895F200C455850495245442F43415244" +
            "9F1F0E3137353839303936303030303030",
        "0119", true)]
    public void A_number_is_read_from_either_tag(string what, string hex, string lastFour, bool hasTrack)
    {
        using var card = Chip(hex);
        Assert.Equal((what, lastFour, hasTrack), (what, card.Pan.LastFour, card.Track2 is not null));
    }

    [Theory]
    [InlineData("nothing", "", CardDataFault.PanMissing, 0)]
    [InlineData("no number", Expiry5F24, CardDataFault.PanMissing, 0)]
    [InlineData("no expiry", Pan5A, CardDataFault.ExpiryMissing, 0)]
    [InlineData("a wrong check digit", "5A084242424242424241" + Expiry5F24, CardDataFault.PanInvalid, 0)]
    [InlineData("a number with a letter", "5A0842424242424242A2" + Expiry5F24, CardDataFault.PanInvalid, 0)]
    [InlineData("a number after its padding", "5A08378282246310F005" + Expiry5F24, CardDataFault.PanInvalid,
        0)]
    [InlineData("a number of eleven bytes", "5A0B4242424242424242424242" + Expiry5F24,
        CardDataFault.PanInvalid, 0)]
    [InlineData("month 13", Pan5A + "5F2403301331", CardDataFault.ExpiryInvalid, 10)]
    [InlineData("two bytes of expiry", Pan5A + "5F24023012", CardDataFault.ExpiryInvalid, 10)]
    [InlineData("two numbers", Visa57 + "5A084242424242424242", CardDataFault.Contradiction, 19)]
    [InlineData("two expiries", Visa57 + Expiry5F24, CardDataFault.Contradiction, 19)]
    [InlineData("a bad track", "57114761739001010118D22122011758928889", CardDataFault.Track2, 0)]
    [InlineData("a sequence of letters", Pan5A + Expiry5F24 + "5F34010A", CardDataFault.PanSequenceInvalid,
        16)]
    [InlineData("an identifier of four bytes", Pan5A + Expiry5F24 + "4F04A0000000", CardDataFault.AidInvalid,
        16)]
    [InlineData("a service code of one byte", Pan5A + Expiry5F24 + "5F300101",
        CardDataFault.ServiceCodeInvalid, 16)]
    [InlineData("no data objects", Pan5A + "9F", CardDataFault.Tlv, 10)]
    public void A_bad_chip_names_the_fault_and_its_place(
        string what, string hex, CardDataFault fault, int offset)
    {
        var read = CardData.TryFromChip(Convert.FromHexString(hex), EntryMode.Chip);
        Assert.Equal((what, fault, offset), (what, read.Fault, read.Offset));
        Assert.DoesNotContain("4242", read.ToString());
    }

    [Fact]
    public void A_chip_is_not_swiped()
    {
        EntryMode[] others = [EntryMode.Unknown, EntryMode.Swipe, EntryMode.Fallback, EntryMode.Manual];
        foreach (var mode in others)
            Assert.Equal(CardDataFault.EntryModeInvalid,
                CardData.TryFromChip(Convert.FromHexString(Visa57), mode).Fault);
    }

    [Fact]
    public void Too_much_for_field_55_is_refused()
    {
        var tlv = TlvWriter.Write(new TlvNode(0x5A, Convert.FromHexString("4242424242424242")),
            new TlvNode(0x5F24, Convert.FromHexString("301231")), new TlvNode(0x9F10, new byte[300]));
        Assert.Equal(CardDataFault.ChipTlvTooLong, CardData.TryFromChip(tlv, EntryMode.Chip).Fault);
    }

    [Theory]
    [InlineData("a stripe card", ";4242424242424242=30121010000?", EntryMode.Swipe)]
    [InlineData("a chip card", ";4242424242424242=30122010000?", EntryMode.Fallback)]
    [InlineData("a national chip card", ";4242424242424242=30126010000?", EntryMode.Fallback)]
    public void A_swiped_chip_card_is_a_fallback(string what, string track, EntryMode mode)
    {
        using var card = Swiped(track);
        Assert.Equal((what, mode), (what, card.EntryMode));
        Assert.Empty(card.ChipTlv);
        Assert.Null(card.Aid);
    }

    [Fact]
    public void The_identifier_decides_the_scheme_before_the_number()
    {
        using var card = Chip(Pan5A + Expiry5F24 + "4F07A0000000043060");
        Assert.Equal((Scheme.Maestro, Scheme.Visa), (card.Scheme, card.Pan.Scheme));
    }

    [Theory]
    [InlineData("a chip card", ChipCard)]
    [InlineData("a track alone", Visa57)]
    [InlineData("number and expiry alone", Pan5A + Expiry5F24)]
    public void A_chip_card_comes_back_from_its_plaintext(string what, string hex)
    {
        using var card = Chip(hex);
        AssertSame(what, card);
    }

    [Fact]
    public void A_swiped_card_comes_back_from_its_plaintext_padded_or_not()
    {
        using var card = Swiped(";4242424242424242=30122010000?");
        AssertSame("swiped", card);
        var padded = new byte[256];
        card.ToPlaintext().CopyTo(padded, 0);
        using var back = CardData.TryParsePlaintext(padded).Value;
        Assert.Equal("4242424242424242=30122010000", back?.Track2?.RevealTrack2());
    }

    [Fact]
    public void The_reference_keeps_number_expiry_and_mode_and_drops_track_and_chip()
    {
        using var card = Chip(ChipCard);
        using var swiped = Swiped(";4242424242424242=30122010000?");
        foreach (var original in new[] { card, swiped })
        {
            using var back = CardData.TryParsePlaintext(original.ToReferencePlaintext()).Value;
            Assert.NotNull(back);
            Assert.Equal("4242424242424242", back.Pan.RevealPan());
            Assert.Equal(original.Expiry, back.Expiry);
            Assert.Equal(original.EntryMode, back.EntryMode);
            Assert.Equal(original.PanSequence, back.PanSequence);
            Assert.Null(back.Track2);
            Assert.Null(back.ServiceCode);
            Assert.Empty(back.ChipTlv);
        }
    }

    [Theory]
    [InlineData("nothing", "", CardDataFault.VersionUnknown)]
    [InlineData("another version", "C10102" + "C20101" + Visa57, CardDataFault.VersionUnknown)]
    [InlineData("no entry mode", "C10101" + Visa57, CardDataFault.EntryModeInvalid)]
    [InlineData("entry mode 0", "C10101" + "C20100" + Visa57, CardDataFault.EntryModeInvalid)]
    [InlineData("entry mode 6", "C10101" + "C20106" + Visa57, CardDataFault.EntryModeInvalid)]
    [InlineData("no number", "C10101" + "C20101", CardDataFault.PanMissing)]
    [InlineData("no data objects", "C10101" + "C20101" + "57", CardDataFault.Tlv)]
    public void A_bad_plaintext_is_refused(string what, string hex, CardDataFault fault) =>
        Assert.Equal((what, fault), (what, CardData.TryParsePlaintext(Convert.FromHexString(hex)).Fault));

    [Fact]
    public void Random_and_changed_bytes_are_answered_within_them()
    {
        var chip = Convert.FromHexString(ChipCard);
        for (var length = 0; length <= chip.Length; length++)
            AssertPlaced(chip[..length]);
        Gen.Select(Gen.Int[0, chip.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var changed = chip.ToArray();
            changed[at] = value;
            AssertPlaced(changed);
        });
        Gen.Byte.Array[0, 300].Sample(AssertPlaced);
    }

    [Fact]
    public void Disposing_zeroes_number_track_and_chip()
    {
        var card = Chip(ChipCard);
        var pan = card.Pan.RevealPanBytes();
        var chipTlv = card.ChipTlv;
        card.Dispose();
        Assert.Equal(-1, pan.IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, chipTlv.AsSpan().IndexOfAnyExcept((byte)0));

        var swiped = Swiped(";4242424242424242=30122010000?");
        var track = swiped.Track2!.RevealTrack2Bytes();
        swiped.Dispose();
        Assert.Equal(-1, track.IndexOfAnyExcept((byte)0));
    }

    private static void AssertPlaced(byte[] bytes)
    {
        CardDataResult[] results =
            [CardData.TryFromChip(bytes, EntryMode.Chip), CardData.TryParsePlaintext(bytes)];
        foreach (var read in results)
        {
            Assert.InRange(read.Offset, 0, bytes.Length);
            Assert.Equal(read.IsValid, read.Fault == CardDataFault.None);
            read.Value?.Dispose();
        }
    }

    private static void AssertSame(string what, CardData card)
    {
        var plaintext = card.ToPlaintext();
        var read = CardData.TryParsePlaintext(plaintext);
        Assert.True(read.IsValid, $"{what}: {read}");
        using var back = read.Value;
        Assert.Equal(card.EntryMode, back.EntryMode);
        Assert.Equal(card.Pan.RevealPan(), back.Pan.RevealPan());
        Assert.Equal(card.Track2?.RevealTrack2(), back.Track2?.RevealTrack2());
        Assert.Equal(card.Expiry, back.Expiry);
        Assert.Equal(card.ServiceCode, back.ServiceCode);
        Assert.Equal(card.ChipTlv, back.ChipTlv);
        Assert.Equal(card.Aid, back.Aid);
        Assert.Equal(card.ApplicationLabel, back.ApplicationLabel);
        Assert.Equal(card.PanSequence, back.PanSequence);
        Assert.Equal(plaintext, back.ToPlaintext());
    }

    private static CardData Chip(string hex, EntryMode mode = EntryMode.Chip)
    {
        var read = CardData.TryFromChip(Convert.FromHexString(hex), mode);
        Assert.True(read.IsValid, read.ToString());
        return read.Value;
    }

    private static CardData Swiped(string text)
    {
        var read = Track2.TryParseText(text);
        Assert.True(read.IsValid, read.ToString());
        return CardData.FromTrack2(read.Value);
    }
}
