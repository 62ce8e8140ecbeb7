using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>What a customer gets off a basket, and what the purchase does to their points.</summary>
/// <param name="Basket">With the discounts taken off its lines.</param>
/// <param name="Points">Null where no rule is known: then nothing is earned.</param>
/// <param name="Tier">The name of their tier, or null.</param>
/// <param name="RedeemMax">The most points that this purchase could redeem.</param>
internal sealed record LoyaltyOffer(
    Basket Basket, SaleCustomer? Points, string? Tier, long RedeemMax, string? Fault = null)
{
    /// <param name="redeem">Points that the customer wants to pay with.</param>
    /// <param name="isOnline">Else the terminal does not know what others let redeem meanwhile, and a limit
    /// holds until it does.</param>
    public static LoyaltyOffer Of(
        Basket basket, Customer customer, LoyaltyRule? rule, long redeem, bool isOnline)
    {
        if (rule is null)
            return redeem == 0
                ? new(basket, null, null, 0)
                : new(basket, null, null, 0, "Points cannot be redeemed: no rule for them has arrived yet.");
        var tier = rule.Tiers.LastOrDefault(one => customer.Lifetime >= one.FromPoints);
        var share = tier?.DiscountBasisPoints ?? 0;
        var reduced = basket.Less(basket.Total.Share(share, Discount.BasisPointsMax));
        var most = RedeemMaxOf(reduced.Total, customer, rule, isOnline);
        if (redeem < 0 || redeem > most)
            return new(reduced, null, tier?.Name, most, isOnline
                ? $"{most} points can be redeemed here, not {redeem}."
                : $"While offline, {most} points can be redeemed here, not {redeem}.");
        var value = new Money(redeem * rule.PointValueMinor, basket.Total.Currency);
        var paid = reduced.Less(value);
        var earned = paid.Total.Minor / rule.EarnMinor;
        return new(
            paid, new SaleCustomer(customer.Id, earned, redeem, value, share), tier?.Name, most);
    }

    private static long RedeemMaxOf(Money total, Customer customer, LoyaltyRule rule, bool isOnline)
    {
        if (rule.PointValueMinor == 0)
            return 0;
        var most = Math.Min(customer.Points, total.Minor / rule.PointValueMinor);
        if (!isOnline)
            most = Math.Min(most, rule.OfflineRedeemMax - customer.RedeemedUnconfirmed);
        return Math.Max(0, most);
    }
}
