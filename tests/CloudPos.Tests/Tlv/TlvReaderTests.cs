using CloudPos.Tlv;
using CsCheck;

namespace CloudPos.Tests.Tlv;

public sealed class TlvReaderTests
{
    [Theory]
    [InlineData("nothing", "", "")]
    [InlineData("only padding", "0000FFFF", "")]
    [InlineData("an empty template", "7000", "70[]")]
    [InlineData("an empty value", "8800", "88=")]
    [InlineData("a tag of two bytes", "9F020101", "9F02=01")]
    [InlineData("a tag of three bytes", "DF81230101", "DF8123=01")]
    [InlineData("length 81", "5081020102", "50=0102")]
    [InlineData("length 83", "50830000020102", "50=0102")]
    [InlineData("padding before, between and after", "00880101FF00890102FFFF", "88=01 89=02")]
    [InlineData("padding inside a template", "7005008801AAFF", "70[88=AA]")]
    [InlineData("the same template twice", "6F0AA503880101A503880102", "6F[A5[88=01] A5[88=02]]")]
    [InlineData("the same tag in different templates", "88010170038801028901AA", "88=01 70[88=02] 89=AA")]
    [InlineData("a payment directory", "6F1A840E315041592E5359532E4444463031A5088801025F2D02656E",
        "6F[84=315041592E5359532E4444463031 A5[88=02 5F2D=656E]]")]
    [InlineData("a record", "701A9F390105571040123456789095D2512201197339300F82025900",
        "70[9F39=05 57=40123456789095D2512201197339300F 82=5900]")]
    [InlineData("another record",
        "703357114761739001010119D221220117589288895F200C455850495245442F43415244" +
            "9F1F0E3137353839303936303030303030",
        "70[57=4761739001010119D22122011758928889 5F20=455850495245442F43415244 " +
            "9F1F=3137353839303936303030303030]")]
    [InlineData("an answer to get processing options", "770E82023900940828010401300102009000",
        "77[82=3900 94=2801040130010200] 90=")]
    public void Data_objects_are_read(string what, string hex, string expected)
    {
        var read = Read(hex);
        Assert.True(read.IsValid, $"{what}: {read}");
        Assert.Equal(expected, Show(read.Nodes));
    }

    [Theory]
    [InlineData("a tag cut after its first byte", "9F", TlvFault.TagTruncated, 0)]
    [InlineData("a tag cut in its second byte", "DF81", TlvFault.TagTruncated, 0)]
    [InlineData("a tag of five bytes", "DF8181810101", TlvFault.TagTooLong, 0)]
    [InlineData("no length", "88", TlvFault.LengthTruncated, 1)]
    [InlineData("a length cut", "508200", TlvFault.LengthTruncated, 1)]
    [InlineData("an indefinite length", "7080880101" + "0000", TlvFault.LengthIndefinite, 1)]
    [InlineData("a length of four bytes", "50840000000101", TlvFault.LengthTooLong, 1)]
    [InlineData("a length byte FF", "50FF01", TlvFault.LengthTooLong, 1)]
    [InlineData("a value beyond the input", "880201", TlvFault.ValueOverrun, 0)]
    [InlineData("the greatest length", "5083FFFFFF00", TlvFault.ValueOverrun, 0)]
    [InlineData("a value beyond its template", "7003880201AA", TlvFault.ValueOverrun, 2)]
    [InlineData("a directory cut by a byte", "6F19840E315041592E5359532E4444463031A5078801025F2D0265",
        TlvFault.ValueOverrun, 23)]
    [InlineData("the same tag twice", "880101880102", TlvFault.DuplicatePrimitive, 3)]
    [InlineData("the same tag twice in a template", "7006880101880101", TlvFault.DuplicatePrimitive, 5)]
    [InlineData("a byte too many", "8801019F", TlvFault.TagTruncated, 3)]
    public void Bad_data_objects_name_the_fault_and_its_place(
        string what, string hex, TlvFault fault, int offset)
    {
        var read = Read(hex);
        Assert.Equal((what, fault, offset), (what, read.Fault, read.Offset));
    }

