using System.Text.Json.Serialization;

namespace CloudPos.Terminal.Checkout;

/// <summary>
/// A reduction as it was given: a share of the price, or an amount. One of the two; both zero is none.
/// </summary>
/// <param name="BasisPoints">1250 is 12.5 %.</param>
/// <param name="Minor">In minor units of the sale's currency.</param>
internal readonly record struct Discount(int BasisPoints, long Minor)
{
    public const int BasisPointsMax = 10_000;

    [JsonIgnore]
    public bool IsNone => BasisPoints == 0 && Minor == 0;

    [JsonIgnore]
    public bool IsValid => BasisPoints is >= 0 and <= BasisPointsMax && Minor >= 0
        && (BasisPoints == 0 || Minor == 0);

    /// <summary>What is taken off, rounded half away from zero; may be more than the price.</summary>
    public Money Of(Money price) =>
        BasisPoints > 0 ? price.Share(BasisPoints, BasisPointsMax) : new Money(Minor, price.Currency);

    /// <summary>
    /// Shares an amount out over parts in proportion to them, to the last minor unit: the rests go to the
    /// parts that lost most by rounding down, the earlier ones first.
    /// </summary>
    public static IReadOnlyList<Money> ShareOut(Money amount, IReadOnlyList<Money> parts)
    {
        var total = parts.Aggregate(Money.Zero(amount.Currency), (sum, part) => sum + part);
        if (total.IsZero)
            return [.. parts.Select(_ => Money.Zero(amount.Currency))];
        var shares = new long[parts.Count];
        var rests = new (Int128 Cut, int Index)[parts.Count];
        var left = amount.Minor;
        for (var i = 0; i < parts.Count; i++)
        {
            var (whole, rest) = Int128.DivRem((Int128)amount.Minor * parts[i].Minor, total.Minor);
            shares[i] = (long)whole;
            rests[i] = (rest, i);
            left -= shares[i];
        }
        foreach (var (_, index) in rests.OrderByDescending(r => r.Cut).ThenBy(r => r.Index).Take((int)left))
            shares[index]++;
        return [.. shares.Select(minor => new Money(minor, amount.Currency))];
    }
}
