using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Receipts;
using CloudPos.Terminal.Reports;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Checkout;

/// <summary>A tip is charged with the sale, and counted apart from it.</summary>
public sealed class TipTests : IDisposable
{
    private readonly TestShop _shop = new();

    [Fact]
    public async Task Where_nobody_switched_tips_on_none_is_taken()
    {
        var result = await Sell("2.00", new TenderText(TenderKind.Cash, null));

        Assert.Equal(SaleStatus.BadInput, result.Status);
        Assert.Contains("not switched on", Assert.Single(result.Sentences));
    }

    [Fact]
    public async Task The_terminals_word_goes_before_the_stores_and_the_merchants()
    {
        Say(TipScope.Merchant, true, 5);
        Assert.Equal([5], _shop.Store.TipChoices);
        Say(TipScope.Store, true, 10, 15);
        Assert.Equal([10, 15], _shop.Store.TipChoices);
        Say(TipScope.Terminal, false);
        Assert.Null(_shop.Store.TipChoices);
        Assert.Equal(SaleStatus.BadInput, (await Sell("2.00", Card)).Status);

        // A scope that says nothing any more leaves it to the wider one.
        Say(TipScope.Terminal, null);
        Say(TipScope.Store, null);
        Assert.Equal([5], _shop.Store.TipChoices);
    }

    [Fact]
    public async Task A_card_pays_the_tip_with_the_sale_and_it_counts_as_risk_and_not_as_turnover()
    {
        Say(TipScope.Store, true, 10);
        _shop.GoDown();

        var result = await Sell("2.00", Card);

        var (sale, entry) = (result.Sale!, result.Entry!);
        Assert.Equal((TestShop.Euro(19_99), TestShop.Euro(2_00)), (sale.Total, sale.Tip));
        Assert.Equal(TestShop.Euro(21_99), sale.Tenders.Single().Amount);
        Assert.Equal(TestShop.Euro(21_99), _shop.Store.Exposure(TestShop.Eur).Amount);
        Assert.Equal(TestShop.Euro(19_99), sale.Taxes.Single().Gross);
        var receipt = SaleReceipt.Text(ReceiptHead.Of(_shop.Store), entry.Header, sale, isCopy: false);
        Assert.Matches("Tip +2.00", receipt);
        Assert.Matches("TO PAY EUR +21.99", receipt);
        Assert.True(Entry.TryRead(entry.Bytes, out var read, out _));
        Assert.Equal(TestShop.Euro(2_00), ((SaleCompleted)read!.Body).Tip);
        Assert.True(_shop.Store.Verify().IsSound);
    }

    [Fact]
    public async Task A_tip_may_be_what_lifts_a_payment_over_the_floor_limit()
    {
        Say(TipScope.Store, true, 10);
        _shop.GoDown();

        var refused = await Sell("15.00", Card, 2);

        Assert.Equal(DecisionReason.AtOrOverFloorLimit, refused.Decision!.Reason);
        Assert.Equal(SaleStatus.Completed, (await Sell("5.00", Card, 2)).Status);
    }

    [Fact]
    public async Task Cash_has_to_cover_the_tip_and_more_than_the_sale_is_no_tip()
    {
        Say(TipScope.Store, true, 10);

        var tooLittle = await Sell("2.00", new(TenderKind.Cash, "20.99"));
        Assert.Contains("1.00 EUR too little", tooLittle.Sentences[0]);
        Assert.Contains("at most", (await Sell("20.00", new(TenderKind.Cash, null))).Sentences[0]);
        var sold = await Sell("2.00", new(TenderKind.Cash, "30.00"));

        var cash = sold.Sale!.Tenders.Single();
        Assert.Equal((TestShop.Euro(21_99), TestShop.Euro(8_01)), (cash.Amount, cash.Given - cash.Amount));
    }

