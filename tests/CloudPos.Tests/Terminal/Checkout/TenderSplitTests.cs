using CloudPos.Terminal.Checkout;

namespace CloudPos.Tests.Terminal.Checkout;

public class TenderSplitTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    /// <summary>Tenders as "cash", "card", each with an amount or without, for a sale of 10.00.</summary>
    [Theory]
    [InlineData("cash", 10_00, 10_00, 0, "cash covers the sale")]
    [InlineData("cash 20.00", 10_00, 20_00, 0, "cash gives change")]
    [InlineData("card", 0, 0, 10_00, "the card covers the sale")]
    [InlineData("card 10.00", 0, 0, 10_00, "the card's amount is said")]
    [InlineData("cash 4.00, card", 4_00, 4_00, 6_00, "the card pays the rest")]
    [InlineData("cash, card 4.00", 6_00, 6_00, 4_00, "cash pays the rest")]
    [InlineData("card 4.00, cash 6.00", 6_00, 6_00, 4_00, "both are said and match")]
    public void Payments_cover_the_sale(string tenders, long cash, long given, long card, string name)
    {
        var split = Split(10_00, tenders).Value;

        Assert.True(split == new TenderSplit(Eur(cash), Eur(given), Eur(card)), name);
        Assert.Equal(given - cash, split!.Change.Minor);
    }

    [Theory]
    [InlineData("", "Nothing pays for the sale")]
    [InlineData("cash 9.99", "0.01 EUR too little")]
    [InlineData("card 9.99", "0.01 EUR too little")]
    [InlineData("card 10.01", "exactly what the sale comes to")]
    [InlineData("cash 0.00", "more than nothing")]
    [InlineData("cash, card", "how much of it is paid in cash")]
    [InlineData("cash 4.00, card 5.00", "add up to 9.00 EUR; the sale comes to 10.00 EUR")]
    [InlineData("cash 4.00, card 7.00", "add up to 11.00 EUR")]
    [InlineData("cash 10.00, card", "One payment alone covers")]
    [InlineData("cash, card 12.00", "One payment alone covers")]
    [InlineData("card 4.00, card 6.00", "one cash and one card payment at most")]
    [InlineData("cash 4.00, cash 6.00", "one cash and one card payment at most")]
    public void Payments_that_do_not_match_are_refused_with_a_sentence(string tenders, string sentence) =>
        Assert.Contains(sentence, Split(10_00, tenders).Fault);

    [Fact]
    public void A_sale_of_nothing_is_cash_and_never_a_card()
    {
        Assert.True(Split(0, "cash").IsValid);
        Assert.Contains("nothing to pay by card", Split(0, "card").Fault);
    }

    [Fact]
    public void Another_currency_does_not_pay()
    {
        var dollars = new TenderRequest(TenderKind.Cash, new Money(10_00, Currency.Parse("USD")));

        Assert.Contains("in EUR", TenderSplit.TryCreate(Eur(10_00), [dollars]).Fault);
    }

    [Theory]
    [InlineData("12", 12_00)]
    [InlineData("12.3", 12_30)]
    [InlineData("0.05", 5)]
    [InlineData("007.00", 7_00)]
    public void An_amount_is_read_exactly(string text, long minor) =>
        Assert.True(AmountText.TryParse(text, Euro, out var amount) && amount == Eur(minor));

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1,50")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.234")]
    [InlineData("1 000")]
    [InlineData("1.2.3")]
    [InlineData("١٢")]
    [InlineData("1234567890123.45")]
    public void Anything_else_is_no_amount(string text) =>
        Assert.False(AmountText.TryParse(text, Euro, out _));

    [Fact]
    public void A_currency_without_minor_digits_takes_no_point()
    {
        var yen = Currency.Parse("JPY");

        Assert.True(AmountText.TryParse("120", yen, out var amount) && amount == new Money(120, yen));
        Assert.False(AmountText.TryParse("120.0", yen, out _));
    }

    private static TenderSplitResult Split(long total, string tenders) => TenderSplit.TryCreate(
        Eur(total), [.. tenders.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(Request)]);

    private static TenderRequest Request(string text)
    {
        var parts = text.Split(' ');
        var kind = parts[0] == "cash" ? TenderKind.Cash : TenderKind.Card;
        Money? amount = parts.Length > 1 && AmountText.TryParse(parts[1], Euro, out var read) ? read : null;
        return new TenderRequest(kind, amount);
    }

    private static Money Eur(long minor) => new(minor, Euro);
}
