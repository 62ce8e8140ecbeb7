using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Journal;

public class RetentionTests
{
    private const int DaysKept = 30;

    [Fact]
    public void Old_acknowledged_entries_go_and_the_chain_goes_on_from_where_they_ended()
    {
        using var till = OldTill(sales: 300);

        var steps = PruneAll(till);

        Assert.Equal(3, steps);
        Assert.Equal(till.Store.LastNumber - 100, till.Store.PrunedThrough);
        Assert.Equal(till.Store.PrunedThrough + 1, till.Store.Entries()[0].Number);
        var report = till.Store.Verify();
        Assert.True(report.IsSound, string.Join(" ", report.Findings));
        Assert.Equal(till.Store.PrunedThrough, report.Pruned);
        Assert.Empty(till.Reopen().Damage);
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void Receipt_numbers_and_the_chain_go_on_behind_what_was_deleted()
    {
        using var till = OldTill(sales: 250);
        PruneAll(till);
        var deleted = till.Store.PrunedThrough;

        var sold = till.SellCash();

        Assert.Equal(251, till.Store.FindSale(((SaleCompleted)sold.Entry!.Body).Sale)!.Receipt);
        Assert.Equal(deleted, till.Reopen().PrunedThrough);
        Assert.Equal(251, till.Store.Sales(1)[0].Receipt);
        Assert.True(till.Acknowledge(till.Store.LastNumber).IsApplied);
    }

    [Theory]
    [InlineData("a payment without an outcome")]
    [InlineData("an open attempt")]
    [InlineData("a receipt that is not out")]
    [InlineData("a void that is not acknowledged")]
    public void What_is_not_finished_stays_and_so_does_all_behind_it(string what)
    {
        using var till = new TestTill();
        SetPolicy(till);
        Sell(till, 5);
        var kept = till.Store.LastNumber + 1;
        var sale = TestTill.CashSale();
        if (what == "a payment without an outcome")
            till.Store.MarkPrinted(till.SellDeferred().Sale);
        else if (what == "an open attempt")
            till.Store.RecordAttempt(till.Attempt(500, online: true));
        else
            till.Store.CompleteSale(sale);
        if (what == "a void that is not acknowledged")
            till.Store.MarkPrinted(sale.Sale);
        Sell(till, 150);
        Age(till);
        Assert.True(till.Acknowledge(till.Store.LastNumber).IsApplied);
        if (what == "a void that is not acknowledged")
            till.Store.VoidSale(sale.Sale, "anna", "brought back");

        PruneAll(till);

        Assert.Equal(kept - 1, till.Store.PrunedThrough);
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void A_deferred_payment_goes_once_its_outcome_is_known()
    {
        using var till = new TestTill();
        SetPolicy(till);
        var (payment, sale, _) = till.SellDeferred();
        till.Store.MarkPrinted(sale);
        Sell(till, 150);
        Age(till);
        Assert.True(till.Acknowledge(till.Store.LastNumber).IsApplied);
        PruneAll(till);
        Assert.Equal(2, till.Store.PrunedThrough);

        till.Feed("c9", TestTill.Outcome(payment, PaymentState.Approved));
        PruneAll(till);

        Assert.True(till.Store.PrunedThrough > 4);
        Assert.Null(till.Store.FindPayment(payment));
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void Nothing_goes_that_is_young_or_not_acknowledged_whatever_the_wall_clock_says()
    {
        using var till = new TestTill();
        SetPolicy(till);
        Sell(till, 150);
        Assert.True(till.Acknowledge(till.Store.LastNumber).IsApplied);
        till.Clock.SetWall(TestTill.Start.AddYears(5));
        Assert.Equal(0, PruneAll(till));

        Sell(till, 150);
        till.Clock.SetWall(TestTill.Start);
        Age(till);
        Assert.True(till.Acknowledge(100).IsApplied);
        PruneAll(till);

        Assert.Equal(100, till.Store.PrunedThrough);
    }

    [Fact]
    public void Stock_counts_what_the_back_office_has_not_counted_although_its_entry_is_gone()
    {
        using var till = OldTill(sales: 150);
        till.Feed("c2", new FeedRow(Stock: new StockLevel(
            "store-1", "apple", 1_000, new Dictionary<string, long> { ["TERM0001.1"] = 12 })));
        var before = till.Store.Stock("apple");

        PruneAll(till);

        Assert.True(till.Store.PrunedThrough > 20);
        Assert.Equal(before, till.Store.Stock("apple"));
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void A_back_office_restored_to_before_what_was_deleted_is_told_of_the_gap_by_name()
    {
        using var till = OldTill(sales: 250);
        var restored = till.SignAcknowledgement(10, till.Clock.GetUtcNow().AddMinutes(1));
        PruneAll(till);
        var deleted = till.Store.PrunedThrough;

        var outcome = till.Store.ApplyAcknowledgement(restored);

        Assert.Equal(AcknowledgementStatus.AppliedBehind, outcome.Status);
        Assert.Equal(TerminalStanding.Active, till.Store.Acknowledged.Standing);
        var gap = till.Store.ReadUnacknowledged().Gap;
        Assert.Equal((11, deleted), (gap!.First, gap.Last));
        Assert.True(till.Store.Verify().IsSound);

        till.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.True(till.Store.ApplyAcknowledgement(till.BackOffice.Acknowledge(
            TestTill.Journal, deleted, gap.Hash, till.Clock.GetUtcNow())).IsApplied);
        Assert.Equal(deleted + 1, till.Store.ReadUnacknowledged().Segment!.First);
    }

    [Fact]
    public void Entries_of_an_earlier_epoch_go_whole_on_the_strength_of_its_last_acknowledgement()
    {
        using var till = OldTill(sales: 120);
        Assert.Equal(WriteStatus.Stored, till.Enrol(epoch: 2).Status);
        SetPolicy(till);
        Age(till);
        Assert.True(till.Acknowledge(till.Store.LastNumber).IsApplied);

        PruneAll(till);

        Assert.DoesNotContain(till.Store.Sales(), sale => sale.Epoch == 1);
        Assert.True(till.Store.Verify().IsSound);
        Assert.Empty(till.Reopen().Damage);
        till.SellCash();
        Assert.Equal("TERM0001-2-000001", till.Store.Sales(1)[0].ReceiptNumber);
    }

    [Fact]
    public void A_refund_goes_with_the_sale_that_it_gives_back_and_leaves_nothing_that_cannot_be_read()
    {
        using var till = new TestTill();
        SetPolicy(till);
        var (_, sale, _) = till.SellDeferred();
        till.Store.MarkPrinted(sale);
        var refund = TestTill.Refund(till.Store, sale);
        Assert.True(till.Store.RefundSale(refund).IsStored);
        till.Store.MarkPrinted(refund.Refund);
        till.Feed("c2", TestTill.Outcome(
            Assert.Single(till.Store.Payments()).Payment, PaymentState.Approved));
        Sell(till, 150);
        Age(till);
        Assert.True(till.Acknowledge(till.Store.LastNumber).IsApplied);
        Assert.Single(till.Store.RefundsOf(sale));

        PruneAll(till);

        Assert.Null(till.Store.FindSale(sale));
        Assert.Empty(till.Store.RefundsOf(sale));
        Assert.Empty(till.Reopen().RefundPayments());
        Assert.True(till.Store.Verify().IsSound);
    }

    private static TestTill OldTill(int sales)
    {
        var till = new TestTill();
        SetPolicy(till);
        Sell(till, sales);
        Age(till);
        Assert.True(till.Acknowledge(till.Store.LastNumber).IsApplied);
        return till;
    }

    private static void SetPolicy(TestTill till) => Assert.True(till.Feed(
        "c1", new FeedRow(Policy: TestTill.Policy(2) with { JournalDays = DaysKept })).IsStored);

    private static void Sell(TestTill till, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var sale = TestTill.CashSale();
            Assert.True(till.Store.CompleteSale(sale).IsStored);
            till.Store.MarkPrinted(sale.Sale);
        }
    }

    private static void Age(TestTill till) => till.Clock.Advance(TimeSpan.FromDays(DaysKept + 1));

    private static int PruneAll(TestTill till)
    {
        var steps = 0;
        while (till.Store.Prune().Status == WriteStatus.Stored)
            steps++;
        return steps;
    }
}
