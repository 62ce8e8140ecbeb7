using System.Text;
using CloudPos.Iso8583;

namespace CloudPos.Tests.Iso8583;

public sealed class LayoutTests
{
    [Fact]
    public void Both_layouts_have_every_field_from_2_to_128()
    {
        for (var number = 2; number <= Iso8583Layout.FieldMax; number++)
        {
            Assert.Equal(number, Iso8583Layout.Ascii87[number]?.Number);
            Assert.Equal(number, Iso8583Layout.Binary87[number]?.Number);
        }
        Assert.Null(Iso8583Layout.Ascii87[1]);
        Assert.Null(Iso8583Layout.Ascii87[0]);
        Assert.Null(Iso8583Layout.Ascii87[129]);
    }

    [Fact]
    public void A_dialect_changes_its_fields_and_nothing_else()
    {
        var dialect = Iso8583Layout.Binary87.Named("Second acquirer").With(
            new Iso8583Field(60, "Advice reason", FieldKind.N, 4, LengthPrefix.Fixed, FieldEncoding.Bcd),
            new Iso8583Field(55, "Chip data", FieldKind.B, 999, LengthPrefix.LLL, FieldEncoding.Binary,
                IsSensitive: true));
        using var message = new Iso8583Message(Mti.FinancialAdvice);
        message.Set(60, "5206");
        var encoded = Iso8583Codec.Encode(message, dialect);
        Assert.True(encoded.IsValid, encoded.ToString());
        Assert.Equal("0220" + "0000000000000010" + "5206", Convert.ToHexString(encoded.Bytes));
        Assert.Equal("0220" + "0000000000000010" + "0004" + "35323036",
            Convert.ToHexString(Iso8583Codec.Encode(message, Iso8583Layout.Binary87).Bytes!));
        Assert.Equal("Second acquirer", dialect.Name);
        Assert.Equal(Iso8583Layout.Binary87[4], dialect[4]);
    }

    [Theory]
    [InlineData("field 1", 1, FieldKind.N, 4, LengthPrefix.Fixed, FieldEncoding.Ascii)]
    [InlineData("field 129", 129, FieldKind.N, 4, LengthPrefix.Fixed, FieldEncoding.Ascii)]
    [InlineData("no length", 60, FieldKind.N, 0, LengthPrefix.Fixed, FieldEncoding.Ascii)]
    [InlineData("a hundred behind two digits of length", 60, FieldKind.Ans, 100, LengthPrefix.LL,
        FieldEncoding.Ascii)]
    [InlineData("a thousand", 60, FieldKind.Ans, 1000, LengthPrefix.LLL, FieldEncoding.Ascii)]
    [InlineData("letters as decimals", 60, FieldKind.An, 4, LengthPrefix.Fixed, FieldEncoding.Bcd)]
    [InlineData("digits as bytes", 60, FieldKind.N, 4, LengthPrefix.Fixed, FieldEncoding.Binary)]
    [InlineData("bytes as decimals", 60, FieldKind.B, 4, LengthPrefix.Fixed, FieldEncoding.Bcd)]
    [InlineData("an amount without digits", 60, FieldKind.XN, 1, LengthPrefix.Fixed, FieldEncoding.Ascii)]
    public void A_field_that_cannot_be_is_refused(
        string what, int number, FieldKind kind, int length, LengthPrefix prefix, FieldEncoding encoding)
    {
        var field = new Iso8583Field(number, what, kind, length, prefix, encoding);
        Assert.Throws<ArgumentException>(() => Iso8583Layout.Ascii87.With(field));
    }
}
