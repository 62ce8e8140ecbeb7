using CloudPos.Journal;

namespace CloudPos;

/// <summary>
/// What a refund comes to: pure, and the same on both sides. Several refunds of a sale add up to exactly what
/// was paid and taxed, whatever was rounded on the way.
/// </summary>
public static class RefundSum
{
    /// <summary>
    /// What so many pieces of a line are worth after others were given back: the last takes the rest.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">More than was sold.</exception>
    public static Money OfLine(SaleLine line, long before, long quantity)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(quantity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(before + quantity, line.Quantity);
        return line.Total.Share(before + quantity, line.Quantity) - line.Total.Share(before, line.Quantity);
    }

    /// <summary>The tax in refunded lines.</summary>
    /// <param name="earlier">Tax of the refunds before.</param>
    public static IReadOnlyList<TaxLine> OfLines(
        SaleCompleted sale, IReadOnlyList<RefundLine> lines, IReadOnlyList<TaxLine> earlier) =>
    [
        .. lines.GroupBy(line => sale.Lines[line.Line].TaxBasisPoints).OrderBy(rate => rate.Key).Select(
            rate => Taken(sale, rate.Key, rate.Select(line => line.Amount).Aggregate((a, b) => a + b),
                earlier)),
    ];

    /// <summary>The tax in an amount, taken from each rate in proportion to what is left of it.</summary>
    public static IReadOnlyList<TaxLine> OfAmount(
        SaleCompleted sale, Money amount, IReadOnlyList<TaxLine> earlier)
    {
        var taken = new List<TaxLine>();
        var rates = sale.Taxes.Select(tax => (tax.RateBasisPoints, Left: tax.Gross - Given(
            earlier, tax.RateBasisPoints, tax.Gross.Currency).Gross)).Where(rate =>
                rate.Left.Minor > 0).ToList();
        var (toGive, left) = (amount, rates.Aggregate(Money.Zero(amount.Currency), (sum, rate) => sum
            + rate.Left));
        foreach (var (rate, rest) in rates)
        {
            var share = rest == left ? toGive : toGive.Share(rest.Minor, left.Minor);
            if (!share.IsZero)
                taken.Add(Taken(sale, rate, share, earlier));
            (toGive, left) = (toGive - share, left - rest);
        }
        return taken;
    }

    private static TaxLine Taken(SaleCompleted sale, int rate, Money gross, IReadOnlyList<TaxLine> earlier)
    {
        var sold = sale.Taxes.FirstOrDefault(tax => tax.RateBasisPoints == rate);
        if (sold is null)
            return TaxLine.Included(gross, rate);
        var given = Given(earlier, rate, gross.Currency);
        var left = sold.Tax - given.Tax;
        var tax = given.Gross + gross == sold.Gross ? left : TaxLine.Included(gross, rate).Tax;
        tax = tax > left ? left : tax;
        return new TaxLine(rate, gross - tax, tax, gross);
    }

    private static (Money Tax, Money Gross) Given(IReadOnlyList<TaxLine> earlier, int rate,
        Currency currency) =>
        earlier.Where(tax => tax.RateBasisPoints == rate).Aggregate(
            (Tax: Money.Zero(currency), Gross: Money.Zero(currency)),
            (sum, tax) => (sum.Tax + tax.Tax, sum.Gross + tax.Gross));
}
