using System.Text;
using CloudPos.Iso8583;

namespace CloudPos.Tests.Iso8583;

public sealed class MessageTests
{
    [Fact]
    public void Printing_a_message_shows_no_card_data()
    {
        using var message = new Iso8583Message(Mti.FinancialRequest);
        message.Set(2, "4242424242424242");
        message.Set(4, "1250");
        message.Set(14, "3012");
        message.Set(34, "4242424242424242");
        message.Set(35, "4242424242424242=30122010000");
        message.Set(36, "4242424242424242=30122010000");
        message.Set(45, "B4242424242424242^CARD/TEST^3012201");
        message.Set(48, "card 4242424242424242 in free text");
        message.SetBinary(52, [1, 2, 3, 4, 5, 6, 7, 8]);
        message.SetBinary(55, Convert.FromHexString("5A084242424242424242" + "9F3602002A"));
        message.Set(102, "4242424242424242");
        foreach (var layout in new[] { Iso8583Layout.Ascii87, Iso8583Layout.Binary87 })
        {
            var text = message.Describe(layout);
            Assert.DoesNotContain("42424242", text);
            Assert.DoesNotContain("3012", text);
            Assert.DoesNotContain("0102030405060708", text);
            Assert.DoesNotContain("CARD/TEST", text);
            Assert.Contains("2  Primary account number: **** 4242\n", text);
            Assert.Contains("35  Track 2 data: **** 4242\n", text);
            Assert.Contains("  5A  Primary account number: **** 4242\n", text);
            Assert.Contains("  9F36  Application transaction counter: 002A\n", text);
            Assert.Contains("48  Additional data, private: card ************4242 in free text\n", text);
        }
        Assert.Equal("0200 with fields 2, 4, 14, 34, 35, 36, 45, 48, 52, 55, 102", message.ToString());
    }

    [Fact]
    public void A_dialect_says_which_further_fields_are_sensitive()
    {
        var layout = Iso8583Layout.Ascii87.With(
            new Iso8583Field(62, "Token", FieldKind.Ans, 99, LengthPrefix.LLL, IsSensitive: true));
        using var message = new Iso8583Message(Mti.FinancialRequest);
        message.Set(62, "SECRET");
        Assert.DoesNotContain("SECRET", message.Describe(layout));
        Assert.Contains("[6 characters]", message.Describe(layout));
    }

    [Fact]
    public void Card_data_are_read_by_a_named_call_only()
    {
        using var message = new Iso8583Message(Mti.FinancialRequest);
        message.Set(2, "4242424242424242");
        var refusal = Assert.Throws<InvalidOperationException>(() => message.Get(2));
        Assert.DoesNotContain("4242", refusal.Message);
        Assert.Equal("4242424242424242", message.RevealText(2));
        Assert.Equal("4242424242424242"u8, message.RevealBytes(2));
    }

    [Fact]
    public void Values_are_zeroed_when_replaced_removed_or_disposed()
    {
        var message = new Iso8583Message(Mti.FinancialRequest);
        message.SetText(2, "4242424242424242"u8);
        var replaced = message.RevealBytes(2);
        message.SetText(2, "4111111111111111"u8);
        var removed = message.RevealBytes(2);
        message.Remove(2);
        message.SetText(35, "4242424242424242=30122010000"u8);
        var disposed = message.RevealBytes(35);
        message.Dispose();
        Assert.Equal(-1, replaced.IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, removed.IndexOfAnyExcept((byte)0));
        Assert.Equal(-1, disposed.IndexOfAnyExcept((byte)0));
        Assert.Empty(message.Fields);
    }

    [Theory]
    [InlineData("")]
    [InlineData("200")]
    [InlineData("02000")]
    [InlineData("02A0")]
    public void A_message_type_is_four_digits(string mti) =>
        Assert.Throws<ArgumentException>(() => new Iso8583Message(mti));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(129)]
    public void The_bitmaps_are_no_fields_to_set(int field)
    {
        using var message = new Iso8583Message(Mti.FinancialRequest);
        Assert.Throws<ArgumentOutOfRangeException>(() => message.Set(field, "1"));
    }

    [Fact]
    public void An_absent_field_is_null_and_empty()
    {
        using var message = new Iso8583Message(Mti.FinancialRequest);
        Assert.False(message.Has(4));
        Assert.Null(message.Get(4));
        Assert.Null(message.RevealText(2));
        Assert.True(message.RevealBytes(2).IsEmpty);
    }
}
