using CloudPos.Tlv;
using CsCheck;

namespace CloudPos.Tests.Tlv;

public sealed class DolTests
{
    private static readonly Dictionary<uint, byte[]> Terminal = new()
    {
        [EmvTags.TransactionType_9C] = Hex("09"),
        [EmvTags.TransactionDate_9A] = Hex("240217"),
        [EmvTags.TransactionCurrency_5F2A] = Hex("0978"),
        [EmvTags.AmountAuthorised_9F02] = Hex("000123456789"),
        [EmvTags.AmountOther_9F03] = Hex("000987654321"),
        [EmvTags.TerminalCountry_9F1A] = Hex("0528"),
        [EmvTags.UnpredictableNumber_9F37] = Hex("DEADBEEF"),
        [EmvTags.TerminalVerificationResults_95] = Hex("1234554321"),
        [EmvTags.Pan_5A] = Hex("4242424242424242"),
    };

    [Theory]
    [InlineData("exact lengths", "9F02069F03069F1A0295055F2A029A039C019F3704",
        "000123456789" + "000987654321" + "0528" + "1234554321" + "0978" + "240217" + "09" + "DEADBEEF")]
    [InlineData("shorter and longer", "9F02039F03079F1A0295065F2A029A009C039F3703",
        "456789" + "00000987654321" + "0528" + "123455432100" + "0978" + "" + "000009" + "DEADBE")]
    [InlineData("compressed numeric is filled with F", "5A0A", "4242424242424242FFFF")]
    [InlineData("compressed numeric is cut on the right", "5A04", "42424242")]
    [InlineData("an unknown tag is zeros", "9F7E02", "0000")]
    [InlineData("a template is zeros", "7003", "000000")]
    [InlineData("nothing asked", "", "")]
    public void The_card_gets_what_it_asked_for(string what, string list, string expected)
    {
        var parsed = Dol.TryParse(Hex(list));
        Assert.True(parsed.IsValid, $"{what}: {parsed}");
        Assert.Equal((what, expected), (what, Convert.ToHexString(Build(parsed.Entries))));
    }

    [Theory]
    [InlineData("no length at the end", "9F02069F03069F1A0295", TlvFault.LengthTruncated, 10)]
    [InlineData("no length after two bytes of tag", "9F02069F37", TlvFault.LengthTruncated, 5)]
    [InlineData("half a tag", "9F02069F", TlvFault.TagTruncated, 3)]
    [InlineData("a long length", "9F028106", TlvFault.LengthTooLong, 2)]
    public void A_bad_list_names_the_fault_and_its_place(string what, string list, TlvFault fault, int offset)
    {
        var parsed = Dol.TryParse(Hex(list));
        Assert.Equal((what, fault, offset), (what, parsed.Fault, parsed.Offset));
    }

    [Fact]
    public void Random_lists_are_answered_within_them() => Gen.Byte.Array[0, 300].Sample(bytes =>
    {
        var parsed = Dol.TryParse(bytes);
        Assert.InRange(parsed.Offset, 0, bytes.Length);
        if (parsed.IsValid)
            Assert.Equal(parsed.Entries.Sum(entry => entry.Length), Build(parsed.Entries).Length);
    });

    private static byte[] Build(IReadOnlyList<DolEntry> entries) =>
        Dol.Build(entries, tag => Terminal.TryGetValue(tag, out var value) ? value : null);

    private static byte[] Hex(string text) => Convert.FromHexString(text);
}
