using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Uplink;
using CloudPos.Tests.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Checkout;

public class RefundFlowTests
{
    private readonly List<SaleRefunded> _asked = [];

    [Fact]
    public async Task Goods_come_back_to_stock_and_money_to_the_card_that_paid()
    {
        using var shop = new TestShop();
        var sale = await Sell(shop);
        var stock = shop.Store.Stock("MUG");

        var result = await Refund(shop, sale, Yes, new BasketItem("MUG", 1));

        var refund = Assert.IsType<SaleRefunded>(result.Entry!.Body);
        Assert.Equal(_asked.Single().Refund, refund.Refund);
        Assert.Equal(TestShop.Euro(19_99), refund.Total);
        var tender = Assert.Single(refund.Tenders);
        Assert.Equal(sale.Tenders[0].Payment!.Payment, tender.Payment);
        Assert.NotEqual(tender.Payment, tender.Refund);
        Assert.Equal(stock + 1, shop.Store.Stock("MUG"));
        Assert.Contains("has been given back", (await Refund(shop, sale, Yes, "1.00")).Fault);
    }

    [Theory]
    [InlineData(PaymentState.Approved, 0)]
    [InlineData(PaymentState.Declined, 1)]
    public async Task What_the_cards_bank_said_to_a_refund_is_known_at_the_terminal(
        PaymentState state, int refused)
    {
        using var shop = new TestShop();
        var sale = await Sell(shop);
        var result = await Refund(shop, sale, Yes, "5.00");
        var asked = Assert.Single(((SaleRefunded)result.Entry!.Body).Tenders);
        Assert.Equal(PaymentState.Pending, Assert.Single(shop.Store.RefundPaymentsOf(sale.Sale)).State);

        shop.Apply(TestTill.Outcome(asked.Refund!.Value, state, "57"));

        var known = Assert.Single(shop.Store.RefundPayments());
        Assert.Equal(
            (asked.Refund, TestShop.Euro(5_00), state, "57"),
            (known.Refund, known.Amount, known.State, known.ResponseCode));
        Assert.Equal(refused, shop.Store.RefundsRefusedSince(DateTimeOffset.MinValue));
        Assert.Equal(PaymentState.Approved, shop.Store.FindPayment(asked.Payment!.Value)!.State);
        Assert.True(shop.Store.Verify().IsSound);
    }

    [Fact]
    public async Task What_the_bank_said_to_a_refund_of_another_tills_sale_is_known_here_too()
    {
        using var shop = new TestShop();
        var sale = (await Sell(shop)) with
        {
            Sale = Id.New(), ReceiptNumber = "T0000009-1-000007",
        };
        var paid = sale.Tenders[0].Payment!.Payment;
        var refund = Id.New();
        var stored = shop.Store.RefundSale(new SaleRefunded(
            Id.New(), sale.Sale, "T0000009", sale.ReceiptNumber, "Bo", null, "returned", [],
            [TaxLine.Included(TestShop.Euro(5_00), 1900)], TestShop.Euro(5_00),
            [new RefundTender(TenderKind.Card, TestShop.Euro(5_00), paid, refund)], Online: true)
        {
            SoldElsewhere = sale,
        });
        Assert.True(stored.IsStored, stored.Sentence);
        var waiting = Assert.Single(shop.Store.RefundPayments());

        shop.Apply(TestTill.Outcome(refund, PaymentState.Declined, "57"));

        var known = Assert.Single(shop.Store.RefundPayments());
        Assert.Equal((PaymentState.Pending, PaymentState.Declined), (waiting.State, known.State));
        Assert.Equal("T0000009-1-000007", shop.Store.ReceiptOfRefund(known));
        Assert.Equal(1, shop.Store.RefundsRefusedSince(DateTimeOffset.MinValue));
        Assert.True(shop.Store.Verify().IsSound);
    }

    [Fact]
    public async Task Nothing_is_journalled_when_the_back_office_refuses()
    {
        using var shop = new TestShop();
        var sale = await Sell(shop);
        var head = shop.Store.Entries(1).Count();

        var result = await Refund(
            shop, sale, request => Reply<RefundAnswer>.Answered(
                new RefundAnswer(request.Refund.Refund, false, "Not refunded: it has no outcome yet.", null)),
            "5.00");

        Assert.True(result.IsRefused);
        Assert.Equal("Not refunded: it has no outcome yet.", result.Fault);
        Assert.Equal(head, shop.Store.Entries(1).Count());
    }

    [Fact]
    public async Task Without_a_line_nothing_is_given_back_unless_the_merchant_says_how_much()
    {
        using var shop = new TestShop();
        var sale = await Sell(shop);
        Assert.Contains("nothing is given back unasked", (await Refund(shop, sale, Down, "5.00")).Fault);

        shop.SetPolicy(TestShop.Policy with { OfflineRefundsUpTo = [TestShop.Euro(8_00)] });
        var first = await Refund(shop, sale, Down, "5.00");
        var second = await Refund(shop, sale, Down, "5.00");

        Assert.False(Assert.IsType<SaleRefunded>(first.Entry!.Body).Online);
        Assert.Contains("at most", second.Fault);
    }

