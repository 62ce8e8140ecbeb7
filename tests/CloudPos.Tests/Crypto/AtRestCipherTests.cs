using System.Security.Cryptography;
using CloudPos.Crypto;
using CsCheck;

namespace CloudPos.Tests.Crypto;

public sealed class AtRestCipherTests : IDisposable
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(AtRestCipher.KeySize);
    private static readonly byte[] OlderKey = RandomNumberGenerator.GetBytes(AtRestCipher.KeySize);
    private static readonly byte[] Place = PlaceOf("T0000001", 1, 7, "body");

    private readonly AtRestCipher _cipher = new(Key);

    public void Dispose() => _cipher.Dispose();

    [Fact]
    public void Any_record_comes_back_at_its_place() => Gen.Select(Gen.Byte.Array, Gen.Byte.Array).Sample(
        (plaintext, place) =>
        {
            var record = _cipher.Encrypt(plaintext, place);
            Assert.Equal(plaintext.Length + AtRestCipher.Overhead, record.Length);
            Assert.Equal(AtRestResult.Opened, _cipher.TryDecrypt(record, place, out var back));
            Assert.Equal(plaintext, back);
        });

    [Fact]
    public void The_same_record_twice_has_two_nonces_and_two_ciphertexts()
    {
        var first = _cipher.Encrypt("entry"u8, Place);
        var second = _cipher.Encrypt("entry"u8, Place);

        Assert.Equal(first[..9], second[..9]);
        Assert.NotEqual(first[9..21], second[9..21]);
        Assert.NotEqual(first[21..], second[21..]);
    }

    [Fact]
    public void No_record_opens_with_a_bit_flipped()
    {
        var record = _cipher.Encrypt("entry"u8, Place);

        for (var bit = 0; bit < record.Length * 8; bit++)
        {
            var flipped = (byte[])record.Clone();
            flipped[bit / 8] ^= (byte)(1 << bit % 8);

            var result = _cipher.TryDecrypt(flipped, Place, out var opened);

            Assert.Equal(
                bit / 8 == 0 ? AtRestResult.UnknownVersion
                : bit / 8 < 9 ? AtRestResult.UnknownKey
                : AtRestResult.Damaged,
                result);
            Assert.Empty(opened);
        }
    }

    [Fact]
    public void No_record_opens_when_cut_or_lengthened()
    {
        var record = _cipher.Encrypt("entry"u8, Place);

        for (var length = 0; length < record.Length; length++)
            Assert.Equal(AtRestResult.Damaged, _cipher.TryDecrypt(record.AsSpan(0, length), Place, out _));
        Assert.Equal(AtRestResult.Damaged, _cipher.TryDecrypt([.. record, 0], Place, out _));
    }

    public static TheoryData<string, byte[]> OtherPlaces => new()
    {
        { "another terminal", PlaceOf("T0000002", 1, 7, "body") },
        { "another epoch", PlaceOf("T0000001", 2, 7, "body") },
        { "another number", PlaceOf("T0000001", 1, 8, "body") },
        { "another column", PlaceOf("T0000001", 1, 7, "attachment") },
        { "no place", [] },
    };

    [Theory, MemberData(nameof(OtherPlaces))]
    public void A_record_moved_elsewhere_does_not_open(string where, byte[] place)
    {
        var record = _cipher.Encrypt("entry"u8, Place);

        Assert.True(_cipher.TryDecrypt(record, place, out _) == AtRestResult.Damaged, where);
    }

    [Fact]
    public void After_a_rotation_old_records_open_and_new_ones_are_under_the_new_key()
    {
        using var before = new AtRestCipher(OlderKey);
        using var after = new AtRestCipher(Key, OlderKey);
        var old = before.Encrypt("old"u8, Place);
        var young = after.Encrypt("new"u8, Place);

        Assert.Equal(AtRestResult.Opened, after.TryDecrypt(old, Place, out var opened));
        Assert.Equal("old"u8.ToArray(), opened);
        Assert.Equal(AtRestResult.Opened, _cipher.TryDecrypt(young, Place, out _));
        Assert.Equal(AtRestResult.UnknownKey, _cipher.TryDecrypt(old, Place, out _));
        Assert.NotEqual(before.KeyId, after.KeyId);
    }

    [Fact]
    public void A_key_of_another_size_is_refused() =>
        Assert.Throws<ArgumentException>(() => new AtRestCipher(new byte[16]));

    [Fact]
    public void A_disposed_cipher_does_nothing_under_its_zeroed_key()
    {
        var cipher = new AtRestCipher(Key);
        var record = cipher.Encrypt("entry"u8, Place);
        cipher.Dispose();

        Assert.Throws<ObjectDisposedException>(() => cipher.Encrypt("entry"u8, Place));
        Assert.Throws<ObjectDisposedException>(() => cipher.TryDecrypt(record, Place, out _));
        Assert.Equal(AtRestResult.Opened, _cipher.TryDecrypt(record, Place, out _));
    }

    private static byte[] PlaceOf(string terminal, long epoch, long number, string column) =>
        new LengthPrefixed().Add("journal").Add(terminal).Add(epoch).Add(number).Add(column).ToArray();
}
