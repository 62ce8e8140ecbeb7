using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Printing;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Journals;

/// <summary>Real terminals of one merchant give back what another one sold, over real HTTP.</summary>
public sealed class ForeignRefundTests : IAsyncLifetime
{
    private ShopWorld _world = null!;
    private ShopTill _seller = null!;
    private ShopTill _second = null!;
    private ShopTill _third = null!;

    public async ValueTask InitializeAsync()
    {
        _world = await ShopWorld.Start();
        _seller = await _world.Open("T0000001");
        _second = await _world.Open("T0000002");
        _third = await _world.Open("T0000003", "hamburg-1");
    }

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task A_piece_sold_at_one_till_comes_back_at_another_and_is_stock_there()
    {
        var sale = await Sold(3);
        var before = await _world.Office.Expect(_world.Office.Get("/api/backoffice/stock/hamburg-1"));

        var (found, fault) = await _third.Context.Foreign().Find(sale.ReceiptNumber, default);
        Assert.Null(fault);
        var result = await Refund(_third, found!, new BasketItem("TEA", 2));
        await _world.Meet(_third);

        var refund = Assert.IsType<SaleRefunded>(result.Entry?.Body);
        Assert.Equal(
            ("T0000001", Sales.Eur(400), true), (refund.Terminal, refund.Total, refund.Online));
        Assert.Equal("[]", await _world.SetAside());
        Assert.Contains(
            "2 x Tea", EntryPaper.Of(_third.Store, result.Entry!)!.ToString(), StringComparison.Ordinal);
        Assert.Equal(Tea(before) + 2, Tea(await _world.Office.Expect(
            _world.Office.Get("/api/backoffice/stock/hamburg-1"))));
        var (again, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        Assert.Equal(2, Assert.Single(again!.Earlier).Lines[0].Quantity);
    }

    [Fact]
    public async Task Two_tills_at_once_never_give_back_more_than_was_sold()
    {
        var sale = await Sold(1);
        var (found, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);

        var results = await Task.WhenAll(
            Refund(_second, found!, new BasketItem("TEA", 1)),
            Refund(_third, found!, new BasketItem("TEA", 1)));
        await _world.Meet(_second, _third);

        Assert.Single(results, result => result.Entry is not null);
        Assert.Single(results, result => result.IsRefused);
        var (left, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        var nothing = await Refund(_second, left!);
        Assert.Contains("has been given back", nothing.Fault, StringComparison.Ordinal);
        Assert.Equal("[]", await _world.SetAside());
    }

    [Fact]
    public async Task Without_a_line_the_cashier_is_told_where_it_can_be_given_back()
    {
        var sale = await Sold(1);
        var (found, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        await _world.Office.Stop();

        var (nobody, fault) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        var last = _second.Store.LastNumber;
        var refused = await Refund(_second, found!);

        Assert.Null(nobody);
        Assert.Contains("Give it back at that till", fault, StringComparison.Ordinal);
        Assert.True(refused.IsRefused);
        Assert.Contains("T0000001", refused.Fault, StringComparison.Ordinal);
        Assert.Equal(last, _second.Store.LastNumber);
        await _world.Office.Restart();
    }

    [Fact]
    public async Task A_lost_answer_is_asked_for_again_and_what_was_given_here_counts_before_it_arrives()
    {
        var sale = await Sold(2);
        var (found, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        var lost = new RefundFlow(_second.Store, async (request, timeout, cancel) =>
        {
            await Ask(request);
            return Reply<RefundAnswer>.NoAnswer("The answer was lost.");
        });
        var nothing = await lost.Refund(
            RefundOrder.Of(null, found, [new("TEA", 1)], null, "bo", null, "returned"), default);

        var (again, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        var given = await new RefundFlow(
            _second.Store, async (request, timeout, cancel) => await Ask(request)).Refund(
            RefundOrder.Of(null, again, [new("TEA", 1)], null, "bo", null, "returned"), default);
        var (left, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);

        Assert.True(nothing.IsRefused);
        Assert.True(given.Entry is not null, given.Fault);
        Assert.Equal(1, Assert.Single(left!.Earlier).Lines[0].Quantity);

        async Task<Reply<RefundAnswer>> Ask(RefundRequest request)
        {
            using var client = new BackOfficeClient(
                _world.Office.Http.BaseAddress!, _world.Office.Time, _second.Context.Line);
            return await client.Refund(
                new Caller("T0000002", _second.Store.DeviceKey!), request, TimeSpan.FromSeconds(30), default);
        }
    }

    [Theory]
    [InlineData("T0000001-1-000099", "has not arrived")]
    [InlineData("T0000009-1-000001", "No till of this merchant")]
    [InlineData("T0000001-7-000001", "has not arrived")]
    public async Task A_receipt_that_is_not_there_is_said(string number, string words)
    {
        await Sold(1);
        var (found, fault) = await _second.Context.Foreign().Find(number, default);
        Assert.Null(found);
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_receipt_of_a_long_journal_is_found()
    {
        var sales = Enumerable.Range(0, 40).Select(_ => _seller.Sell("TEA")).ToList();
        await _world.Meet(_seller);
        foreach (var sale in sales)
        {
            var (found, fault) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
            Assert.True(found is not null, fault);
            Assert.Equal(sale.Sale, found.Sale.Sale);
        }
    }

    [Fact]
    public async Task A_sale_with_an_invoice_is_given_back_at_the_till_that_issued_it()
    {
        var sale = await Sold(2);
        ShopTill.Ok(_seller.Store.IssueInvoice(
            sale.Sale, new InvoiceParty("Kunde GmbH", ["Weg 1"]), "anna"));
        await _world.Meet(_seller);
        var invoice = Assert.Single(_seller.Store.Invoices()).InvoiceNumber;

        var (found, fault) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        var refused = await Refund(_second, found!, new BasketItem("TEA", 1));
        await _world.Meet(_second);

        Assert.Null(fault);
        Assert.True(refused.IsRefused);
        Assert.Contains($"has invoice {invoice}", refused.Fault, StringComparison.Ordinal);
        Assert.Contains("give it back at till T0000001", refused.Fault, StringComparison.Ordinal);
        var (left, _) = await _third.Context.Foreign().Find(sale.ReceiptNumber, default);
        Assert.Empty(left!.Earlier);
    }

    [Fact]
    public async Task An_invoice_issued_after_the_look_up_keeps_the_refund_at_its_till_until_it_is_cancelled()
    {
        var sale = await Sold(2);
        var (found, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        ShopTill.Ok(_seller.Store.IssueInvoice(
            sale.Sale, new InvoiceParty("Kunde GmbH", ["Weg 1"]), "anna"));
        await _world.Meet(_seller);
        var invoice = Assert.Single(_seller.Store.Invoices()).InvoiceNumber;

        var refused = await Refund(_second, found!, new BasketItem("TEA", 1));

        Assert.True(refused.IsRefused);
        Assert.Contains($"has invoice {invoice}", refused.Fault, StringComparison.Ordinal);
        Assert.Contains("give it back at till T0000001", refused.Fault, StringComparison.Ordinal);
        ShopTill.Ok(_seller.Store.CancelInvoice(invoice, "anna"));
        await _world.Meet(_seller);
        var (again, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        var given = await Refund(_second, again!, new BasketItem("TEA", 1));
        Assert.True(given.Entry is not null, given.Fault);
        await _world.Meet(_second);
        Assert.Equal("[]", await _world.SetAside());
    }

    [Fact]
    public async Task No_invoice_is_made_of_a_sale_of_which_another_till_gave_back_a_part()
    {
        var sale = await Sold(2);
        var row = _seller.Store.FindSale(sale.ReceiptNumber)!;
        Assert.Null(await _seller.Context.Foreign().NoInvoice(row, default));
        var (found, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        Assert.NotNull((await Refund(_second, found!, new BasketItem("TEA", 1))).Entry);
        await _world.Meet(_second);

        var refused = await _seller.Context.Foreign().NoInvoice(row, default);

        Assert.StartsWith(
            $"Of receipt {sale.ReceiptNumber}, 2.00 EUR was given back at another till", refused,
            StringComparison.Ordinal);
        await _world.Office.Stop();
        Assert.Null(await _seller.Context.Foreign().NoInvoice(row, default));
        await _world.Office.Restart();
    }

    [Fact]
    public async Task What_the_till_itself_gave_back_keeps_no_invoice_from_being_made()
    {
        var sale = await Sold(2);
        var row = _seller.Store.FindSale(sale.ReceiptNumber)!;
        var result = await _seller.Context.Refunds().Refund(
            new RefundOrder(row, [new BasketItem("TEA", 1)], null, "anna", null, "changed mind"),
            default);
        Assert.True(result.Entry is not null, result.Fault);
        await _world.Meet(_seller);

        Assert.Null(await _seller.Context.Foreign().NoInvoice(row, default));
    }

    [Fact]
    public async Task A_voided_sale_says_so()
    {
        var sale = await Sold(1);
        ShopTill.Ok(_seller.Store.VoidSale(sale.Sale, "anna", "mistake"));
        await _world.Meet(_seller);

        var (found, _) = await _second.Context.Foreign().Find(sale.ReceiptNumber, default);
        var refused = await Refund(_second, found!);

        Assert.Contains("was voided", refused.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("T0000001-1-000042", true)]
    [InlineData(" t0000001-1-42 ", true)]
    [InlineData("T0000002-1-000042", false)]
    [InlineData("42", false)]
    [InlineData("T0000001-1-000042-1", false)]
    [InlineData("T0000001-0-000042", false)]
    [InlineData("../../x-1-1", false)]
    public void What_is_typed_is_another_tills_receipt_or_none(string text, bool isForeign) =>
        Assert.Equal(isForeign, _second.Context.Foreign().IsForeign(text, out _));

    private async Task<SaleCompleted> Sold(long quantity)
    {
        var sale = _seller.Sell("TEA", quantity);
        await _world.Meet(_seller);
        return sale;
    }

    private static Task<RefundResult> Refund(
        ShopTill till, ForeignSale sale, params IReadOnlyList<BasketItem> items) =>
        till.Context.Refunds().Refund(
            RefundOrder.Of(null, sale, items, null, "bo", null, "returned"), default);

    private static long Tea(System.Text.Json.JsonElement stock) => stock.EnumerateArray()
        .Where(row => row.GetProperty("sku").GetString() == "TEA")
        .Sum(row => row.GetProperty("quantity").GetInt64());
}
