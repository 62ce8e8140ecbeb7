using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>What was scanned or typed: a SKU or a barcode, how many, and what is taken off.</summary>
internal readonly record struct BasketItem(string Code, long Quantity, Discount Discount = default);

/// <summary>A priced basket: at least one line, one currency, and totals that add up. Immutable.</summary>
/// <param name="Taxes">One per rate, highest first, computed on the basket's sum at that rate.</param>
internal sealed record Basket(IReadOnlyList<SaleLine> Lines, IReadOnlyList<TaxLine> Taxes, Money Total)
{
    /// <summary>Keeps the entry of a sale well below its bound.</summary>
    public const int LinesMax = 200;

    public const long QuantityMax = 9_999;

    /// <summary>Twelve digits, what field 4 of ISO 8583 can say.</summary>
    public const long TotalMinorMax = 999_999_999_999;

    /// <summary>Prices every item, or says everything that is wrong with them.</summary>
    /// <param name="find">The product of a SKU or barcode, or null.</param>
    /// <param name="discount">Taken off the whole, after what is taken off single lines.</param>
    public static BasketResult TryCreate(
        IReadOnlyList<BasketItem> items, Func<string, Product?> find, Currency currency,
        Discount discount = default)
    {
        var lines = new List<SaleLine>(items.Count);
        var faults = new List<string>();
        if (items.Count == 0)
            faults.Add("The basket is empty.");
        if (items.Count > LinesMax)
            faults.Add($"A sale has at most {LinesMax} lines; split it into two.");
        foreach (var item in items.Take(LinesMax))
        {
            var product = find(item.Code);
            if (FaultOf(item, product, currency) is { } fault)
                faults.Add(fault);
            else
                lines.Add(Line(product!, item));
        }
        var sum = Sum(lines, Money.Zero(currency));
        if (faults.Count == 0 && (!discount.IsValid || discount.Of(sum) > sum))
            faults.Add("The discount is more than the sale comes to.");
        if (faults.Count > 0)
            return new(null, faults);
        var basket = Add(discount.IsNone ? lines : Spread(lines, discount.Of(sum)), currency);
        return basket.Total.Minor <= TotalMinorMax
            ? new(basket, [])
            : new(null, [$"The sale comes to {basket.Total}, more than one sale can; split it."]);
    }

    /// <summary>The same with an amount taken off the whole; at most what it comes to.</summary>
    public Basket Less(Money off) =>
        off.IsZero ? this : Add(Spread([.. Lines], off), Total.Currency);

    private static string? FaultOf(BasketItem item, Product? product, Currency currency)
    {
        if (product is null)
            return $"No product has the SKU or barcode '{item.Code}'.";
        if (item.Quantity is < 1 or > QuantityMax)
            return $"The quantity of '{item.Code}' is {item.Quantity}; it must be 1 to {QuantityMax}.";
        if (product.Withdrawn)
            return $"'{product.Sku}' ({product.Name}) is withdrawn from sale.";
        if (product.Price.Minor is < 0 or > TotalMinorMax)
            return $"'{product.Sku}' has no usable price: {product.Price}.";
        if (product.Price.Currency != currency)
            return $"'{product.Sku}' is priced in {product.Price.Currency}; this terminal sells "
                + $"in {currency}.";
        var gross = product.Price * item.Quantity;
        return !item.Discount.IsValid || item.Discount.Of(gross) > gross
            ? $"The discount on '{product.Sku}' is more than its price, {gross}."
            : null;
    }

    private static SaleLine Line(Product product, BasketItem item)
    {
        var gross = product.Price * item.Quantity;
        var off = item.Discount.Of(gross);
        return new SaleLine(
            product.Sku, product.Name, item.Quantity, product.Price, off, product.TaxBasisPoints,
            gross - off)
        {
            Category = product.Category,
        };
    }

    /// <summary>
    /// A discount on the whole becomes part of each line's own, so that tax per rate follows from the lines
    /// and a refund of one line gives back what was paid for it.
    /// </summary>
    private static List<SaleLine> Spread(List<SaleLine> lines, Money off)
    {
        var shares = Discount.ShareOut(off, [.. lines.Select(line => line.Total)]);
        return [.. lines.Zip(shares, (line, share) => line with
        {
            Discount = line.Discount + share,
            Total = line.Total - share,
        })];
    }

    private static Basket Add(List<SaleLine> lines, Currency currency)
    {
        var zero = Money.Zero(currency);
        var taxes = lines
            .GroupBy(line => line.TaxBasisPoints)
            .OrderByDescending(rate => rate.Key)
            .Select(rate => TaxLine.Included(Sum(rate, zero), rate.Key));
        return new Basket(lines, [.. taxes], Sum(lines, zero));
    }

    private static Money Sum(IEnumerable<SaleLine> lines, Money zero) =>
        lines.Aggregate(zero, (sum, line) => sum + line.Total);
}

/// <summary>The basket, or everything that is wrong with the items, as sentences for the cashier.</summary>
internal readonly record struct BasketResult(Basket? Value, IReadOnlyList<string> Faults)
{
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    public bool IsValid => Value is not null;
}
