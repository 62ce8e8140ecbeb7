using System.Text;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Local.Acquirer;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>Both sides of a settlement date, line by line, with each way in which they can differ.</summary>
public sealed class CompareListingTests : IAsyncLifetime
{
    private static readonly Cycle TheCycle = MoneyWorld.Cycle(MoneyWorld.Date);
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await MoneyWorld.Create();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Each_difference_is_named_with_its_payment_and_its_kind()
    {
        var sold = new List<PaymentRow>();
        for (var i = 1; i <= 4; i++)
            sold.Add(await _world.CardSale("T1000001", 1_000 * i, PaymentState.Approved));
        var book = Book(sold);
        book.Remove(Line(sold[0]));
        Change(book, sold[1], line => line with { AmountMinor = 2_100 });
        Change(book, sold[2], line => line with { Date = line.Date.AddDays(1) });
        book.Add(Line(sold[3]) with
        {
            Key = new TransactionKey(MoneyWorld.Merchant, "T1000002", "1", "632400009999"), AmountMinor = 777,
        });

        var compared = await Compare(book);

        Assert.Equal(
            [
                (DifferenceKind.OursOnly, (Id?)sold[0].Payment, (long?)1_000, (long?)null),
                (DifferenceKind.Amount, sold[1].Payment, 2_000, 2_100),
                (DifferenceKind.Date, sold[2].Payment, 3_000, null),
                (DifferenceKind.TheirsOnly, null, null, 777),
            ],
            compared.Differences.OrderBy(one => one.OursMinor ?? long.MaxValue)
                .Select(one => (one.Kind, one.Payment, one.OursMinor, one.TheirsMinor)));
    }

