using System.Text;
using CloudPos.Crypto;
using CsCheck;

namespace CloudPos.Tests.Crypto;

public sealed class SealedCardTests : IDisposable
{
    private static readonly SealContext Context = new(
        SealPurpose.Authorise,
        "MERCHANT0000001",
        "T0000001",
        Id.Parse("00112233445566778899aabbccddeeff"),
        new Money(12_34, Currency.Parse("EUR")),
        1_700_000_000_000);

    private static readonly byte[] Card = Encoding.ASCII.GetBytes("4761739001010119=25122011197393300820");

    private readonly SealingKeyPair _pair = SealingKeyPair.Generate();

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void What_was_sealed_opens_with_the_pair_and_the_same_context()
    {
        var envelope = SealedCard.Seal(_pair.PublicKey, Context, Card);

        Assert.Equal(SealedCardResult.Opened, Open(envelope, Context, out var opened));
        Assert.Equal(Card, opened);
    }

    [Fact]
    public void Any_plaintext_up_to_the_limit_comes_back()
    {
        var lengths = Gen.OneOf(Gen.Int[0, SealedCard.PlaintextLengthMax], Gen.OneOf(0, 255, 256, 257, 4095));

        Gen.Byte.Array[lengths].Sample(
            plaintext =>
            {
                var envelope = SealedCard.Seal(_pair.PublicKey, Context, plaintext);
                Assert.True(envelope.Length <= SealedCard.EnvelopeLengthMax);
                Assert.Equal(SealedCardResult.Opened, Open(envelope, Context, out var opened));
                Assert.Equal(plaintext, opened);
            },
            iter: 100);
    }

    [Fact]
    public void The_envelope_names_version_suite_and_key_and_hides_the_length()
    {
        var shortOne = SealedCard.Seal(_pair.PublicKey, Context, Card);
        var longOne = SealedCard.Seal(_pair.PublicKey, Context, new byte[255]);

        Assert.Equal("01002000010002", Convert.ToHexString(shortOne.AsSpan(0, 7)));
        Assert.Equal(_pair.KeyId, Convert.ToHexStringLower(shortOne.AsSpan(7, 8)));
        Assert.True(SealedCard.TryReadKeyId(shortOne, out var keyId));
        Assert.Equal(_pair.KeyId, keyId);
        Assert.Equal(1 + 6 + 8 + 32 + 256 + 16, shortOne.Length);
        Assert.Equal(shortOne.Length, longOne.Length);
    }

    [Fact]
    public void Sealing_twice_gives_two_envelopes_that_share_only_the_header()
    {
        var first = SealedCard.Seal(_pair.PublicKey, Context, Card);
        var second = SealedCard.Seal(_pair.PublicKey, Context, Card);

        Assert.Equal(first.AsSpan(0, 15).ToArray(), second.AsSpan(0, 15).ToArray());
        Assert.NotEqual(first.AsSpan(15, 32).ToArray(), second.AsSpan(15, 32).ToArray());
        Assert.NotEqual(first.AsSpan(47, 256).ToArray(), second.AsSpan(47, 256).ToArray());
    }

    [Fact]
    public void No_envelope_opens_with_a_bit_flipped()
    {
        var envelope = SealedCard.Seal(_pair.PublicKey, Context, Card);

        for (var bit = 0; bit < envelope.Length * 8; bit++)
        {
            // X25519 ignores the top bit of a public key (RFC 7748, 5), but the key schedule does not.
            var flipped = (byte[])envelope.Clone();
            flipped[bit / 8] ^= (byte)(1 << bit % 8);

            var result = Open(flipped, Context, out var opened);

            Assert.Equal(
                bit / 8 < 7 ? SealedCardResult.UnknownVersion
                : bit / 8 < 15 ? SealedCardResult.UnknownKey
                : SealedCardResult.Damaged,
                result);
            Assert.Empty(opened);
        }
    }

    [Fact]
    public void No_envelope_opens_when_cut_or_lengthened()
    {
        var envelope = SealedCard.Seal(_pair.PublicKey, Context, Card);

        for (var length = 0; length < envelope.Length; length++)
            Assert.Equal(SealedCardResult.Damaged, Open(envelope.AsSpan(0, length), Context, out _));
        Assert.Equal(SealedCardResult.Damaged, Open([.. envelope, 0], Context, out _));
        Assert.Equal(
            SealedCardResult.Damaged,
            Open([.. envelope, .. new byte[SealedCard.EnvelopeLengthMax]], Context, out _));
    }

