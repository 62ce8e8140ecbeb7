using CloudPos.Crypto;

namespace CloudPos.Tests.Crypto;

public class Argon2idTests
{
    /// <summary>RFC 9106, 5.3.</summary>
    [Fact]
    public void The_vector_of_the_rfc_comes_out()
    {
        static byte[] Repeat(byte value, int count) => [.. Enumerable.Repeat(value, count)];

        var tag = Argon2id.Derive(
            Repeat(1, 32), Repeat(2, 16), new Argon2Cost(32, 3, 4), 32, Repeat(3, 8), Repeat(4, 12));

        const string expected = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659";
        Assert.Equal(expected, Convert.ToHexStringLower(tag));
    }

    [Fact]
    public void A_pin_is_recognised_from_its_kept_text_and_no_other_is()
    {
        var text = PinHash.Of("2580").RevealText();
        var kept = PinHash.TryParse(text)!;

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", text);
        Assert.True(kept.IsOf("2580"));
        Assert.False(kept.IsOf("2581"));
        Assert.False(kept.IsOf("25800"));
        Assert.False(kept.IsOf(""));
        Assert.NotEqual(text, PinHash.Of("2580").RevealText());
        Assert.DoesNotContain(text, kept.ToString());
    }

    [Theory]
    [InlineData("2580", true)]
    [InlineData("13579246", true)]
    [InlineData("258", false)]
    [InlineData("258025802", false)]
    [InlineData("25a0", false)]
    [InlineData("٢٥٨٠", false)]
    [InlineData("7777", false)]
    [InlineData("1234", false)]
    [InlineData("8765", false)]
    [InlineData("1235", true)]
    public void Pins_that_everybody_tries_first_are_not_allowed(string pin, bool allowed) =>
        Assert.Equal(allowed, PinHash.IsAllowed(pin));

    [Theory]
    [InlineData("m=19456", "m=1048576")]
    [InlineData("t=2", "t=1000")]
    [InlineData("p=1", "p=64")]
    [InlineData("m=19456", "m=0")]
    [InlineData("argon2id", "argon2i")]
    [InlineData("v=19", "v=16")]
    [InlineData("$", "")]
    public void A_kept_text_that_is_odd_or_too_dear_is_not_believed(string right, string wrong) =>
        Assert.Null(PinHash.TryParse(PinHash.Of("2580").RevealText().Replace(right, wrong)));
}
