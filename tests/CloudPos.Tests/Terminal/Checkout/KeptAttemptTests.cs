using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Reader;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Checkout;

/// <summary>After a crash between the question and the answer: the cashier keeps the payment.</summary>
public sealed class KeptAttemptTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public async Task With_a_line_the_same_question_is_asked_again_and_its_answer_sells_the_basket()
    {
        var (desk, payment) = await Crashed();
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");

        var kept = await desk.Keep(payment, Order(desk), mayStandIn: false);

        Assert.Equal(SaleStatus.Completed, kept.Status);
        Assert.Equal(_shop.Asked[0], _shop.Asked[1]);
        var tender = Assert.Single(kept.Sale!.Tenders);
        Assert.Equal((payment, Approval.Online), (tender.Payment!.Payment, tender.Payment.Approval));
        Assert.Empty(_shop.Store.OpenAttempts);
        Assert.True(desk.Open.IsEmpty);
        Assert.True(_shop.Store.Verify().IsSound);
    }

    [Fact]
    public async Task A_decline_that_is_learnt_so_ends_the_attempt_and_sells_nothing()
    {
        var (desk, payment) = await Crashed();
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Declined, "51");

        var kept = await desk.Keep(payment, Order(desk), mayStandIn: true);

        Assert.Equal((SaleStatus.Declined, "51"), (kept.Status, kept.ResponseCode));
        Assert.Empty(_shop.Store.OpenAttempts);
        Assert.Empty(_shop.Store.Sales());
        Assert.Single(desk.Open.Lines);
    }

    [Fact]
    public async Task Without_a_line_it_takes_somebody_who_bears_the_risk_and_is_deferred_under_its_id()
    {
        var (desk, payment) = await Crashed();
        _shop.GoDown();

        var alone = await desk.Keep(payment, Order(desk), mayStandIn: false);
        Assert.Equal(SaleStatus.Unknown, alone.Status);
        Assert.Single(_shop.Store.OpenAttempts);
        var kept = await desk.Keep(payment, Order(desk), mayStandIn: true);

        var tender = Assert.Single(kept.Sale!.Tenders);
        Assert.Equal((payment, Approval.Deferred), (tender.Payment!.Payment, tender.Payment.Approval));
        Assert.Equal(19_99, _shop.Store.Exposure(TestShop.Eur).Amount.Minor);
        Assert.Single(_shop.Asked);
    }

    [Fact]
    public async Task What_the_policy_refuses_stays_open_to_be_given_up()
    {
        var (desk, payment) = await Crashed();
        _shop.GoDown();
        _shop.SetPolicy(TestShop.Policy with { Enabled = false });

        var kept = await desk.Keep(payment, Order(desk), mayStandIn: true);

        Assert.Equal(
            (SaleStatus.Refused, DecisionReason.OfflineSwitchedOff), (kept.Status, kept.Decision!.Reason));
        Assert.Single(_shop.Store.OpenAttempts);
        Assert.Empty(_shop.Store.Sales());
    }

    [Fact]
    public async Task Two_taps_are_one_sale()
    {
        var (desk, payment) = await Crashed();
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");

        var order = Order(desk);
        var results = await Task.WhenAll(
            desk.Keep(payment, order, mayStandIn: true), desk.Keep(payment, order, mayStandIn: true));

        Assert.Contains(results, result => result.Status == SaleStatus.Completed);
        Assert.Single(_shop.Store.Sales());
    }

    [Fact]
    public async Task A_part_that_a_crash_left_is_kept_and_cash_pays_the_rest()
    {
        var (desk, payment) = await Crashed(part: "5.00");
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");

        var kept = await desk.Keep(payment, Order(desk), mayStandIn: false);
        Assert.Equal(SaleStatus.PartPaid, kept.Status);
        var sold = await desk.Pay(
            Order(desk) with { Turn = desk.Turn, Tenders = [new TenderText(TenderKind.Cash, null)] });

        Assert.Equal([5_00, 14_99], sold.Sale!.Tenders.Select(tender => tender.Amount.Minor));
    }

    [Fact]
    public async Task A_part_that_was_kept_is_not_kept_again_and_counted_twice()
    {
        var (desk, payment) = await Crashed(part: "5.00");
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");
        await desk.Keep(payment, Order(desk), mayStandIn: false);

        var again = await desk.Keep(payment, Order(desk), mayStandIn: false);

        Assert.NotEqual(SaleStatus.PartPaid, again.Status);
        Assert.Equal(5_00, Assert.Single(desk.Paid).Amount.Minor);
    }

    [Fact]
    public async Task A_tip_that_was_asked_for_with_it_stays_a_tip()
    {
        _shop.Apply(new FeedRow { Tips = new TipRule(TipScope.Merchant, 1, true, [5]) });
        var (desk, payment) = await Crashed(tip: "2.00");
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");

        var kept = await desk.Keep(payment, Order(desk), mayStandIn: false);

        var tender = Assert.Single(kept.Sale!.Tenders);
        Assert.Equal((21_99, 2_00), (tender.Amount.Minor, tender.Tip!.Value.Minor));
    }

    [Fact]
    public async Task A_basket_that_comes_to_less_now_cannot_be_sold_with_it()
    {
        var (desk, payment) = await Crashed();
        desk.Discard();
        desk.Add("TEA", 1);
        var other = await desk.Keep(payment, Order(desk), mayStandIn: true);

        var rung = await _shop.Flow().Keep(
            payment, new SaleRequest([new BasketItem("TEA", 1)], [], null, "Kim", null), true, default);

        Assert.Contains("not here any more", other.Sentences[0]);
        Assert.Contains("give the attempt up", rung.Sentences[0]);
        Assert.Single(_shop.Store.OpenAttempts);
    }

    public void Dispose() => _shop.Dispose();

    /// <summary>A mug at 19.99, and the program ends while the issuer is asked.</summary>
    private async Task<(SaleDesk Desk, Id Payment)> Crashed(string? part = null, string? tip = null)
    {
        _shop.Issuer = _ => throw new InvalidOperationException("The program ends here.");
        var before = NewDesk();
        before.Add("MUG", 1);
        var order = Order(before) with
        {
            Tenders = [new TenderText(TenderKind.Card, part)],
            Card = CardSource.FromTrack2(TestShop.VisaStripe), IsPart = part is not null, Tip = tip,
        };
        await Assert.ThrowsAsync<InvalidOperationException>(() => before.Pay(order));
        _shop.Till.Reopen();
        return (NewDesk(), Assert.Single(_shop.Store.OpenAttempts).Payment);
    }

    private SaleDesk NewDesk() => new(_shop.Store, _shop.Flow);

    private static PayOrder Order(SaleDesk desk) =>
        new(desk.Open.Sale, desk.Turn, [], null, "Kim", null, null);
}
