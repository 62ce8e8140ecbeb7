using System.Text;
using CloudPos.Cards;
using CsCheck;

namespace CloudPos.Tests.Cards;

public sealed class CardScrubberTests
{
    [Theory]
    [InlineData("a number alone", "4242424242424242", "************4242")]
    [InlineData("a number in a sentence", "card 4242424242424242 was read", "card ************4242 was read")]
    [InlineData("between letters", "x4242424242424242y", "x************4242y")]
    [InlineData("15 digits", "378282246310005", "***********0005")]
    [InlineData("14 digits", "36227206271667", "**********1667")]
    [InlineData("13 digits", "4222222222222", "*********2222")]
    [InlineData("19 digits", "6205500000000000004", "*******************")]
    [InlineData("groups of four", "4242 4242 4242 4242", "**** **** **** 4242")]
    [InlineData("groups with dashes", "4242-4242-4242-4242.", "****-****-****-4242.")]
    [InlineData("groups as Amex prints them", "3782 822463 10005", "**** ****** *0005")]
    [InlineData("a track", ";4242424242424242=30122010000?", ";************4242=30122010000?")]
    [InlineData("with its length in front", "164242424242424242", "******************")]
    [InlineData("with a security code behind", "4242424242424242123", "*******************")]
    [InlineData("in data objects", "57124242424242424242D30122010000F", "********************D30122010000F")]
    [InlineData("in a message", "01007000000000000000164242424242424242123456000000000100",
        "********************************************************")]
    [InlineData("as hex of its digits", "34323432343234323432343234323432",
        "********************************")]
    [InlineData("two numbers", "4242424242424242,5555555555554444", "************4242,************4444")]
    public void What_looks_like_a_card_is_masked(string what, string text, string masked) =>
        Assert.Equal((what, masked), (what, CardScrubber.Mask(text)));

    [Theory]
    [InlineData("nothing", "")]
    [InlineData("a wrong check digit", "4242424242424241")]
    [InlineData("an unknown range", "9999999999999995")]
    [InlineData("an amount", "000000001250")]
    [InlineData("a time in milliseconds", "1785582896123")]
    [InlineData("a date and time", "20260801123456")]
    [InlineData("the last four", "**** 4242")]
    [InlineData("an id", "0f3a9c5511e04b7d8a2266c3d4e5f601")]
    [InlineData("groups with different separators", "4242 4242-4242 4242")]
    [InlineData("a STAN and a reference", "000042 621312000042")]
    public void What_is_no_card_stays_as_it_is(string what, string text)
    {
        Assert.Same(text, CardScrubber.Mask(text));
        Assert.DoesNotContain(
            CardScrubber.Find(Encoding.ASCII.GetBytes(text)), place => place.Form == CardForm.Ascii);
        Assert.NotNull(what);
    }

    [Fact]
    public void Every_published_number_is_masked_wherever_it_stands()
    {
        foreach (var (number, _) in TestPans.All)
        {
            string[] texts = [number, $"pan={number};", $"\"{number}\"", $"{number.Length}{number}"];
            foreach (var text in texts)
                Assert.DoesNotContain(number[..^4], CardScrubber.Mask(text));
            if (number.Length >= 15)
                Assert.DoesNotContain(number[..^4], CardScrubber.Mask(number + "3012"));
        }
    }

    [Fact]
    public void Masking_twice_changes_nothing_and_never_the_length() =>
        Gen.String[Gen.Char["0123456789 -=D4425"], 0, 60].Sample(text =>
        {
            var once = CardScrubber.Mask(text);
            Assert.Equal(text.Length, once.Length);
            for (var i = 0; i < text.Length; i++)
                Assert.True(once[i] == text[i] || (once[i] == '*' && char.IsAsciiDigit(text[i])));
        }, iter: 5_000);