    [Fact]
    public async Task A_deferred_payment_without_its_outcome_is_not_given_back_unasked()
    {
        using var shop = new TestShop();
        shop.SetPolicy(TestShop.Policy with { OfflineRefundsUpTo = [TestShop.Euro(8_00)] });
        shop.GoDown();
        var sold = await shop.SellByCard();
        Assert.Equal(SaleStatus.Completed, sold.Status);

        Assert.Contains("not known here", (await Refund(shop, sold.Sale!, Down, "5.00")).Fault);
    }

    [Fact]
    public async Task A_refund_without_an_answer_is_asked_again_under_its_own_ids_after_the_power_failed()
    {
        using var shop = new TestShop();
        var sale = await Sell(shop);
        await Assert.ThrowsAsync<IOException>(() => Refund(
            shop, sale, request => throw new IOException($"{Yes(request).Kind}, and the power failed"),
            new BasketItem("MUG", 1)));
        shop.Till.Reopen();

        var open = Assert.Single(shop.Store.OpenRefunds);
        var lost = await new RefundFlow(shop.Store, Ask(_ => Reply<RefundAnswer>.NoAnswer("Lost.")))
            .Again(sale.Sale, default);
        var given = await new RefundFlow(shop.Store, Ask(Yes)).Again(sale.Sale, default);

        Assert.True(lost.IsRefused);
        Assert.Equal("damaged", open.Refund.Reason);
        var refund = Assert.IsType<SaleRefunded>(given.Entry!.Body);
        Assert.Equal([refund.Refund, refund.Refund], _asked.Select(asked => asked.Refund));
        Assert.Equal(
            _asked[0].Tenders.Select(tender => tender.Refund),
            refund.Tenders.Select(tender => tender.Refund));
        Assert.Empty(shop.Store.OpenRefunds);
        Assert.Contains("waits for an answer", (await new RefundFlow(shop.Store, Ask(Yes))
            .Again(sale.Sale, default)).Fault);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Only_a_refund_that_may_have_arrived_is_kept(bool wasSent, int kept)
    {
        using var shop = new TestShop();
        var sale = await Sell(shop);

        var result = await Refund(
            shop, sale,
            _ => wasSent ? Reply<RefundAnswer>.NoAnswer("Lost.") : Reply<RefundAnswer>.NotSent("No line."),
            "5.00");

        Assert.True(result.IsRefused);
        Assert.Equal(kept, shop.Store.OpenRefunds.Count);
        var other = await Refund(shop, sale, Yes, "6.00");
        Assert.IsType<SaleRefunded>(other.Entry!.Body);
        Assert.Empty(shop.Store.OpenRefunds);
    }

    [Fact]
    public async Task A_sale_of_which_a_part_was_given_back_is_not_voided_as_a_whole()
    {
        using var shop = new TestShop();
        var sale = await Sell(shop);
        await Refund(shop, sale, Yes, "5.00");

        var outcome = shop.Store.VoidSale(sale.Sale, "Kim", "wrong size");

        Assert.False(outcome.IsStored);
        Assert.Contains("refund the rest", outcome.Sentence);
    }

    private static async Task<SaleCompleted> Sell(TestShop shop)
    {
        shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "123456");
        shop.Line.Answered();
        shop.Line.AcquirerAnswered();
        var sold = await shop.SellByCard();
        Assert.Equal(SaleStatus.Completed, sold.Status);
        return sold.Sale!;
    }

    private Reply<RefundAnswer> Yes(RefundRequest request)
    {
        _asked.Add(request.Refund);
        return Reply<RefundAnswer>.Answered(new RefundAnswer(request.Refund.Refund, true, null, null));
    }

    private static AskRefund Ask(Func<RefundRequest, Reply<RefundAnswer>> answer) =>
        (request, _, _) => Task.FromResult(answer(request));

    private static Reply<RefundAnswer> Down(RefundRequest request) =>
        Reply<RefundAnswer>.NotSent("No connection.");

    private static Task<RefundResult> Refund(
        TestShop shop, SaleCompleted sale, Func<RefundRequest, Reply<RefundAnswer>> answer, string amount) =>
        Refund(shop, sale, answer, amount, []);

    private static Task<RefundResult> Refund(
        TestShop shop, SaleCompleted sale, Func<RefundRequest, Reply<RefundAnswer>> answer,
            BasketItem item) =>
        Refund(shop, sale, answer, null, [item]);

    private static Task<RefundResult> Refund(
        TestShop shop, SaleCompleted sale, Func<RefundRequest, Reply<RefundAnswer>> answer, string? amount,
        IReadOnlyList<BasketItem> items) => new RefundFlow(
        shop.Store, Ask(answer)).Refund(
        new RefundOrder(shop.Store.FindSale(sale.Sale)!, items, amount, "Kim", null, "damaged"),
        CancellationToken.None);
}