    [Fact]
    public async Task Differences_that_cancel_out_in_the_totals_are_in_the_report()
    {
        var sold = new[]
        {
            await _world.CardSale("T1000001", 1_000, PaymentState.Approved),
            await _world.CardSale("T1000001", 2_000, PaymentState.Approved),
        };
        var book = Book(sold);
        Change(book, sold[0], line => line with { AmountMinor = 1_300 });
        Change(book, sold[1], line => line with { AmountMinor = 1_700 });
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        var row = (await _world.Get<ClearingBatches>().FindCycle(TheCycle, default))!;
        Assert.Null(await _world.Tables.TryCommit(
            "batch", $"{MoneyWorld.Merchant}.EUR",
            [
                (row with
                {
                    Balance = Balance.InBalance, Through = 1, AnsweredAt = _world.Time.GetUtcNow(),
                    Theirs = row.Ours,
                }).Write(),
            ]));
        _world.Time.Advance(TimeSpan.FromMinutes(5));

        await Compare(book);
        var html = await Report();
        Assert.All(
            [
                "The totals agree, but the acquirer&#39;s listing differs in 2 payments.",
                "In the totals ours less theirs is 0.00: these payments are all of it.", "-3.00",
            ],
            words => Assert.Contains(words, html, StringComparison.Ordinal));

        await Compare(Book(sold));
        Assert.DoesNotContain("listing", await Report(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_books_differ_in_nothing_reversals_included()
    {
        var sold = await _world.CardSale("T1000001", 1_000, PaymentState.Approved);
        var undone = await _world.CardSale("T2000001", 400, PaymentState.Reversed);
        var book = Book([sold, undone]);
        book.Add(Line(undone) with { IsReversal = true });

        Assert.Empty((await Compare(book)).Differences);
    }

    [Fact]
    public async Task What_is_listed_more_than_twice_counts_each_time_it_is_too_much()
    {
        var sold = await _world.CardSale("T1000001", 1_000, PaymentState.Approved);
        var loose = Line(sold) with
        {
            Key = new TransactionKey(MoneyWorld.Merchant, "T1000001", "000009", "632400000099"),
        };
        var book = Book([sold]);
        book.Add(loose);
        // Each line of the file three times, below its heading.
        var compared = await Compare(book, text =>
            text + string.Concat(Enumerable.Repeat(
                text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..], 2)));

        Assert.Equal(
            [
                (DifferenceKind.Twice, 2_000L), (DifferenceKind.TheirsOnly, 1_000L),
                (DifferenceKind.Twice, 2_000L),
            ],
            compared.Differences.OrderBy(one => one.RetrievalReference == "632400000099")
                .Select(one => (one.Kind, one.TheirsMinor!.Value)));
        Assert.Contains("-50.00</td>", await Report(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refunds_are_compared_as_refunds()
    {
        var sold = await _world.CardSale("T1000001", 1_000, PaymentState.Approved);
        var same = await _world.CardRefund(sold, 300, PaymentState.Approved);
        var undone = await _world.CardRefund(sold, 60, PaymentState.Reversed);
        var lost = await _world.CardRefund(sold, 200, PaymentState.Approved);
        var book = Book([sold, same, undone]);
        book.Add(Line(undone) with { IsReversal = true });
        Assert.Equal(
            (DifferenceKind.OursOnly, ListedKind.Refund, lost.Payment, (long?)200),
            Named(Assert.Single((await Compare(book)).Differences)));

        Change(book, same, line => line with { IsCredit = false });
        book.Add(Line(lost));

        Assert.Equal(
            [(ListedKind.Purchase, DifferenceKind.TheirsOnly), (ListedKind.Refund, DifferenceKind.OursOnly)],
            (await Compare(book)).Differences.Select(one => (one.Of, one.Kind)).OrderBy(one => one.Of));

        static (DifferenceKind, ListedKind, Id?, long?) Named(PaymentDifference one) =>
            (one.Kind, one.Of, one.Payment, one.OursMinor);
    }

    [Fact]
    public void A_line_that_cannot_be_read_is_named_and_the_others_count()
    {
        var (lines, faults) = Listing.Read(Encoding.UTF8.GetBytes(
            "kind,terminal,rrn,authCode,amount,currency,settlementDate\r\n"
            + "Purchase,T1000001,632400000001,A1,10.00,EUR,2026-11-20\r\n"
            + "Purchase,T1000001,632400000002,A1,10.001,EUR,2026-11-20\r\n"
            + "Gift,T1000001,632400000003,A1,10.00,EUR,2026-11-20\r\n"));

        Assert.Equal(1_000, Assert.Single(lines).Amount.Minor);
        Assert.Equal([3, 4], faults.Select(fault => fault.Line));
        Assert.Equal("'10.001' is no amount of EUR.", faults[0].What);
    }

    private async Task<ListingComparison> Compare(SettledBook book, Func<string, string>? change = null)
    {
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        var text = book.Listing(MoneyWorld.Merchant, MoneyWorld.Date, "978", "EUR", 2);
        var (lines, faults) = Listing.Read(Encoding.UTF8.GetBytes(change?.Invoke(text) ?? text));
        Assert.Empty(faults);
        var row = (await _world.Get<ClearingBatches>().FindCycle(TheCycle, default))!;
        return await _world.Get<CompareListing>().Compare(row, lines, faults, "Fay", default);
    }

    private async Task<string> Report() => ReportHtml.Of(new ReportVersion(
        1, MoneyWorld.Noon, [], FiguresOf.Facts(Assert.Single(
            await _world.Get<ReportReader>().Read(MoneyWorld.Merchant, MoneyWorld.Date, default)))));

    private static SettledBook Book(IEnumerable<PaymentRow> payments)
    {
        var book = new SettledBook();
        foreach (var payment in payments)
            book.Add(Line(payment));
        return book;
    }

    private static void Change(SettledBook book, PaymentRow payment, Func<SettledLine, SettledLine> change)
    {
        book.Remove(Line(payment));
        book.Add(change(Line(payment)));
    }

    private static SettledLine Line(PaymentRow payment) => new(
        new TransactionKey(
            MoneyWorld.Merchant, payment.Terminal, "000001", payment.Asked!.RetrievalReference),
        payment.IsRefund, false, payment.Answer!.AuthorisationCode!, payment.Amount!.Value.Minor, "978",
        MoneyWorld.Date);
}
