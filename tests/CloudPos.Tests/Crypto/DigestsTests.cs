using System.Security.Cryptography;
using CloudPos.Crypto;
using CsCheck;

namespace CloudPos.Tests.Crypto;

public sealed class DigestsTests
{
    [Fact]
    public void The_bytes_that_are_hashed_are_purpose_and_length_prefixed_parts() => Assert.Equal(
        SHA256.HashData("cloudpos/segment/1\0\0\0\0\u0002ab\0\0\0\0"u8),
        Digests.Of("segment", "ab"u8.ToArray(), Array.Empty<byte>()));

    [Fact]
    public void Purposes_and_the_borders_between_parts_tell_digests_apart()
    {
        byte[] ab = [1, 2], c = [3], a = [1], bc = [2, 3];

        Assert.NotEqual(Digests.Of("one", ab, c), Digests.Of("one", a, bc));
        Assert.NotEqual(Digests.Of("one", ab), Digests.Of("two", ab));
        Assert.NotEqual(Digests.Of("one"), Digests.Of("one", Array.Empty<byte>()));
    }

    [Fact]
    public void Two_lists_have_the_same_canonical_bytes_only_when_they_are_the_same() =>
        Gen.Select(Gen.Byte.Array[0, 4].Array[0, 4], Gen.Byte.Array[0, 4].Array[0, 4]).Sample((left, right) =>
        {
            var same = left.Length == right.Length
                && left.Zip(right).All(pair => pair.First.SequenceEqual(pair.Second));
            Assert.Equal(same, Canonical(left).SequenceEqual(Canonical(right)));
        });

    [Fact]
    public void Canonical_bytes_are_length_and_content_big_endian() => Assert.Equal(
        "00000002" + "61C3" + "0000000800000000000004D2" + "00000010" + "00112233445566778899AABBCCDDEEFF",
        Convert.ToHexString(new LengthPrefixed()
            .Add((ReadOnlySpan<byte>)[0x61, 0xC3])
            .Add(1234)
            .Add(Id.Parse("00112233445566778899aabbccddeeff"))
            .ToArray()));

    private static byte[] Canonical(byte[][] parts)
    {
        var bytes = new LengthPrefixed();
        foreach (var part in parts)
            bytes.Add(part);
        return bytes.ToArray();
    }
}