    public static TheoryData<string, CardForm, string> Forms => new()
    {
        { "ASCII", CardForm.Ascii, Hex("x4242424242424242y"u8) },
        { "UTF-16", CardForm.Utf16, "78" + Hex(Encoding.Unicode.GetBytes("4242424242424242")) + "79" },
        { "hex of ASCII", CardForm.HexText, Hex("<34323432343234323432343234323432>"u8) },
        { "decimals at a whole byte", CardForm.Bcd, "AA" + "4242424242424242" + "D3" },
        { "decimals at a half byte", CardForm.Bcd, "AB" + "B4242424242424242F" + "CC" },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_number_is_found_in_bytes_in_each_form(string what, CardForm form, string hex)
    {
        var data = Convert.FromHexString(hex);
        Assert.Contains(CardScrubber.Find(data), place => place.Form == form);
        var exact = CardScrubber.Find(data, ["5555555555554444", "4242424242424242"]);
        Assert.Contains(exact, place => place.Form == form && place.Index == 1);
        Assert.DoesNotContain(exact, place => place.Index == 0);
        Assert.DoesNotContain(CardScrubber.Find(data, ["5555555555554444"]), place => place.Form == form);
        Assert.DoesNotContain("4242", exact[0].ToString());
        Assert.NotNull(what);
    }

    [Fact]
    public void The_place_is_where_the_number_starts()
    {
        Assert.Equal([new CardPlace(5, CardForm.Ascii)],
            CardScrubber.Find("card 4242424242424242"u8).Where(place => place.Form == CardForm.Ascii));
        Assert.Equal([new CardPlace(5, CardForm.Ascii, 0)],
            CardScrubber.Find("card 4242424242424242"u8, ["4242424242424242"]));
    }

    [Fact]
    public void Exact_search_finds_every_published_number_at_every_alignment_in_every_form()
    {
        var numbers = TestPans.All.Select(row => row.Number).ToArray();
        var search = new CardSearch(numbers);
        for (var index = 0; index < numbers.Length; index++)
        {
            var ascii = Encoding.ASCII.GetBytes(numbers[index]);
            var decimals = numbers[index].Length % 2 == 0 ? numbers[index] : numbers[index] + "F";
            for (var before = 0; before < 4; before++)
            {
                byte[] prefix = [.. Enumerable.Repeat((byte)0xE7, before)];
                AssertFound(search, [.. prefix, .. ascii], CardForm.Ascii, index);
                AssertFound(search, [.. prefix, .. Encoding.Unicode.GetBytes(numbers[index])],
                    CardForm.Utf16, index);
                AssertFound(search, [.. prefix, .. Encoding.ASCII.GetBytes(Convert.ToHexString(ascii))],
                    CardForm.HexText, index);
                AssertFound(search, [.. prefix, .. Convert.FromHexString(decimals)], CardForm.Bcd, index);
                var shifted = "E" + numbers[index] + (numbers[index].Length % 2 == 0 ? "E" : "");
                AssertFound(search, [.. prefix, .. Convert.FromHexString(shifted)], CardForm.Bcd, index);
                AssertFound(search, Base64([.. prefix, .. ascii, 0xE7]), CardForm.Base64, index);
                AssertFound(search, Base64([.. prefix, .. Convert.FromHexString(decimals)]),
                    CardForm.BcdInBase64, index);
                AssertFound(search, Base64([.. prefix, .. Convert.FromHexString(shifted)]),
                    CardForm.BcdInBase64, index);
            }
        }
    }

    [Fact]
    public void Exact_search_finds_nothing_in_random_bytes()
    {
        var search = new CardSearch([.. TestPans.All.Select(row => row.Number)]);
        var bytes = new byte[1024 * 1024];
        new Random(1).NextBytes(bytes);
        Assert.Empty(search.Find(bytes));
    }

    [Fact]
    public void A_number_split_over_long_runs_is_found()
    {
        for (var before = 200; before < 300; before++)
        {
            var text = new string('0', before) + "4242424242424242" + new string('0', 50);
            Assert.Contains(
                CardScrubber.Find(Encoding.ASCII.GetBytes(text)), place => place.Form == CardForm.Ascii);
            Assert.DoesNotContain("4242424242424242", CardScrubber.Mask(text));
        }
    }

    [Fact]
    public void What_is_found_is_bounded() =>
        Assert.InRange(CardScrubber.Find(Encoding.ASCII.GetBytes(
            string.Join(' ', Enumerable.Repeat("4242424242424242", 5_000)))).Count, 1_000, 1_000);

    [Fact]
    public void Only_card_numbers_can_be_searched_for()
    {
        Assert.Throws<ArgumentException>(() => new CardSearch(["42"]));
        Assert.Throws<ArgumentException>(() => new CardSearch(["4242 4242 4242 4242"]));
    }

    private static void AssertFound(CardSearch search, byte[] data, CardForm form, int index) =>
        Assert.Contains(search.Find(data), place => place.Form == form && place.Index == index);

    private static byte[] Base64(byte[] bytes) => Encoding.ASCII.GetBytes(Convert.ToBase64String(bytes));

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);
}
