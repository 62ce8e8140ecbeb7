using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Tests.Terminal.Journal;

public class SaleTests
{
    [Fact]
    public void Receipt_numbers_are_consecutive_over_voids_restarts_and_failures()
    {
        using var till = new TestTill();
        var numbers = new List<string> { Receipt(till.SellCash()), Receipt(till.SellDeferred().Outcome) };
        var sale = TestTill.CashSale();
        numbers.Add(Receipt(till.Store.CompleteSale(sale)));
        till.Store.VoidSale(sale.Sale, "anna", "mistake");
        Assert.False(till.Store.CompleteSale(TestTill.CashSale() with { Total = TestTill.Euro(1) }).IsStored);
        till.Reopen();
        numbers.Add(Receipt(till.SellCash()));
        numbers.Add(Receipt(till.SellCash()));

        Assert.Equal(Enumerable.Range(1, 5).Select(number => $"TERM0001-1-{number:D6}"), numbers);
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void The_same_sale_again_answers_with_the_first_receipt()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(700, online: false);
        var sale = TestTill.CardSale(attempt, Approval.Deferred);
        var first = till.Store.CompleteSale(sale, attempt);
        till.Reopen();

        var again = till.Store.CompleteSale(sale, attempt);

        Assert.Equal(WriteStatus.AlreadyStored, again.Status);
        Assert.Equal(first.Entry!.Hash, again.Entry!.Hash);
        Assert.Equal(1, till.Store.Exposure(TestTill.Eur).Count);
        Assert.Single(till.Store.Sales());
    }

    [Fact]
    public void The_same_sale_id_with_another_total_differs()
    {
        using var till = new TestTill();
        var sale = TestTill.CashSale(500);
        till.Store.CompleteSale(sale);

        var other = till.Store.CompleteSale(TestTill.CashSale(600) with { Sale = sale.Sale });

        Assert.Equal(WriteStatus.Differs, other.Status);
    }

    [Fact]
    public void Attempt_and_sale_of_an_offline_payment_are_there_together_or_not_at_all()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(700, online: false);
        var sale = TestTill.CardSale(attempt, Approval.Deferred);

        var wrong = till.Store.CompleteSale(sale with { Total = TestTill.Euro(701) }, attempt);

