using CloudPos.Terminal.Checkout;
using CloudPos.Wire;
using CsCheck;

namespace CloudPos.Tests.Terminal.Checkout;

/// <summary>Discounts: exact to the cent, and tax on what is really paid.</summary>
public sealed class DiscountTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");

    [Fact]
    public void A_discount_on_the_whole_is_shared_out_to_the_last_cent_whatever_the_lines()
    {
        Gen.Long[0, 1_000_000].List[1, 20].SelectMany(parts => Gen.Long[0, parts.Sum()].Select(
            off => (parts, off))).Sample((parts, off) =>
        {
            var shares = Discount.ShareOut(Euro(off), [.. parts.Select(Euro)]);

            Assert.Equal(parts.Sum() == 0 ? 0 : off, shares.Sum(share => share.Minor));
            Assert.All(shares.Zip(parts), pair => Assert.InRange(pair.First.Minor, 0, pair.Second));
        });
    }

    [Fact]
    public void Tax_is_computed_per_rate_on_what_is_left_after_both_discounts()
    {
        var basket = Create(new Discount(0, 5_00), ("TEA", new Discount(1_000, 0)), ("MUG", default)).Value!;

        // 10.00 less 10 % is 9.00; 9.00 and 21.00 less 5.00 are 7.50 and 17.50.
        Assert.Equal([Euro(7_50), Euro(17_50)], basket.Lines.Select(line => line.Total));
        Assert.Equal([Euro(2_50), Euro(3_50)], basket.Lines.Select(line => line.Discount));
        Assert.Equal([TaxLine.Included(Euro(17_50), 1900), TaxLine.Included(Euro(7_50), 700)], basket.Taxes);
        Assert.Equal(Euro(25_00), basket.Total);
    }

    [Fact]
    public void Nobody_is_paid_for_buying()
    {
        Assert.Contains("more than its price", Create(default, ("TEA", new Discount(0, 10_01))).Faults[0]);
        Assert.Contains("more than the sale", Create(new Discount(0, 10_01), ("TEA", default)).Faults[0]);
        Assert.False(Create(new Discount(10_001, 0), ("TEA", default)).IsValid);
        Assert.True(Create(new Discount(10_000, 0), ("TEA", default)).IsValid);
    }

    private static BasketResult Create(Discount off, params (string Sku, Discount Off)[] items) =>
        Basket.TryCreate(
            [.. items.Select(item => new BasketItem(item.Sku, 1, item.Off))],
            sku => sku == "TEA"
                ? new Product(sku, "", "Tea", "food", Euro(10_00), 700)
                : new Product(sku, "", "Mug", "household", Euro(21_00), 1900),
            Eur, off);

    private static Money Euro(long minor) => new(minor, Eur);
}
