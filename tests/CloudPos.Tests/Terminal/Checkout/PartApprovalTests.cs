using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Checkout;

/// <summary>A card that has less than it is asked for, with a line to the issuer.</summary>
public sealed class PartApprovalTests : IDisposable
{
    private const string Mug = "MUG";
    private readonly TestShop _shop = new();
    private readonly Id _sale = Id.New();

    public PartApprovalTests() => _shop.Issuer = request => Part(request, 5_00);

    public void Dispose() => _shop.Dispose();

    [Fact]
    public async Task What_the_card_had_is_kept_and_cash_pays_the_rest()
    {
        var part = await Sell(Card(), []);
        Assert.Equal(SaleStatus.PartPaid, part.Status);
        Assert.Equal(
            (TestShop.Euro(5_00), TestShop.Euro(14_99)), (part.Part!.Amount, part.Left!.Value));
        Assert.Equal(
            "The card paid 5.00 EUR, all that it has. 14.99 EUR are left to pay.",
            Assert.Single(part.Sentences));

        var sold = await Sell([new(TenderKind.Cash, null)], [part.Part]);

        Assert.Equal(SaleStatus.Completed, sold.Status);
        Assert.Equal([5_00, 14_99], sold.Sale!.Tenders.Select(tender => tender.Amount.Minor));
        Assert.Equal(19_99, _shop.Asked.Single().Amount.Minor);
        Assert.True(_shop.Asked.Single().TakesPart);
        Assert.Empty(_shop.Store.OpenAttempts);
        Assert.True(_shop.Store.Verify().IsSound);
    }

    [Fact]
    public async Task Another_card_pays_the_rest()
    {
        var part = await Sell(Card(), []);
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");

        var sold = await Sell(Card(), [part.Part!], TestShop.MastercardStripe);

        Assert.Equal(SaleStatus.Completed, sold.Status);
        Assert.Equal([19_99, 14_99], _shop.Asked.Select(asked => asked.Amount.Minor));
        Assert.Equal([5_00, 14_99], sold.Sale!.Tenders.Select(tender => tender.Amount.Minor));
    }

    [Fact]
    public async Task A_customer_without_another_tender_has_the_part_back()
    {
        var part = await Sell(Card(), []);

        var outcome = Assert.Single(_shop.Flow().GiveUp([part.Part!], "the customer left"));

        var given = Assert.IsType<PaymentAbandoned>(outcome.Entry!.Body);
        Assert.Equal(part.Payment, given.Payment);
        Assert.Equal(PaymentState.Reversing, _shop.Store.FindPayment(given.Payment)!.State);
        Assert.Empty(_shop.Store.Sales());
    }

    [Fact]
    public async Task A_part_of_a_part_leaves_what_the_basket_says()
    {
        var part = await Sell([new(TenderKind.Card, "8.00")], [], isPart: true);

        Assert.Equal(
            (SaleStatus.PartPaid, 5_00L, 14_99L),
            (part.Status, part.Part!.Amount.Minor, part.Left!.Value.Minor));
    }

    [Theory]
    [InlineData("more than was asked for", 20_00, "EUR")]
    [InlineData("all that was asked for", 19_99, "EUR")]
    [InlineData("another currency", 5_00, "USD")]
    [InlineData("nothing", 0, "EUR")]
    public async Task A_part_that_is_none_is_neither_yes_nor_no(string what, long minor, string currency)
    {
        _shop.Issuer = request => Part(request, minor, currency);

        var result = await Sell(Card(), []);

        // The policy of this shop accepts it offline, under the same id; the outcome comes later.
        Assert.Equal((what, SaleStatus.Completed), (what, result.Status));
        Assert.Equal(Approval.Deferred, result.Sale!.Tenders.Single().Payment!.Approval);
    }

    [Fact]
    public async Task A_sale_takes_no_more_from_a_card_than_its_attempt()
    {
        var part = await Sell(Card(), []);
        var more = part.Part! with { Amount = TestShop.Euro(20_00), Given = TestShop.Euro(20_00) };

        var sold = await Sell([new(TenderKind.Cash, null)], [more], sku: "LAMP");

        Assert.NotEqual(SaleStatus.Completed, sold.Status);
    }

    private static IReadOnlyList<TenderText> Card() => [new(TenderKind.Card, null)];

    private Task<SaleResult> Sell(
        IReadOnlyList<TenderText> tenders, IReadOnlyList<Tender> paid, string stripe = TestShop.VisaStripe,
        bool isPart = false, string sku = Mug) => _shop.Flow().Sell(
        new SaleRequest(
            [new BasketItem(sku, 1)], tenders,
            tenders.Any(tender => tender.Kind == TenderKind.Card) ? CardSource.FromTrack2(stripe) : null,
            "Kim", null)
        {
            Sale = _sale, Paid = paid, IsPart = isPart,
        },
        CancellationToken.None);

    private static Reply<AuthoriseAnswer> Part(
        AuthoriseRequest request, long minor, string currency = "EUR")
    {
        var answer = TestShop.Answer(request, AuthoriseResult.PartApproved, "10", "A1B2C3");
        return answer with
        {
            Value = answer.Value! with { Approved = new Money(minor, Currency.Parse(currency)) },
        };
    }
}
