using System.Text;
using CloudPos.Tests.Cards;
using CsCheck;

namespace CloudPos.Tests;

public sealed class DecodeTests
{
    private const string Sale = "01007000000000000000164242424242424242123456000000000100";

    [Theory]
    [InlineData("data objects", "6F1A840E315041592E5359532E4444463031A5088801025F2D02656E", DecodeKind.Tlv,
        "data objects")]
    [InlineData("data objects with spaces", "9F 02 06 00 00 00 00 12 50", DecodeKind.Tlv, "data objects")]
    [InlineData("a card's answer with its status", "770E82023900940828010401300102009000", DecodeKind.Tlv,
        "data objects and status 9000")]
    [InlineData("a track", ";4242424242424242=30122010000?", DecodeKind.Track2, "text")]
    [InlineData("a track without sentinels", "4242424242424242=30122010000", DecodeKind.Track2, "text")]
    [InlineData("tag 57", "4761739001010119D22122011758928889", DecodeKind.Track2, "text")]
    [InlineData("tag 57, padded", "4242424242424242D301220100001F", DecodeKind.Track2, "tag 57")]
    [InlineData("a message in ASCII", Sale, DecodeKind.Iso8583, "ISO 8583:1987 ASCII, text")]
    [InlineData("a binary message as hex", "0210" + "0000000002000000" + "3030", DecodeKind.Iso8583,
        "ISO 8583:1987 binary, hex")]
    [InlineData("a binary message behind its length", "000D" + "0200" + "2000000000000000" + "000000",
        DecodeKind.Iso8583, "ISO 8583:1987 binary, hex with length header")]
    public void The_form_is_guessed(string what, string input, DecodeKind kind, string form)
    {
        var result = Decode.Describe(input);
        Assert.Equal((what, kind, form, null), (what, result.Kind, result.Form, result.Fault));
        Assert.NotEmpty(result.Nodes);
        Assert.Equal(result.Text, Decode.Describe(input, kind).Text);
    }

    [Fact]
    public void An_ascii_message_given_as_hex_is_read()
    {
        var result = Decode.Describe(Convert.ToHexString(Encoding.ASCII.GetBytes(Sale)));
        Assert.Equal("ISO 8583:1987 ASCII, hex", result.Form);
    }

    [Fact]
    public void A_tree_is_printed_with_card_data_masked()
    {
        var result = Decode.Describe(
            "703357114761739001010119D221220117589288895F200C455850495245442F43415244" +
            "9F1F0E3137353839303936303030303030");
        Assert.Equal(
            """
            70  Record template
              57  Track 2 equivalent data: **** 0119
              5F20  Cardholder name: [12 bytes]
              9F1F  Track 1 discretionary data: [14 bytes]

            """, result.Text);
    }

    [Fact]
    public void A_message_is_printed_with_card_data_masked() => Assert.Equal(
        """
        MTI  Message type: 0100
        2  Primary account number: **** 4242
        3  Processing code: 123456
        4  Amount, transaction: 000000000100

        """, Decode.Describe(Sale).Text);

    [Fact]
    public void A_track_is_printed_with_card_data_masked() => Assert.Equal(
        """
        PAN  Primary account number: **** 4242 (Visa)
        EXP  Expiration date: **/**
        SVC  Service code: ***
        DIS  Discretionary data: [4 digits]

        """, Decode.Describe(";4242424242424242=30122010000?").Text);

    [Theory]
    [InlineData("nothing", "", DecodeKind.Guess, "Empty", 0)]
    [InlineData("white space", " \n\t", DecodeKind.Guess, "Empty", 0)]
    [InlineData("a sentence", "hello, world", DecodeKind.Guess, "NeitherHexNorKnownText", 0)]
    [InlineData("an odd number of hex digits", "9F0", DecodeKind.Guess, "NeitherHexNorKnownText", 0)]
    [InlineData("cut data objects", "6F1A840E31", DecodeKind.Tlv, "ValueOverrun", 0)]
    [InlineData("a track with a wrong check digit", ";4242424242424241=30122010000?", DecodeKind.Track2,
        "PanCheckDigit", 16)]
    [InlineData("a cut message", "0100700000000000000016424242", DecodeKind.Iso8583,
        "ValueTruncated in field 2", 22)]
    public void What_cannot_be_read_names_the_likeliest_kind_and_the_place(
        string what, string input, DecodeKind kind, string fault, int offset)
    {
        var result = Decode.Describe(input);
        Assert.Equal((what, kind, fault, offset), (what, result.Kind, result.Fault, result.Offset));
        Assert.Empty(result.Nodes);
        Assert.DoesNotContain("4242", result.Text);
    }

    [Fact]
    public void Being_told_the_kind_tries_no_other()
    {
        Assert.Equal(DecodeKind.Tlv, Decode.Describe(Sale, DecodeKind.Tlv).Kind);
        Assert.Equal((DecodeKind.Track2, false),
            (Decode.Describe(Sale, DecodeKind.Track2).Kind,
                Decode.Describe(Sale, DecodeKind.Track2).IsValid));
        Assert.Equal("NotHex", Decode.Describe("hello", DecodeKind.Tlv).Fault);
        Assert.Equal("InputTooLong", Decode.Describe(new string('0', Decode.InputLengthMax + 1)).Fault);
    }

    [Fact]
    public void No_test_number_shows_in_any_form_whole_cut_or_as_another_kind()
    {
        foreach (var (number, _) in TestPans.All)
        {
            var even = number.Length % 2 == 0 ? number : number + "F";
            string[] inputs =
            [
                number, $";{number}=30122010000?", $"{number}D30122010000F",
                $"01004000000000000000{number.Length}{number}",
                $"5A{even.Length / 2:X2}{even}", $"9F10{even.Length / 2:X2}{even}", $"50{number.Length:X2}"
                    + Convert.ToHexString(Encoding.ASCII.GetBytes(number)),
                $"01000000000000010000{number.Length:000}{number}",
            ];
            foreach (var input in inputs)
            {
                for (var length = 1; length <= input.Length; length++)
                {
                    foreach (var kind in Enum.GetValues<DecodeKind>())
                    {
                        var result = Decode.Describe(input[..length], kind);
                        Assert.DoesNotContain(number[..^4], result.ToString());
                        Assert.DoesNotContain(number[..^4],
                            string.Concat(result.Nodes.Select(node => node.ToString())));
                    }
                }
            }
        }
    }

    [Fact]
    public void Any_text_is_answered()
    {
        Gen.String[0, 200].Sample(text => _ = Decode.Describe(text));
        Gen.String[Gen.Char["0123456789ABCDEF =D;?"], 0, 200].Sample(text => _ = Decode.Describe(text),
            iter: 5_000);
        Gen.Byte.Array[0, 200].Sample(bytes => _ = Decode.Describe(Convert.ToHexString(bytes)), iter: 5_000);
    }
}
