using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Checkout;

public class SeveralCardsTests
{
    private readonly Id _sale = Id.New();

    [Fact]
    public async Task Two_cards_pay_for_one_sale()
    {
        using var shop = Online();

        var first = await Pay(shop, TestShop.VisaStripe, "20.00", []);
        var second = await Pay(shop, TestShop.MastercardStripe, null, [first.Part!]);

        Assert.Equal((SaleStatus.PartPaid, SaleStatus.Completed), (first.Status, second.Status));
        Assert.Equal(
            [TestShop.Euro(20_00), TestShop.Euro(40_00)], second.Sale!.Tenders.Select(tender =>
                tender.Amount));
        Assert.Equal(2, second.Sale.Tenders.Select(tender => tender.Payment!.Payment).Distinct().Count());
        Assert.Empty(shop.Store.OpenAttempts);
    }

    [Fact]
    public async Task When_the_second_card_is_declined_cash_pays_the_rest_and_the_first_stands()
    {
        using var shop = Online();
        var first = await Pay(shop, TestShop.VisaStripe, "20.00", []);
        shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Declined, "51");
        var declined = await Pay(shop, TestShop.MastercardStripe, null, [first.Part!]);
        Assert.Equal(SaleStatus.Declined, declined.Status);
        Assert.Single(shop.Store.OpenAttempts);

        var sold = await Pay(shop, null, "40.00", [first.Part!]);

        Assert.Equal(SaleStatus.Completed, sold.Status);
        Assert.Equal(
            [TenderKind.Card, TenderKind.Cash], sold.Sale!.Tenders.Select(tender => tender.Kind));
        Assert.Empty(shop.Store.OpenAttempts);
    }

    [Fact]
    public async Task Giving_the_sale_up_undoes_what_its_cards_have_paid()
    {
        using var shop = Online();
        var first = await Pay(shop, TestShop.VisaStripe, "20.00", []);

        var outcome = Assert.Single(shop.Flow().GiveUp([first.Part!], "the customer left"));

        Assert.True(outcome.IsStored);
        Assert.IsType<PaymentAbandoned>(outcome.Entry!.Body);
        Assert.Empty(shop.Store.OpenAttempts);
        Assert.Equal(
            PaymentState.Reversing, shop.Store.FindPayment(first.Part!.Payment!.Payment)!.State);
    }

    [Fact]
    public async Task After_a_crash_between_two_cards_the_first_is_an_open_attempt()
    {
        using var shop = Online();
        var first = await Pay(shop, TestShop.VisaStripe, "20.00", []);

        var reopened = shop.Till.Reopen();

        var open = Assert.Single(reopened.OpenAttempts);
        Assert.Equal((first.Part!.Payment!.Payment, _sale), (open.Payment, open.Sale));
    }

    [Fact]
    public async Task Only_one_card_of_a_sale_is_accepted_offline()
    {
        using var shop = Online();
        shop.GoDown();
        var first = await Pay(shop, TestShop.VisaStripe, "20.00", []);
        Assert.Equal((SaleStatus.PartPaid, Approval.Deferred), (first.Status, first.Part!.Payment!.Approval));

        var second = await Pay(shop, TestShop.MastercardStripe, null, [first.Part!]);
        var sold = await Pay(shop, null, "40.00", [first.Part!]);

        Assert.Equal(SaleStatus.Refused, second.Status);
        Assert.Equal(SaleStatus.Completed, sold.Status);
        Assert.Equal(TestShop.Euro(20_00), shop.Store.Exposure(TestShop.Eur).Amount);
    }

    [Fact]
    public async Task A_second_card_that_is_not_answered_behind_one_accepted_offline_is_undone()
    {
        using var shop = Online();
        shop.GoDown();
        var first = await Pay(shop, TestShop.VisaStripe, "20.00", []);
        shop.Line.Answered();
        shop.Line.AcquirerAnswered();
        shop.Issuer = _ => Reply<AuthoriseAnswer>.NoAnswer("Lost.");

        var second = await Pay(shop, TestShop.MastercardStripe, null, [first.Part!]);

        Assert.Equal(SaleStatus.Refused, second.Status);
        Assert.StartsWith("Another card of this sale", second.Sentences[0]);
        Assert.Equal(
            PaymentState.Reversing,
            shop.Store.FindPayment(Assert.Single(shop.Asked).Payment)!.State);
        Assert.Equal(
            first.Part!.Payment!.Payment, Assert.Single(shop.Store.OpenAttempts).Payment);
    }

    [Theory]
    [InlineData("60.00")]
    [InlineData("0.00")]
    public async Task A_part_is_less_than_what_is_left(string amount)
    {
        using var shop = Online();

        Assert.Equal(SaleStatus.BadInput, (await Pay(shop, TestShop.VisaStripe, amount, [], true)).Status);
        Assert.Empty(shop.Store.OpenAttempts);
    }

    private static TestShop Online()
    {
        var shop = new TestShop();
        shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "123456");
        shop.Line.Answered();
        shop.Line.AcquirerAnswered();
        return shop;
    }

    /// <summary>A lamp (60.00): by a card, for a part when an amount is named, or in cash.</summary>
    private Task<SaleResult> Pay(
        TestShop shop, string? stripe, string? amount, IReadOnlyList<Tender> paid, bool? isPart = null) =>
        shop.Flow().Sell(
            new SaleRequest(
                [new BasketItem("LAMP", 1)],
                [new TenderText(stripe is null ? TenderKind.Cash : TenderKind.Card, amount)],
                stripe is null ? null : CardSource.FromTrack2(stripe), "Kim", null)
            {
                Sale = _sale, Paid = paid, IsPart = isPart ?? (stripe is not null && amount is not null),
            },
            CancellationToken.None);
}
