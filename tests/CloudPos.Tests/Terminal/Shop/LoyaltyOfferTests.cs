using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Tests.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Shop;

public class LoyaltyOfferTests
{
    private static readonly LoyaltyRule Rule = new(
        1, 100, 5, 40, [new LoyaltyTier("Silver", 500, 300), new LoyaltyTier("Gold", 1_000, 1_000)]);

    [Fact]
    public void A_tier_takes_its_share_then_points_pay_and_points_are_earned_for_what_is_paid()
    {
        var offer = LoyaltyOffer.Of(BasketOf(1_000, 2_000), Known(200, 1_000), Rule, 100, isOnline: true);

        // 30.00 less 10 % is 27.00; 100 points are 5.00.
        Assert.Equal(("Gold", 2_200, 22, 100), (
            offer.Tier, offer.Basket.Total.Minor, offer.Points!.Earned, offer.Points.Redeemed));
        Assert.Equal(800, offer.Basket.Lines.Sum(line => line.Discount.Minor));
        Assert.Equal(offer.Basket.Total.Minor, offer.Basket.Taxes.Sum(tax => tax.Gross.Minor));
    }

    [Theory]
    [InlineData("online, all that there are", 200, 0, true, 200)]
    [InlineData("offline, the limit", 200, 0, false, 40)]
    [InlineData("offline, what the limit leaves", 200, 35, false, 5)]
    [InlineData("offline, nothing of the limit is left", 200, 60, false, 0)]
    [InlineData("an overdrawn customer has none", -6, 0, true, 0)]
    [InlineData("no more than the purchase comes to", 5_000, 0, true, 600)]
    public void Points_can_be_redeemed_up_to(
        string _, long points, long unconfirmed, bool isOnline, long most)
    {
        var known = Known(points, 0) with { RedeemedUnconfirmed = unconfirmed };

        Assert.Equal(most, LoyaltyOffer.Of(BasketOf(3_000), known, Rule, 0, isOnline).RedeemMax);
        Assert.Null(LoyaltyOffer.Of(BasketOf(3_000), known, Rule, most, isOnline).Fault);
        Assert.NotNull(LoyaltyOffer.Of(BasketOf(3_000), known, Rule, most + 1, isOnline).Fault);
    }

    [Fact]
    public void Without_a_rule_nothing_is_earned_and_nothing_redeemed()
    {
        Assert.Null(LoyaltyOffer.Of(BasketOf(3_000), Known(50, 0), null, 0, isOnline: true).Points);
        Assert.NotNull(LoyaltyOffer.Of(BasketOf(3_000), Known(50, 0), null, 1, isOnline: true).Fault);
    }

    private static Customer Known(long points, long lifetime) => new(
        Id.New(), new CustomerData("Ida", null, null, null), points, lifetime, 0, []);

    private static Basket BasketOf(params IReadOnlyList<long> prices) => Basket.TryCreate(
        [.. prices.Select((_, index) => new BasketItem($"P{index}", 1))],
        sku => new Product(sku, "", sku, "", TestTill.Euro(prices[sku[1] - (char)48]), 1_900),
        TestTill.Eur).Value!;
}
