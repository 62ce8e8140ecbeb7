using CloudPos.Terminal.Checkout;
using CloudPos.Wire;
using CsCheck;

namespace CloudPos.Tests.Terminal.Checkout;

public class BasketTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");

    private static readonly Product[] Catalogue =
    [
        new("TEA", "4006381333931", "Green tea", "food", Eur(3_49), 700),
        new("SOAP", "4006381333948", "Soap", "household", Eur(1_99), 1900),
        new("OLD", "4006381333955", "Old thing", "household", Eur(5_00), 1900, Withdrawn: true),
        new("USD", "4006381333962", "Imported", "food", new Money(5_00, Currency.Parse("USD")), 700),
        new("GOLD", "4006381333979", "Gold bar", "other", Eur(Basket.TotalMinorMax), 1900),
    ];

    [Fact]
    public void Lines_total_and_tax_per_rate_add_up()
    {
        var basket = Create(("TEA", 3), ("SOAP", 2), ("TEA", 1)).Value!;

        Assert.Equal([10_47, 3_98, 3_49], basket.Lines.Select(line => line.Total.Minor));
        Assert.Equal(Eur(17_94), basket.Total);
        // 3.98 * 19 / 119 = 0.635 and 13.96 * 7 / 107 = 0.913, each on the receipt's sum at that rate.
        Assert.Equal(
            [TaxLine.Included(Eur(3_98), 1900), TaxLine.Included(Eur(13_96), 700)], basket.Taxes);
        Assert.Equal([64, 91], basket.Taxes.Select(tax => tax.Tax.Minor));
    }

    [Fact]
    public void A_barcode_finds_the_same_product_as_its_sku() =>
        Assert.Equal("TEA", Create(("4006381333931", 1)).Value!.Lines[0].Sku);

    [Theory]
    [InlineData("nothing is called that", "PEAS", 1, "No product has the SKU or barcode 'PEAS'.")]
    [InlineData("none of it", "TEA", 0, "The quantity of 'TEA' is 0; it must be 1 to 9999.")]
    [InlineData("less than none", "TEA", -1, "The quantity of 'TEA' is -1; it must be 1 to 9999.")]
    [InlineData("too many", "TEA", 10_000, "The quantity of 'TEA' is 10000; it must be 1 to 9999.")]
    [InlineData("withdrawn", "OLD", 1, "'OLD' (Old thing) is withdrawn from sale.")]
    [InlineData("another currency", "USD", 1, "'USD' is priced in USD; this terminal sells in EUR.")]
    public void A_bad_item_gets_its_own_sentence(string name, string code, long quantity, string sentence)
    {
        var result = Create((code, quantity));

        Assert.False(result.IsValid, name);
        Assert.Equal([sentence], result.Faults);
    }

    [Fact]
    public void Every_bad_item_is_named_at_once()
    {
        var result = Create(("TEA", 1), ("PEAS", 1), ("OLD", 1));

        Assert.Equal(2, result.Faults.Count);
    }

    [Fact]
    public void An_empty_basket_is_no_sale() => Assert.Equal(["The basket is empty."], Create().Faults);

    [Fact]
    public void More_lines_than_an_entry_holds_are_refused()
    {
        var items = Enumerable.Repeat(("TEA", 1L), Basket.LinesMax + 1).ToArray();

        Assert.Equal(["A sale has at most 200 lines; split it into two."], Create(items).Faults);
    }

    [Fact]
    public void A_total_beyond_twelve_digits_is_refused() =>
        Assert.Contains("more than one sale can", Create(("GOLD", 2)).Faults.Single());

    [Fact]
    public void Whatever_is_in_it_net_and_tax_add_up_to_the_total()
    {
        var items = Gen.Select(Gen.Int[0, 1], Gen.Long[1, Basket.QuantityMax]).Array[1, Basket.LinesMax];

        items.Sample(chosen =>
        {
            var basket = Create([.. chosen.Select(item => (Catalogue[item.Item1].Sku, item.Item2))]).Value!;
            Assert.Equal(basket.Total.Minor, basket.Lines.Sum(line => line.UnitPrice.Minor * line.Quantity));
            Assert.Equal(basket.Total.Minor, basket.Taxes.Sum(tax => tax.Net.Minor + tax.Tax.Minor));
        });
    }

    private static BasketResult Create(params (string Code, long Quantity)[] items) => Basket.TryCreate(
        [.. items.Select(item => new BasketItem(item.Code, item.Quantity))],
        code => Catalogue.FirstOrDefault(product => product.Sku == code || product.Ean == code), Euro);

    private static Money Eur(long minor) => new(minor, Euro);
}