    [Fact]
    public async Task Each_card_of_a_sale_gives_its_own_tip()
    {
        Say(TipScope.Store, true, 10);
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");
        var sale = Id.New();
        var order = new SaleRequest(
            [new BasketItem("MUG", 1)], [new(TenderKind.Card, "10.00")],
            CardSource.FromTrack2(TestShop.VisaStripe), "Kim", null)
        {
            Sale = sale, IsPart = true, Tip = "1.00",
        };
        var part = (await _shop.Flow().Sell(order, CancellationToken.None)).Part!;

        var sold = await _shop.Flow().Sell(
            order with
            {
                Tenders = [Card], IsPart = false, Tip = "2.00", Paid = [part],
                Card = CardSource.FromTrack2(TestShop.MastercardStripe),
            },
            CancellationToken.None);

        Assert.Equal([11_00, 11_99], sold.Sale!.Tenders.Select(tender => tender.Amount.Minor));
        Assert.Equal(TestShop.Euro(3_00), sold.Sale.Tip);
        Assert.Equal([11_00, 11_99], _shop.Asked.Select(asked => asked.Amount.Minor));
    }

    [Fact]
    public async Task Reports_keep_tips_apart_and_a_refund_gives_back_what_is_asked_of_them()
    {
        Say(TipScope.Store, true, 10);
        var first = await Sell("2.00", new TenderText(TenderKind.Cash, null));
        var second = await Sell("1.00", new TenderText(TenderKind.Cash, null));
        _shop.Store.VoidSale(second.Sale!.Sale, "Kim", "wrong");

        var tooMuch = await GiveBack(first.Sale!, null, "2.01");
        var back = await GiveBack(first.Sale!, null, "0.50");
        var rest = await GiveBack(first.Sale!, "0", "1.50");

        Assert.Contains("Of the tip, 2.00 EUR is left", tooMuch.Fault);
        var refund = Assert.IsType<SaleRefunded>(back.Entry!.Body);
        Assert.Equal((19_99, 20_49), (refund.Total.Minor, refund.Tenders.Single().Amount.Minor));
        Assert.Equal(19_99, refund.Taxes.Sum(tax => tax.Gross.Minor));
        Assert.Equal(1_50, Assert.IsType<SaleRefunded>(rest.Entry!.Body).Tenders.Single().Amount.Minor);
        var text = DayReport.X(_shop.Store)!;
        Assert.Matches("Sales \\(2\\) EUR +39.98", text);
        Assert.Matches("NET +0.00", text);
        Assert.Matches("Tips, beside the sales +3.00", text);
        Assert.Matches("given back +-3.00", text);
        var report = SalesReport.Of(
            _shop.Store, TestShop.Eur, _shop.Store.BusinessDateAt(_shop.Store.Now).Date,
            _shop.Store.BusinessDateAt(_shop.Store.Now).Date);
        Assert.Equal(0, report.Net.Minor);
        Assert.Equal(
            [("Cash", 2_00), ("Refund", -2_00)], report.Tips.Select(line => (line.Key, line.Amount.Minor)));
    }

    private static TenderText Card => new(TenderKind.Card, null);

    private void Say(TipScope scope, bool? enabled, params int[] percentages) =>
        _shop.Apply(new FeedRow { Tips = new TipRule(scope, 1, enabled, percentages) });

    private Task<SaleResult> Sell(string tip, TenderText tender, long mugs = 1) => _shop.Flow().Sell(
        new SaleRequest(
            [new BasketItem("MUG", mugs)], [tender],
            tender.Kind == TenderKind.Card ? CardSource.FromTrack2(TestShop.VisaStripe) : null, "Kim", null)
        {
            Tip = tip,
        },
        CancellationToken.None);

    private Task<RefundResult> GiveBack(SaleCompleted sale, string? amount, string tip) =>
        new RefundFlow(_shop.Store, (request, _, _) => Task.FromResult(Reply<RefundAnswer>.Answered(
            new RefundAnswer(request.Refund.Refund, true, null, null)))).Refund(
            new RefundOrder(_shop.Store.FindSale(sale.Sale)!, [], amount, "Kim", null, "late") { Tip = tip },
            CancellationToken.None);

    public void Dispose() => _shop.Dispose();
}
