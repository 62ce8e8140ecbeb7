using CloudPos.Iso8583;

namespace CloudPos.Tests.Iso8583;

public sealed class ValuesTests
{
    [Fact]
    public void Field_90_names_the_original_in_42_digits_and_is_read_back()
    {
        var original = new OriginalDataElements("0200", "42", "0801123456", "123456");
        Assert.Equal("0200" + "000042" + "0801123456" + "00000123456" + "00000000000", original.ToField90());
        Assert.Equal(original with { Stan = "000042", Acquirer = "00000123456", Forwarder = "00000000000" },
            OriginalDataElements.TryParse(original.ToField90()));
    }

    [Theory]
    [InlineData("a STAN too long", "0200", "1234567", "0801123456")]
    [InlineData("a letter in the time", "0200", "42", "080112345X")]
    [InlineData("a type too long", "02000", "42", "0801123456")]
    public void Field_90_is_not_built_from_other_parts(string what, string mti, string stan, string time) =>
        Assert.True(Assert.Throws<ArgumentException>(
            () => new OriginalDataElements(mti, stan, time).ToField90()).Message.Length > 0, what);

    [Theory]
    [InlineData("")]
    [InlineData("02000000420801123456000001234560000000000")]
    [InlineData("0200000042080112345600000123456000000000000")]
    [InlineData("02000000420801123456000001234560000000000X")]
    public void What_is_no_field_90_is_refused(string text) =>
        Assert.Null(OriginalDataElements.TryParse(text));

    [Theory]
    [InlineData(0, "C0000000000000000")]
    [InlineData(1250, "C0000000000001250")]
    [InlineData(-1250, "D0000000000001250")]
    [InlineData(9_999_999_999_999_999, "C9999999999999999")]
    [InlineData(-9_999_999_999_999_999, "D9999999999999999")]
    public void Field_97_tells_credit_or_debit_and_is_read_back(long net, string field97)
    {
        Assert.Equal(field97, SignedAmount.ToField97(net));
        Assert.True(SignedAmount.TryParse(field97, out var back));
        Assert.Equal(net, back);
    }

    [Theory]
    [InlineData(10_000_000_000_000_000)]
    [InlineData(-10_000_000_000_000_000)]
    [InlineData(long.MinValue)]
    public void Seventeen_digits_are_no_field_97(long net) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SignedAmount.ToField97(net));

    [Theory]
    [InlineData("")]
    [InlineData("C")]
    [InlineData("1250")]
    [InlineData("X1250")]
    [InlineData("C-125")]
    [InlineData("C99999999999999999")]
    public void What_is_no_signed_amount_is_refused(string text) =>
        Assert.False(SignedAmount.TryParse(text, out _));

    [Theory]
    [InlineData("0100", "0110", "0101")]
    [InlineData("0200", "0210", "0201")]
    [InlineData("0201", "0210", "0201")]
    [InlineData("0220", "0230", "0221")]
    [InlineData("0420", "0430", "0421")]
    [InlineData("0421", "0430", "0421")]
    [InlineData("0500", "0510", "0501")]
    [InlineData("0800", "0810", "0801")]
    public void A_request_has_its_response_and_its_repeat(string mti, string response, string repeat)
    {
        Assert.Equal(response, Mti.ResponseTo(mti));
        Assert.Equal(repeat, Mti.RepeatOf(mti));
        Assert.False(Mti.IsRequest(response));
    }

    [Theory]
    [InlineData("0210")]
    [InlineData("0430")]
    [InlineData("")]
    public void A_response_has_none(string mti)
    {
        Assert.Throws<ArgumentException>(() => Mti.ResponseTo(mti));
        Assert.Throws<ArgumentException>(() => Mti.RepeatOf(mti));
    }
}