        Assert.Equal(WriteStatus.Malformed, wrong.Status);
        Assert.Equal(1, till.Store.LastNumber);
        Assert.Empty(till.Store.OpenAttempts);
        Assert.Empty(till.Store.Payments());
        Assert.Equal(3, till.Store.CompleteSale(sale, attempt).Entry!.Header.Number);
    }

    [Theory]
    [InlineData("no lines")]
    [InlineData("lines do not add up")]
    [InlineData("tenders do not add up")]
    [InlineData("another currency")]
    public void A_sale_whose_figures_do_not_fit_is_refused(string how)
    {
        using var till = new TestTill();
        var sale = TestTill.CashSale(500);
        var dollars = new Tender(TenderKind.Cash, new Money(500, Currency.Parse("USD")), TestTill.Euro(500));
        sale = how switch
        {
            "no lines" => sale with { Lines = [] },
            "lines do not add up" => sale with { Lines = [.. sale.Lines, sale.Lines[0]] },
            "tenders do not add up" => sale with { Tenders = [] },
            _ => sale with { Tenders = [dollars] },
        };

        Assert.Equal(WriteStatus.Malformed, till.Store.CompleteSale(sale).Status);
    }

    [Fact]
    public void One_card_payment_does_not_pay_two_tenders()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(500, online: true);
        till.Store.RecordAttempt(attempt);
        var sale = TestTill.CardSale(attempt, Approval.Online);
        var (line, tax, tender) = (sale.Lines[0], sale.Taxes[0], sale.Tenders[0]);
        var twice = sale with
        {
            Lines = [line, line], Taxes = [tax, tax], Total = sale.Total + sale.Total,
            Tenders = [tender, tender],
        };

        Assert.Equal(WriteStatus.Malformed, till.Store.CompleteSale(twice).Status);
    }

    [Fact]
    public void A_card_tender_needs_the_attempt_of_the_same_amount_and_sale()
    {
        using var till = new TestTill();
        var attempt = till.Attempt(700, online: true);
        var other = till.Attempt(800, online: true);
        Assert.Equal(
            WriteStatus.AttemptNotOpen,
            till.Store.CompleteSale(TestTill.CardSale(attempt, Approval.Online)).Status);
        till.Store.RecordAttempt(attempt);

        var moreThanAttempted = TestTill.CardSale(
            attempt with { Body = attempt.Body with { Amount = other.Body.Amount } }, Approval.Online);
        var anotherSale = TestTill.CardSale(attempt, Approval.Online) with { Sale = Id.New() };

        Assert.Equal(WriteStatus.Differs, till.Store.CompleteSale(moreThanAttempted).Status);
        Assert.Equal(WriteStatus.Differs, till.Store.CompleteSale(anotherSale).Status);
    }

    [Fact]
    public void A_sale_is_voided_once()
    {
        using var till = new TestTill();
        var sale = TestTill.CashSale();
        till.Store.CompleteSale(sale);

        var first = till.Store.VoidSale(sale.Sale, "anna", "mistake");
        var second = till.Store.VoidSale(sale.Sale, "anna", "again");

        Assert.Equal(TestTill.Euro(500), ((SaleVoided)first.Entry!.Body).Total);
        Assert.Equal(WriteStatus.AlreadyVoided, second.Status);
        Assert.Equal(WriteStatus.SaleUnknown, till.Store.VoidSale(Id.New(), "anna", "unknown").Status);
        Assert.Equal(3, till.Reopen().FindSale("TERM0001-1-000001")!.VoidedBy);
    }

    [Fact]
    public void A_receipt_that_may_not_have_printed_is_offered_after_a_restart_with_the_same_number()
    {
        using var till = new TestTill();
        var printed = TestTill.CashSale();
        var lost = TestTill.CashSale();
        till.Store.CompleteSale(printed);
        till.Store.MarkPrinted(printed.Sale);
        till.Store.CompleteSale(lost);

        var offered = Assert.Single(till.Reopen().SalesNotPrinted);

        Assert.Equal((lost.Sale, "TERM0001-1-000002"), (offered.Sale, offered.ReceiptNumber));
        Assert.Equal(lost.Total, ((SaleCompleted)till.Store.SaleEntry(offered)!.Body).Total);
        till.Store.MarkPrinted(lost.Sale);
        Assert.Empty(till.Store.SalesNotPrinted);
        Assert.Equal(WriteStatus.SaleUnknown, till.Store.MarkPrinted(Id.New()).Status);
    }

    [Fact]
    public void A_sale_belongs_to_the_trading_day_that_it_lies_in()
    {
        using var till = new TestTill();
        var yesterday = DateOnly.FromDateTime(TestTill.Start.Date).AddDays(-1);
        // A bar: the trading day of the day before ends at noon.
        till.Feed("1", new FeedRow(Day: new TradingDay(
            yesterday, TestTill.Start.AddHours(-10), TestTill.Start.AddHours(3), 60)));

        var header = till.SellCash().Entry!.Header;

        Assert.Equal(yesterday, header.BusinessDate);
        Assert.Equal(TimeSpan.FromHours(1), header.At.Offset);
        Assert.Equal(TestTill.Start, header.At.ToUniversalTime());
        Assert.Single(till.Store.Sales(yesterday));
    }

    [Theory]
    [InlineData(60, "2026-03-02")]
    [InlineData(-600, "2026-03-01")]
    [InlineData(840, "2026-03-02")]
    public void Without_a_trading_day_the_calendar_of_the_last_known_offset_counts(int offset, string date)
    {
        using var till = new TestTill();
        till.Feed("1", new FeedRow(Day: new TradingDay(
            new DateOnly(2026, 2, 20), TestTill.Start.AddDays(-10), TestTill.Start.AddDays(-9), offset)));

        Assert.Equal(DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture),
            till.SellCash().Entry!.Header.BusinessDate);
    }

    [Fact]
    public void A_Z_report_covers_what_lies_behind_the_one_before()
    {
        using var till = new TestTill();
        till.SellCash(500);
        var late = TestTill.CashSale(300);
        till.Store.CompleteSale(late);
        var first = (DayReported)till.Store.TakeDayReport().Entry!.Body;
        till.SellCash(1_000);
        till.Store.VoidSale(late.Sale, "anna", "brought back");
        till.Reopen();
        var second = (DayReported)till.Store.TakeDayReport().Entry!.Body;
        var third = (DayReported)till.Store.TakeDayReport().Entry!.Body;

        Assert.Equal((1, 1L, 2, 0), (first.Report, first.FromNumber, first.Sales, first.Voids));
        Assert.Equal([TestTill.Euro(800)], first.Totals);
        Assert.Equal((2, 5L, 1, 1), (second.Report, second.FromNumber, second.Sales, second.Voids));
        Assert.Equal([TestTill.Euro(700)], second.Totals);
        Assert.Equal((3, 0, 0), (third.Report, third.Sales, third.Voids));
        Assert.Empty(third.Totals);
    }

    private static string Receipt(WriteOutcome outcome) => ((SaleCompleted)outcome.Entry!.Body).ReceiptNumber;
}
