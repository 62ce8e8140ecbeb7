using System.Text.Json;
using CsCheck;

namespace CloudPos.Tests.Shared;

public sealed class MoneyTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");
    private static readonly Currency Usd = Currency.Parse("USD");

    [Theory]
    [InlineData(1234, "EUR", "12.34 EUR")]
    [InlineData(-5, "EUR", "-0.05 EUR")]
    [InlineData(1234, "JPY", "1234 JPY")]
    [InlineData(1234, "KWD", "1.234 KWD")]
    [InlineData(long.MinValue, "EUR", "-92233720368547758.08 EUR")]
    public void Is_written_with_the_digits_of_its_currency(long minor, string currency, string expected) =>
        Assert.Equal(expected, new Money(minor, Currency.Parse(currency)).ToString());

    [Fact]
    public void Two_currencies_are_never_added_or_compared()
    {
        var (euro, dollar) = (new Money(1, Eur), new Money(1, Usd));
        Assert.Throws<InvalidOperationException>(() => euro + dollar);
        Assert.Throws<InvalidOperationException>(() => euro < dollar);
        Assert.Throws<InvalidOperationException>(() => default(Money) + default(Money));
    }

    [Fact]
    public void An_overflow_is_an_error_and_not_a_wrong_sum()
    {
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, Eur) + new Money(1, Eur));
        Assert.Throws<OverflowException>(() => new Money(long.MaxValue, Eur).Share(3, 2));
    }

    [Theory]
    [InlineData(5, 1, 2, 3)]
    [InlineData(-5, 1, 2, -3)]
    [InlineData(4, 1, 3, 1)]
    [InlineData(5, 1, 3, 2)]
    [InlineData(7, -1, 2, -4)]
    public void A_share_is_rounded_half_away_from_zero(
        long minor, long numerator, long denominator, long expected) =>
        Assert.Equal(expected, new Money(minor, Eur).Share(numerator, denominator).Minor);

    [Fact]
    public void Net_and_tax_always_add_up_to_gross() =>
        Gen.Select(Gen.Long[-10_000_000_00, 10_000_000_00], Gen.Int[0, 3000]).Sample((minor, rate) =>
        {
            var line = TaxLine.Included(new Money(minor, Eur), rate);
            Assert.Equal(line.Gross, line.Net + line.Tax);
            Assert.True(Math.Abs(line.Tax.Minor) <= Math.Abs(minor));
        });

    [Theory]
    [InlineData(11900, 1900, 1900)]
    [InlineData(10700, 700, 700)]
    [InlineData(999, 1900, 160)]
    public void Tax_is_taken_out_of_the_gross_sum(long gross, int rate, long tax) =>
        Assert.Equal(tax, TaxLine.Included(new Money(gross, Eur), rate).Tax.Minor);

    [Theory]
    [InlineData("{\"minor\":1,\"currency\":\"EUR\",\"x\":1}")]
    [InlineData("{\"minor\":1}")]
    [InlineData("{\"minor\":1.5,\"currency\":\"EUR\"}")]
    [InlineData("{\"minor\":1,\"currency\":\"XXX\"}")]
    [InlineData("12")]
    public void Json_that_is_not_exactly_money_is_refused(string json) =>
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Money>(json));

    [Fact]
    public void Json_round_trips() =>
        Gen.Long.Sample(minor =>
        {
            var money = new Money(minor, Eur);
            Assert.Equal(money, JsonSerializer.Deserialize<Money>(JsonSerializer.Serialize(money)));
        });
}