    public static TheoryData<string, SealContext> OtherContexts => new()
    {
        { "another amount", Context with { Amount = new Money(12_35, Currency.Parse("EUR")) } },
        { "another currency", Context with { Amount = new Money(12_34, Currency.Parse("USD")) } },
        { "another terminal", Context with { Terminal = "T0000002" } },
        { "another merchant", Context with { Merchant = "MERCHANT0000002" } },
        { "another payment", Context with { Payment = Id.Parse("00112233445566778899aabbccddeef0") } },
        { "another moment", Context with { UtcUnixMs = Context.UtcUnixMs + 1 } },
        { "another purpose", Context with { Purpose = SealPurpose.Reference } },
        {
            "a character moved between fields",
            Context with { Merchant = "MERCHANT000000", Terminal = "1T0000001" }
        },
    };

    [Theory, MemberData(nameof(OtherContexts))]
    public void A_card_moved_elsewhere_does_not_open(string where, SealContext other)
    {
        var envelope = SealedCard.Seal(_pair.PublicKey, Context, Card);

        Assert.True(Open(envelope, other, out var opened) == SealedCardResult.Damaged, where);
        Assert.Empty(opened);
    }

    [Fact]
    public void Another_pair_opens_nothing_even_under_the_sealed_key_id()
    {
        using var other = SealingKeyPair.Generate();
        var envelope = SealedCard.Seal(_pair.PublicKey, Context, Card);

        Assert.Equal(SealedCardResult.UnknownKey, SealedCard.TryOpen(envelope, _ => null, Context, out _));
        Assert.Equal(SealedCardResult.Damaged, SealedCard.TryOpen(envelope, _ => other, Context, out _));
    }

    [Fact]
    public void An_encapsulated_key_of_small_order_is_refused()
    {
        var envelope = SealedCard.Seal(_pair.PublicKey, Context, Card);
        envelope.AsSpan(15, 32).Clear();

        Assert.Equal(SealedCardResult.Damaged, Open(envelope, Context, out _));
    }

    [Theory]
    [InlineData("all zeros", 256, 0x00, SealedCardResult.Damaged)]
    [InlineData("another mark", 256, 0x81, SealedCardResult.Damaged)]
    [InlineData("not a multiple of 256", 255, 0x80, SealedCardResult.Damaged)]
    [InlineData("nothing at all", 0, 0x80, SealedCardResult.Damaged)]
    [InlineData("as it should be", 256, 0x80, SealedCardResult.Opened)]
    public void A_genuine_envelope_with_wrong_padding_is_damaged(
        string name, int length, byte mark, SealedCardResult expected)
    {
        var header = SealedCard.Seal(_pair.PublicKey, Context, Card)[..15];
        var encapsulated = new byte[Hpke.KeySize];
        using var sender = Hpke.SetupSender(
            HpkeAead.Aes256Gcm, _pair.PublicKey.ToBytes(), Context.Info(), encapsulated);
        var padded = new byte[length];
        if (length > 0)
            padded[0] = mark;
        byte[] envelope = [.. header, .. encapsulated, .. sender.Seal(Context.AssociatedData(), padded)];

        Assert.True(expected == Open(envelope, Context, out var opened), name);
        Assert.Empty(opened);
    }

    [Fact]
    public void More_than_the_limit_is_not_sealed() => Assert.Throws<ArgumentException>(
        () => SealedCard.Seal(_pair.PublicKey, Context, new byte[SealedCard.PlaintextLengthMax + 1]));

    [Fact]
    public void Any_bytes_give_a_result_and_no_exception() => Gen.Byte.Array[0, 400].Sample(bytes =>
    {
        var envelope = SealedCard.Seal(_pair.PublicKey, Context, Card);
        bytes.AsSpan(0, Math.Min(bytes.Length, envelope.Length - 15)).CopyTo(envelope.AsSpan(15));
        Open(bytes, Context, out _);
        Open(envelope, Context, out _);
    }, iter: 200);

    private SealedCardResult Open(ReadOnlySpan<byte> envelope, SealContext context, out byte[] plaintext) =>
        SealedCard.TryOpen(envelope, id => id == _pair.KeyId ? _pair : null, context, out plaintext);
}
