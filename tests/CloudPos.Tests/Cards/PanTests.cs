using CloudPos.Cards;

namespace CloudPos.Tests.Cards;

public sealed class PanTests
{
    [Theory]
    [MemberData(nameof(TestPans.Rows), MemberType = typeof(TestPans))]
    public void A_published_test_number_is_read_with_its_scheme(string number, Scheme scheme)
    {
        Assert.True(Pan.TryParse(number, out var pan));
        using (pan)
        {
            Assert.Equal(scheme, pan.Scheme);
            Assert.Equal(number[^4..], pan.LastFour);
            Assert.Equal(number, pan.RevealPan());
        }
    }

    [Theory]
    [InlineData("empty", "")]
    [InlineData("eleven digits", "42424242420")]
    [InlineData("twenty digits", "42424242424242424242")]
    [InlineData("a wrong check digit", "4242424242424241")]
    [InlineData("a space inside", "4242 4242 4242 4242")]
    [InlineData("a letter", "424242424242424A")]
    [InlineData("digits of another script", "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢")]
    public void What_is_no_card_number_is_refused(string what, string text) =>
        Assert.False(Pan.TryParse(text, out _), what);

    [Fact]
    public void Any_wrong_digit_is_noticed()
    {
        foreach (var (number, _) in TestPans.All)
        {
            for (var i = 0; i < number.Length; i++)
            {
                var wrong = number.ToCharArray();
                wrong[i] = (char)('0' + (wrong[i] - '0' + 1) % 10);
                Assert.False(Pan.TryParse(wrong, out _));
            }
        }
    }

    [Fact]
    public void ToString_shows_the_last_four_only()
    {
        Assert.True(Pan.TryParse("4242424242424242", out var pan));
        using (pan)
            Assert.Equal("**** 4242", pan.ToString());
    }

    [Fact]
    public void Disposing_zeroes_the_digits_and_ends_revealing()
    {
        Assert.True(Pan.TryParse("4242424242424242", out var pan));
        var digits = pan.RevealPanBytes();
        pan.Dispose();
        Assert.Equal(-1, digits.IndexOfAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => pan.RevealPan());
        Assert.Equal("4242", pan.LastFour);
    }
}
