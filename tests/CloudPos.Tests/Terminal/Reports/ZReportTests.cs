using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Terminal.Receipts;
using CloudPos.Terminal.Reports;

namespace CloudPos.Tests.Terminal.Reports;

public class ZReportTests
{
    private static readonly Currency Euro = Currency.Parse("EUR");
    private static readonly JournalId Journal = new("T0000001", 1);
    private static readonly CardFacts Card = new(Scheme.Visa, EntryMode.Chip, "4242", "00ff");
    private readonly List<Entry> _entries = [];

    [Fact]
    public void Sales_tenders_and_taxes_are_summed_by_kind()
    {
        Add(Sale(10_00, 1900, Cash(10_00)));
        Add(Sale(20_00, 700, Paid(20_00, Approval.Online)));
        Add(Sale(5_00, 1900, Cash(2_00), Paid(3_00, Approval.Deferred)));

        var report = Report();

        Assert.Equal((3, 35_00, 35_00), (report.Sales, report.Gross.Minor, report.Net.Minor));
        Assert.Equal(
            [
                (TenderKind.Cash, Approval.None, 2, 12_00), (TenderKind.Card, Approval.Online, 1, 20_00),
                (TenderKind.Card, Approval.Deferred, 1, 3_00),
            ],
            report.Tenders.Select(t => (t.Kind, t.Approval, t.Count, t.Amount.Minor)));
        Assert.Equal(
            [(1900, 15_00), (700, 20_00)],
            report.Taxes.Select(tax => (tax.RateBasisPoints, tax.Gross.Minor)));
        Assert.Equal(report.Net.Minor, report.Taxes.Sum(tax => tax.Net.Minor + tax.Tax.Minor));
    }

    [Fact]
    public void A_void_is_taken_off_where_it_happened_by_the_tenders_of_its_sale()
    {
        var sale = Sale(10_00, 1900, Cash(4_00), Paid(6_00, Approval.Deferred));
        Add(new SaleVoided(sale.Sale, sale.ReceiptNumber, "Kim", "no", sale.Total, [], []));

        var report = Report(saleOf: id => id == sale.Sale ? sale : null);

        Assert.Equal((0, 1, -10_00), (report.Sales, report.Voids, report.Net.Minor));
        Assert.Equal([4_00, 6_00], report.Tenders.Select(tender => tender.VoidAmount.Minor));
        Assert.Equal(-10_00, report.Taxes.Single().Gross.Minor);
    }

    [Fact]
    public void Cards_that_were_not_taken_are_counted_and_move_no_money()
    {
        var refusal = new Decision(DecisionReason.CardExpired, 1, 0, 0, Money.Zero(Euro), 0, 0);
        Add(new PaymentFailed(Id.New(), Id.New(), Eur(1_00), Card, "51", null));
        Add(new PaymentFailed(Id.New(), Id.New(), Eur(1_00), Card, null, refusal));
        Add(new PaymentAbandoned(Id.New(), Id.New(), Eur(1_00), "no"));
        Add(new StockReceived([new StockChange("TEA", 1)], ""));

        var report = Report();

        Assert.Equal((1, 1, 1, 0), (report.Declined, report.Refused, report.Abandoned, report.Net.Minor));
    }

    [Fact]
    public void Entries_before_and_behind_the_report_are_not_in_it()
    {
        Add(Sale(1_00, 1900, Cash(1_00)));
        Add(Sale(2_00, 1900, Cash(2_00)));
        Add(Sale(4_00, 1900, Cash(4_00)));

        var report = ZReport.Of(
            new DayReported(8, 2, 1, 0, []), Header(3), Euro, _entries, _ => null);

        Assert.Equal((8L, 2L, 2L, 2_00), (report.Report, report.From, report.Through, report.Gross.Minor));
    }

    [Fact]
    public void Its_print_fits_the_paper()
    {
        Add(Sale(10_00, 1900, Cash(10_00)));
        var head = new ReceiptHead("Corner Shop", ["1 High Street"], "CORNERSHOP00001", "T0000001");

        var text = ZReportText.Paper(head, Header(2).At, Report()).ToString();

        Assert.Contains("Z REPORT                             No. 1", text);
        Assert.Contains("Sales (1) EUR                        10.00", text);
        Assert.Contains("Tax 19 % of 10.00                     1.60", text);
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= ReceiptPaper.Columns, line));
    }

    [Theory]
    [InlineData("de-DE", "Z-BERICHT", "Verkäufe (1) EUR                  1.000,00", "02.03.2026")]
    [InlineData("es-ES", "INFORME Z", "Ventas (1) EUR                    1.000,00", "02/03/2026")]
    public void It_speaks_and_writes_as_the_store_does(string locale, string title, string sales, string day)
    {
        Add(Sale(1_000_00, 1900, Cash(1_000_00)));
        var head = new ReceiptHead("Eckladen", ["Weg 1"], "CORNERSHOP00001", "T0000001")
        {
            Locale = CloudPos.Languages.Locale.Of(locale),
        };

        var z = ZReportText.Paper(head, Header(2).At, Report()).ToString();
        var x = ZReportText.Paper(head, Header(2).At, Report(), isX: true).ToString();

        Assert.Contains(title, z);
        Assert.Contains(title.Replace('Z', 'X'), x);
        Assert.Contains(sales, z);
        Assert.Contains(day, z);
        Assert.DoesNotContain("Cash", z);
        Assert.All(z.Split('\n'), line => Assert.True(line.Length <= ReceiptPaper.Columns, line));
    }

    private ZReport Report(Func<Id, SaleCompleted?>? saleOf = null) => ZReport.Of(
        new DayReported(1, 1, 0, 0, []), Header(_entries.Count + 1), Euro, _entries, saleOf ?? (_ => null));

    private void Add(EntryBody body) => _entries.Add(Entry.Create(
        Journal, _entries.Count + 1, default, Header(1).At, new DateOnly(2026, 3, 2), body));

    private static EntryHeader Header(long number) => new(
        Journal, number, EntryKind.DayReported, new DateTimeOffset(2026, 3, 2, 18, 0, 0, TimeSpan.Zero),
        new DateOnly(2026, 3, 2), default);

    private static SaleCompleted Sale(long minor, int rate, params Tender[] tenders) => new(
        Id.New(), 1, "T0000001-1-000001", "Kim",
        [new SaleLine("TEA", "Tea", 1, Eur(minor), Eur(0), rate, Eur(minor))],
        [TaxLine.Included(Eur(minor), rate)], Eur(minor), tenders, null);

    private static Tender Cash(long minor) => new(TenderKind.Cash, Eur(minor), Eur(minor));

    private static Tender Paid(long minor, Approval approval) => new(
        TenderKind.Card, Eur(minor), Eur(minor), new CardPayment(Id.New(), approval, Card, null, null, null));

    private static Money Eur(long minor) => new(minor, Euro);
}