    [Fact]
    public void Eight_levels_are_read_and_nine_are_not()
    {
        byte[] nested = [];
        for (var depth = 1; depth <= TlvReader.DepthMax - 1; depth++)
            nested = [0x70, (byte)nested.Length, .. nested];
        Assert.True(TlvReader.TryRead(nested).IsValid);
        nested = [0x70, (byte)nested.Length, .. nested];
        var read = TlvReader.TryRead(nested);
        Assert.Equal((TlvFault.NestedTooDeep, 16), (read.Fault, read.Offset));
    }

    [Fact]
    public void Depth_is_bounded_however_long_the_nesting()
    {
        var nested = new byte[TlvReader.InputLengthMax];
        for (var i = 0; i + 4 <= nested.Length; i += 4)
        {
            var length = nested.Length - i - 4;
            nested[i] = 0x70;
            nested[i + 1] = 0x82;
            nested[i + 2] = (byte)(length >> 8);
            nested[i + 3] = (byte)(length & 0xFF);
        }
        Assert.Equal(TlvFault.NestedTooDeep, TlvReader.TryRead(nested).Fault);
    }

    [Fact]
    public void The_number_of_objects_is_bounded()
    {
        var templates = new byte[2 * (TlvReader.NodesMax + 1)];
        for (var i = 0; i < templates.Length; i += 2)
            templates[i] = 0x70;
        var read = TlvReader.TryRead(templates);
        Assert.Equal((TlvFault.TooManyNodes, TlvReader.NodesMax * 2), (read.Fault, read.Offset));
        Assert.True(TlvReader.TryRead(templates.AsMemory(0, TlvReader.NodesMax * 2)).IsValid);
    }

    [Fact]
    public void Input_above_64_KiB_is_refused()
    {
        Assert.True(TlvReader.TryRead(new byte[TlvReader.InputLengthMax]).IsValid);
        Assert.Equal(TlvFault.InputTooLong, TlvReader.TryRead(new byte[TlvReader.InputLengthMax + 1]).Fault);
    }

    [Fact]
    public void Every_cut_of_a_record_is_refused_within_it()
    {
        var record = Convert.FromHexString("701A9F390105571040123456789095D2512201197339300F82025900");
        for (var length = 1; length < record.Length; length++)
        {
            var read = TlvReader.TryRead(record.AsMemory(0, length));
            Assert.False(read.IsValid);
            Assert.InRange(read.Offset, 0, length);
        }
    }

    [Fact]
    public void Random_bytes_up_to_64_KiB_are_answered_within_them() =>
        Gen.Select(Gen.Int[0, TlvReader.InputLengthMax], Gen.Int).Sample(row =>
        {
            var bytes = new byte[row.Item1];
            new Random(row.Item2).NextBytes(bytes);
            AssertPlaced(bytes);
        }, iter: 200);

    [Fact]
    public void Random_bytes_that_resemble_data_objects_are_answered_within_them()
    {
        var likely = Gen.OneOf<byte>(0x00, 0x01, 0x02, 0x04, 0x57, 0x5A, 0x70, 0x77, 0x80, 0x81, 0x82, 0x83,
            0x84, 0x9F, 0x5F, 0x3F, 0xBF, 0xFF, 0x1F);
        likely.Array[0, 100].Sample(AssertPlaced, iter: 20_000);
    }

    private static void AssertPlaced(byte[] bytes)
    {
        var read = TlvReader.TryRead(bytes);
        Assert.InRange(read.Offset, 0, bytes.Length);
        Assert.Equal(read.IsValid, read.Fault == TlvFault.None);
        if (read.IsValid)
            _ = TlvDescribe.ToText(read.Nodes);
    }

    private static TlvResult Read(string hex) => TlvReader.TryRead(Convert.FromHexString(hex));

    private static string Show(IReadOnlyList<TlvNode> nodes) =>
        string.Join(' ', nodes.Select(node => node.IsConstructed
        ? $"{TlvTag.ToText(node.Tag)}[{Show(node.Children)}]"
        : $"{TlvTag.ToText(node.Tag)}={Convert.ToHexString(node.Value.Span)}"));
}
