using CloudPos.Journal;

namespace CloudPos.Tests.Shared;

public class RefundSumTests
{
    private static readonly Currency Eur = Currency.Parse("EUR");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Refunds_of_a_sale_add_up_to_its_amounts_and_its_tax_whatever_was_rounded(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 300; round++)
        {
            var sale = Sale(random);
            var (before, taxes) = (new long[sale.Lines.Count], new List<TaxLine>());
            var given = Money.Zero(Eur);
            while (Enumerable.Range(0, before.Length).Any(i => before[i] < sale.Lines[i].Quantity))
            {
                var index = random.Next(before.Length);
                var left = sale.Lines[index].Quantity - before[index];
                if (left == 0)
                    continue;
                var quantity = random.NextInt64(1, left + 1);
                var amount = RefundSum.OfLine(sale.Lines[index], before[index], quantity);
                var line = new RefundLine(index, sale.Lines[index].Sku, quantity, amount);
                var tax = RefundSum.OfLines(sale, [line], taxes);
                Assert.All(tax, one => Assert.Equal(one.Gross, one.Net + one.Tax));
                taxes.AddRange(tax);
                before[index] += quantity;
                given += amount;
            }

            Assert.Equal(sale.Total, given);
            foreach (var sold in sale.Taxes)
            {
                var back = taxes.Where(tax => tax.RateBasisPoints == sold.RateBasisPoints).ToList();
                Assert.Equal(
                    (sold.Tax.Minor, sold.Gross.Minor), (back.Sum(t => t.Tax.Minor), back.Sum(t =>
                        t.Gross.Minor)));
            }
        }
    }

    [Fact]
    public void Amounts_given_back_take_each_rate_in_its_share_and_leave_nothing()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var sale = Sale(random);
            var (left, taxes) = (sale.Total, new List<TaxLine>());
            while (!left.IsZero)
            {
                var amount = new Money(random.NextInt64(1, left.Minor + 1), Eur);
                var tax = RefundSum.OfAmount(sale, amount, taxes);
                Assert.Equal(amount.Minor, tax.Sum(one => one.Gross.Minor));
                taxes.AddRange(tax);
                left -= amount;
            }

            Assert.Equal(sale.Taxes.Sum(tax => tax.Tax.Minor), taxes.Sum(tax => tax.Tax.Minor));
        }
    }

    private static SaleCompleted Sale(Random random)
    {
        var lines = Enumerable.Range(0, random.Next(1, 5)).Select(index =>
        {
            var (quantity, price) = (random.Next(1, 8), new Money(random.Next(1, 3000), Eur));
            var discount = new Money(random.NextInt64(0, price.Minor * quantity), Eur);
            int[] rates = [700, 1900, 0];
            return new SaleLine(
                $"S{index}", $"S{index}", quantity, price, discount, rates[random.Next(3)],
                price * quantity - discount);
        }).ToList();
        var total = lines.Aggregate(Money.Zero(Eur), (sum, line) => sum + line.Total);
        var taxes = lines.GroupBy(line => line.TaxBasisPoints).Select(rate => TaxLine.Included(
            rate.Aggregate(Money.Zero(Eur), (sum, line) => sum + line.Total), rate.Key));
        return new SaleCompleted(Id.New(), 1, "T0000001-1-000001", "Ann", lines, [.. taxes], total, [], null);
    }
}
