using CloudPos.Tlv;
using CsCheck;

namespace CloudPos.Tests.Tlv;

public sealed class TlvWriterTests
{
    [Theory]
    [InlineData("an empty value", 0x83u, 0, "8300")]
    [InlineData("one byte", 0x83u, 1, "83015A")]
    [InlineData("127 bytes, the longest short length", 0x83u, 127, "837F")]
    [InlineData("128 bytes", 0x83u, 128, "838180")]
    [InlineData("128 bytes under two bytes of tag", 0x9F02u, 128, "9F028180")]
    [InlineData("255 bytes", 0x83u, 255, "8381FF")]
    [InlineData("256 bytes", 0x83u, 256, "83820100")]
    [InlineData("65,536 bytes", 0x83u, 65_536, "8383010000")]
    public void The_shortest_length_is_written(string what, uint tag, int length, string start)
    {
        var value = new byte[length];
        value.AsSpan().Fill(0x5A);
        var written = TlvWriter.Write(new TlvNode(tag, value));
        Assert.True(Convert.ToHexString(written).StartsWith(start, StringComparison.Ordinal), what);
        Assert.Equal(TlvTag.ByteCount(tag) + length
            + (length < 128 ? 1 : length < 256 ? 2 : length < 65_536 ? 3 : 4),
            written.Length);
    }

    [Theory]
    [InlineData(0x00u)]
    [InlineData(0xFFu)]
    [InlineData(0x9Fu)]
    [InlineData(0x5A01u)]
    [InlineData(0x9F8102u - 0x80u)]
    [InlineData(0x9F82u)]
    public void What_is_no_tag_is_not_written(uint tag)
    {
        Assert.False(TlvTag.IsWellFormed(tag));
        Assert.Throws<ArgumentException>(() => TlvTag.IsConstructed(tag)
            ? TlvWriter.Write(new TlvNode(tag, Array.Empty<TlvNode>()))
            : TlvWriter.Write(new TlvNode(tag, new byte[1])));
    }

    [Fact]
    public void What_is_written_is_read_back_and_written_the_same()
    {
        var primitive = Gen.Select(Gen.OneOf(0x50u, 0x57u, 0x5Au, 0x82u, 0x9F02u, 0x5F2Au, 0xDF8123u),
            Gen.Byte.Array[0, 300], (tag, value) => new TlvNode(tag, value));
        var level2 = Gen.Select(Gen.OneOf(0x70u, 0xA5u, 0xBF0Cu), Distinct(primitive.Array[0, 5]),
            (tag, children) => new TlvNode(tag, children));
        var level1 = Gen.Select(Gen.OneOf(0x6Fu, 0x77u),
            Gen.Select(level2.Array[0, 3], Distinct(primitive.Array[0, 3])),
            (tag, children) => new TlvNode(tag, [.. children.Item1, .. children.Item2]));
        level1.Array[0, 4].Sample(nodes =>
        {
            var written = TlvWriter.Write(nodes);
            var read = TlvReader.TryRead(written);
            Assert.True(read.IsValid, read.ToString());
            Assert.Equal(written, TlvWriter.Write(read.Nodes));
        });
    }

    private static Gen<TlvNode[]> Distinct(Gen<TlvNode[]> nodes) =>
        nodes.Select(all => all.DistinctBy(n => n.Tag).ToArray());
}
