using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Journal;

public class TerminalStoreTests
{
    [Fact]
    public void A_day_at_the_till_is_still_there_after_reopening()
    {
        using var till = new TestTill();
        Assert.True(till.Feed(
            "c1",
            new FeedRow(Product: new Product("apple", "4001", "Apple", "Fruit", TestTill.Euro(500), 700)),
            new FeedRow(Policy: TestTill.Policy())).IsStored);
        Assert.True(till.SellCash().IsStored);
        var (payment, sale, sold) = till.SellDeferred(700);
        Assert.True(sold.IsStored);
        var open = till.Attempt(900, online: true);
        Assert.True(till.Store.RecordAttempt(open).IsStored);
        Assert.True(till.Store.ReceiveStock([new StockChange("apple", 10)], "delivery 1").IsStored);
        Assert.True(till.Store.CountStock([new StockChange("apple", 7)]).IsStored);
        Assert.True(till.Store.TakeDayReport().IsStored);

        var store = till.Reopen();

        Assert.Empty(store.Damage);
        Assert.Equal(9, store.LastNumber);
        Assert.Equal("TERM0001-1-000002", ((SaleCompleted)sold.Entry!.Body).ReceiptNumber);
        Assert.Equal(sold.Entry.Hash, store.FindEntry(sold.Entry.Header.Number)!.Entry!.Hash);
        Assert.Equal(open.Body.Payment, Assert.Single(store.OpenAttempts).Payment);
        Assert.Equal(new Exposure(TestTill.Euro(700), 1), store.Exposure(TestTill.Eur));
        Assert.Equal(7, store.Stock("apple"));
        Assert.Equal("Apple", store.FindProduct("4001")!.Name);
        Assert.Equal(1, store.Policy.Version);
        Assert.Equal("c1", store.Cursor);
        Assert.Equal(PaymentState.Pending, store.FindPayment(payment)!.State);
        Assert.True(store.VoidSale(sale, "anna", "wrong size").IsStored);
        Assert.Equal(0, store.Exposure(TestTill.Eur).Count);
    }
}
