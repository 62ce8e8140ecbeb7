using CloudPos.Cards;

namespace CloudPos.Tests.Cards;

public sealed class ExpiryTests
{
    [Theory]
    [InlineData("its last day", "2802", "2028-02-29", false)]
    [InlineData("the day after", "2802", "2028-03-01", true)]
    [InlineData("a month before", "2802", "2028-01-31", false)]
    [InlineData("the last month of a year", "2612", "2026-12-31", false)]
    [InlineData("new year's day", "2612", "2027-01-01", true)]
    [InlineData("year 49 is 2049", "4912", "2049-12-31", false)]
    [InlineData("year 50 is 1950", "5001", "2026-01-01", true)]
    [InlineData("year 00 is 2000", "0001", "2026-01-01", true)]
    public void A_card_is_good_through_the_last_day_of_its_month(
        string what, string yymm, string today, bool past)
    {
        Assert.True(Expiry.TryParseYymm(yymm, out var expiry));
        Assert.Equal((what, past), (what, expiry.IsPast(DateOnly.Parse(today, null))));
        Assert.Equal(yymm, expiry.RevealYymm());
        Assert.Equal("**/**", expiry.ToString());
    }

    [Theory]
    [InlineData("month 0", "3000")]
    [InlineData("month 13", "3013")]
    [InlineData("short", "301")]
    [InlineData("long", "30121")]
    [InlineData("a letter", "3O12")]
    [InlineData("empty", "")]
    public void What_is_no_expiry_is_refused(string what, string yymm)
    {
        Assert.False(Expiry.TryParseYymm(yymm, out var expiry), what);
        Assert.True(expiry.IsPast(new DateOnly(1, 1, 1)));
        Assert.False(Expiry.TryParseYymm(System.Text.Encoding.ASCII.GetBytes(yymm), out _), what);
    }

    [Theory]
    [InlineData("201", true, true)]
    [InlineData("601", true, true)]
    [InlineData("101", false, true)]
    [InlineData("221", true, false)]
    [InlineData("142", false, false)]
    [InlineData("000", false, true)]
    public void A_service_code_tells_chip_and_offline(string digits, bool isChip, bool allowsOffline)
    {
        Assert.True(ServiceCode.TryParse(digits, out var code));
        Assert.Equal((isChip, allowsOffline), (code.IsChip, code.AllowsOffline));
        Assert.Equal(digits, code.RevealDigits());
        Assert.Equal("***", code.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("2011")]
    [InlineData("2O1")]
    public void What_is_no_service_code_is_refused(string digits) =>
        Assert.False(ServiceCode.TryParse(digits, out _));
}
