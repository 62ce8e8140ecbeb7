using CloudPos.Crypto;

namespace CloudPos.Tests.Crypto;

public sealed class HpkeTests : IDisposable
{
    /// <summary>All points of small order, and with the ignored top bit set (RFC 7748, 5 and 6.1).</summary>
    public static TheoryData<string> SmallOrderPoints =>
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ];

    private readonly SealingKeyPair _pair = SealingKeyPair.Generate();

    public void Dispose() => _pair.Dispose();

    [Theory, MemberData(nameof(SmallOrderPoints))]
    public void A_public_key_of_small_order_is_refused_everywhere(string hex)
    {
        var point = Convert.FromHexString(hex);

        Assert.False(SealingPublicKey.TryCreate(point, out _));
        Assert.False(SealingPublicKey.TryParse(Convert.ToBase64String(point), out _));
        Assert.False(Hpke.TrySetupReceiver(HpkeAead.Aes256Gcm, point, _pair.RevealPrivateKey(), [], out _));
        Assert.Throws<System.Security.Cryptography.CryptographicException>(
            () => Hpke.SetupSender(HpkeAead.Aes256Gcm, point, [], new byte[Hpke.KeySize]));
    }

    [Fact]
    public void A_message_that_is_not_genuine_does_not_advance_the_receiver()
    {
        var (sender, receiver) = Exchange("info"u8, "info"u8);
        var first = sender.Seal("aad"u8, "one"u8);
        var second = sender.Seal("aad"u8, "two"u8);

        Assert.False(receiver.TryOpen("aad"u8, second, out _));
        Assert.False(receiver.TryOpen("other"u8, first, out _));
        Assert.False(receiver.TryOpen("aad"u8, first.AsSpan(0, 15), out _));
        Assert.True(receiver.TryOpen("aad"u8, first, out _));
        Assert.False(receiver.TryOpen("aad"u8, first, out _));
        Assert.True(receiver.TryOpen("aad"u8, second, out var opened));
        Assert.Equal("two"u8.ToArray(), opened);
    }

    [Fact]
    public void Another_info_opens_nothing_and_exports_otherwise()
    {
        var (sender, receiver) = Exchange("info"u8, "infO"u8);

        Assert.False(receiver.TryOpen([], sender.Seal([], "one"u8), out _));
        Assert.NotEqual(sender.Export([], 32), receiver.Export([], 32));
    }

    [Fact]
    public void A_disposed_end_does_nothing_under_its_zeroed_keys()
    {
        var (sender, receiver) = Exchange([], []);
        var message = sender.Seal([], "one"u8);
        sender.Dispose();
        receiver.Dispose();

        Assert.Throws<ObjectDisposedException>(() => sender.Seal([], "two"u8));
        Assert.Throws<ObjectDisposedException>(() => sender.Export([], 32));
        Assert.Throws<ObjectDisposedException>(() => receiver.TryOpen([], message, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(255 * 32 + 1)]
    public void An_export_of_an_impossible_length_is_refused(int length)
    {
        var (sender, _) = Exchange([], []);

        Assert.Throws<ArgumentOutOfRangeException>(() => sender.Export([], length));
        Assert.Equal(255 * 32, sender.Export([], 255 * 32).Length);
    }

    [Fact]
    public void A_key_pair_comes_back_from_its_private_key_and_its_public_half_from_text()
    {
        using var back = SealingKeyPair.FromPrivateKey(_pair.RevealPrivateKey());

        Assert.Equal(_pair.PublicKey, back.PublicKey);
        Assert.True(SealingPublicKey.TryParse(_pair.PublicKey.Text, out var parsed));
        Assert.Equal(_pair.PublicKey, parsed);
        Assert.Equal(_pair.KeyId, parsed.KeyId);
        Assert.Equal(16, _pair.KeyId.Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("no base64!")]
    [InlineData("CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJ")]
    public void Text_that_is_no_public_key_is_refused(string? text) =>
        Assert.False(SealingPublicKey.TryParse(text, out _));

    [Fact]
    public void A_key_pairs_text_tells_nothing_but_its_id_and_a_disposed_pair_reveals_nothing()
    {
        var pair = SealingKeyPair.Generate();
        Assert.Equal($"sealing key pair {pair.KeyId}", pair.ToString());
        pair.Dispose();

        Assert.Throws<ObjectDisposedException>(pair.RevealPrivateKey);
    }

    private (HpkeSender Sender, HpkeReceiver Receiver) Exchange(
        ReadOnlySpan<byte> senderInfo, ReadOnlySpan<byte> receiverInfo)
    {
        var encapsulated = new byte[Hpke.KeySize];
        var sender = Hpke.SetupSender(
            HpkeAead.Aes256Gcm, _pair.PublicKey.ToBytes(), senderInfo, encapsulated);
        Assert.True(Hpke.TrySetupReceiver(
            HpkeAead.Aes256Gcm, encapsulated, _pair.RevealPrivateKey(), receiverInfo, out var receiver));
        return (sender, receiver);
    }
}
