using System.Security.Cryptography;
using System.Text;
using CloudPos.Crypto;

namespace CloudPos.Tests.Crypto;

public sealed class CardTagTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, CardTag.KeySize).Select(i => (byte)i)];

    [Fact]
    public void The_velocity_tag_is_the_first_16_bytes_of_an_HMAC_over_the_whole_number() => Assert.Equal(
        HMACSHA256.HashData(Key, "cloudpos/velocity/1\04111111111111111"u8)[..16],
        CardTag.Velocity(Key, "4111111111111111"u8));

    [Fact]
    public void The_deny_tag_is_the_first_5_bytes_of_an_HMAC_over_the_whole_number() => Assert.Equal(
        HMACSHA256.HashData(Key, "cloudpos/deny/1\04111111111111111"u8)[..5],
        CardTag.Deny(Key, "4111111111111111"u8));

    [Fact]
    public void Every_digit_and_the_key_enter_the_tags()
    {
        var pan = "4111111111111111"u8.ToArray();
        var (velocity, deny) = (CardTag.Velocity(Key, pan), CardTag.Deny(Key, pan));

        for (var i = 0; i < pan.Length; i++)
        {
            var other = (byte[])pan.Clone();
            other[i] = (byte)(other[i] == '9' ? '8' : other[i] + 1);
            Assert.NotEqual(velocity, CardTag.Velocity(Key, other));
            Assert.NotEqual(deny, CardTag.Deny(Key, other));
        }
        Assert.NotEqual(velocity, CardTag.Velocity(new byte[CardTag.KeySize], pan));
        Assert.NotEqual(velocity[..CardTag.DenySize], deny);
    }

    [Theory]
    [InlineData("")]
    [InlineData("41111111111")]
    [InlineData("41111111111111111111")]
    [InlineData("411111111111111a")]
    [InlineData("4111 1111 1111 111")]
    public void What_is_no_card_number_gets_no_tag_and_is_not_repeated(string text)
    {
        var pan = Encoding.ASCII.GetBytes(text);

        var refused = Assert.Throws<ArgumentException>(() => CardTag.Velocity(Key, pan));

        Assert.True(text.Length == 0 || !refused.Message.Contains(text));
        Assert.Throws<ArgumentException>(() => CardTag.Deny(Key, pan));
    }

    [Fact]
    public void A_key_of_another_size_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => CardTag.Velocity(Key[..16], "4111111111111111"u8));
}
