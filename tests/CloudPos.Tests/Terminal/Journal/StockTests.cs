using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Journal;

public class StockTests
{
    [Fact]
    public void Stock_is_the_level_of_the_feed_and_the_own_movements_it_lacks()
    {
        using var till = new TestTill();
        till.Store.ReceiveStock([new StockChange("apple", 10)], "delivery");   // entry 2
        till.SellCash();                                                       // entry 3
        till.SellCash();                                                       // entry 4
        Assert.Equal(8, till.Store.Stock("apple"));

        // The back office has applied entries 2 and 3; another till has sold 4.
        till.Feed("1", Level(5, ("TERM0001.1", 3), ("TERM0002.1", 77)));
        Assert.Equal(4, till.Store.Stock("apple"));

        till.Feed("2", Level(4, ("TERM0001.1", 4)));
        Assert.Equal(4, till.Reopen().Stock("apple"));
        Assert.Equal([new StockRow("apple", 4)], till.Store.Stock());
    }

    [Fact]
    public void The_same_level_again_changes_nothing()
    {
        using var till = new TestTill();
        till.SellCash();
        till.Feed("1", Level(9, ("TERM0001.1", 2)));

        till.Feed("1", Level(9, ("TERM0001.1", 2)));

        Assert.Equal(9, till.Store.Stock("apple"));
    }

    [Fact]
    public void A_level_that_contains_nothing_of_this_journal_gets_all_its_movements()
    {
        using var till = new TestTill();
        till.SellCash();

        till.Feed("1", Level(9));

        Assert.Equal(8, till.Store.Stock("apple"));
    }

    /// <summary>Those of an earlier enrolment as those of this one.</summary>
    [Fact]
    public void Movements_of_every_epoch_count_until_the_level_contains_them()
    {
        using var till = new TestTill();
        till.SellCash();                                                       // entry 2
        till.SellCash();                                                       // entry 3
        till.Acknowledge(till.Store.LastNumber);
        Assert.True(till.Enrol(epoch: 2).IsStored);
        till.SellCash();                                                       // epoch 2, entry 2
        Assert.Equal(-3, till.Store.Stock("apple"));

        till.Feed("1", Level(10, ("TERM0001.1", 2)));
        Assert.Equal(8, till.Store.Stock("apple"));
        till.Feed("2", Level(8, ("TERM0001.1", 2), ("TERM0001.2", 2)));
        Assert.Equal(7, till.Store.Stock("apple"));
        till.Feed("3", Level(7, ("TERM0001.1", 3), ("TERM0001.2", 2)));
        Assert.Equal([new StockRow("apple", 7)], till.Store.Stock());
    }

    [Fact]
    public void A_void_returns_the_goods_and_a_line_twice_counts_twice()
    {
        using var till = new TestTill();
        var sale = TestTill.CashSale(500);
        var twice = sale with
        {
            Lines = [sale.Lines[0], sale.Lines[0]], Total = TestTill.Euro(1_000),
            Tenders = [new Tender(TenderKind.Cash, TestTill.Euro(1_000), TestTill.Euro(1_000))],
        };
        till.Store.CompleteSale(twice);
        Assert.Equal(-2, till.Store.Stock("apple"));

        till.Store.VoidSale(twice.Sale, "anna", "mistake");

        Assert.Equal(0, till.Store.Stock("apple"));
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void A_count_moves_by_the_difference_and_later_levels_still_fit()
    {
        using var till = new TestTill();
        till.Feed("1", Level(10));
        till.SellCash();                                                            // entry 2
        var count = till.Store.CountStock([new StockChange("apple", 7)]).Entry!;    // entry 3
        Assert.Equal([new StockCount("apple", 7, 9)], ((StockCounted)count.Body).Lines);
        till.SellCash();                                                            // entry 4
        Assert.Equal(6, till.Store.Stock("apple"));

        till.Feed("2", Level(7, ("TERM0001.1", 3)));

        Assert.Equal(6, till.Store.Stock("apple"));
    }

    [Fact]
    public void Levels_of_other_stores_do_not_touch_the_own_stock()
    {
        using var till = new TestTill();
        var other = new StockLevel("store-2", "apple", 100, new Dictionary<string, long>());
        till.Feed("1", Level(5), new FeedRow(Stock: other));

        Assert.Equal(5, till.Store.Stock("apple"));
        Assert.Equal([("store-1", 5), ("store-2", 100)], till.Store.StockElsewhere("apple"));
    }

    [Fact]
    public void Movements_of_an_earlier_epoch_still_count_until_a_level_contains_them()
    {
        using var till = new TestTill();
        till.SellCash();
        till.Acknowledge(2);
        Assert.True(till.Enrol(epoch: 2).IsStored);
        till.SellCash();
        till.Feed("1", Level(10));
        Assert.Equal(8, till.Store.Stock("apple"));

        till.Feed("2", Level(9, ("TERM0001.1", 2)));

        Assert.Equal(8, till.Store.Stock("apple"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("apple,apple")]
    public void A_count_names_each_product_once(string skus)
    {
        using var till = new TestTill();
        var lines = skus.Split(',', StringSplitOptions.RemoveEmptyEntries)
            .Select(sku => new StockChange(sku, 1)).ToList();

        Assert.Equal(WriteStatus.Malformed, till.Store.CountStock(lines).Status);
    }

    private static FeedRow Level(long quantity, params (string Journal, long Number)[] applied) => new(
        Stock: new StockLevel("store-1", "apple", quantity,
            applied.ToDictionary(a => a.Journal, a => a.Number)));
}
