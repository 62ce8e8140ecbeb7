using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reports;
using CloudPos.Tests.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Shop;

public class ShiftAndReportTests
{
    [Fact]
    public void A_drawer_should_hold_the_float_and_the_cash_of_sales_less_voids_and_what_was_taken_out()
    {
        using var till = new TestTill();
        till.SellCash(900);
        till.Store.OpenShift(Id.New(), TestTill.Euro(10_000), "anna");
        till.SellCash(500);
        var taken = till.SellCash(700);
        till.Store.VoidSale(((SaleCompleted)taken.Entry!.Body).Sale, "anna", "mistake");
        till.SellDeferred(400);
        till.Store.MoveCash(TestTill.Euro(-250), "stamps", "anna");
        Assert.Equal(10_250, till.Store.CurrentShift!.Expected.Minor);

        Assert.True(till.Store.CloseShift(TestTill.Euro(10_200), "anna").IsStored);
        till.SellCash(300);
        till.Reopen();

        Assert.Null(till.Store.CurrentShift);
        var (row, cashier, _) = Assert.Single(till.Store.Shifts());
        Assert.Equal((10_250, -50, "anna"), (row.Expected.Minor, row.Difference!.Value.Minor, cashier));
        Assert.True(till.Store.Verify().IsSound);
    }

    [Fact]
    public void Only_one_shift_is_open_and_none_is_closed_that_was_not_opened()
    {
        using var till = new TestTill();

        Assert.Equal(WriteStatus.Malformed, till.Store.CloseShift(TestTill.Euro(0), "anna").Status);
        till.Store.OpenShift(Id.New(), TestTill.Euro(0), "anna");
        Assert.Equal(
            WriteStatus.Malformed, till.Store.OpenShift(Id.New(), TestTill.Euro(0), "bert").Status);
    }

    [Fact]
    public void A_report_sums_sales_and_voids_by_every_dimension_and_shows_offline_cards_apart()
    {
        using var till = new TestTill();
        var today = till.Store.BusinessDateAt(till.Store.Now).Date;
        till.SellCash(500, "apple");
        till.SellCash(700, "pear");
        till.SellDeferred(400);
        var taken = till.SellCash(300, "pear");
        till.Store.VoidSale(((SaleCompleted)taken.Entry!.Body).Sale, "anna", "mistake");

        var report = SalesReport.Of(till.Store, TestTill.Eur, today, today);

        Assert.Equal((4, 1, 1_600, 400),
            (report.Sales, report.TakenBack, report.Net.Minor, report.AtRisk.Minor));
        Assert.Equal(
            [("apple", 2L, 900L), ("pear", 1L, 700L)],
            report.Products.Select(line => (line.Key, line.Quantity, line.Amount.Minor)));
        Assert.Equal(("anna", 1_600), (report.Cashiers.Single().Name, report.Cashiers.Single().Amount.Minor));
        Assert.Equal(
            [("Cash", 1_200L), ("Card.Deferred", 400L)],
            report.Tenders.Select(line => (line.Key, line.Amount.Minor)));
        Assert.Equal(1_600, report.Hours.Sum(line => line.Amount.Minor));
        Assert.Empty(SalesReport.Of(till.Store, TestTill.Eur, today.AddDays(1), today.AddDays(1)).Products);
        Assert.Equal(
            1_600, SalesReport.Of(till.Store, TestTill.Eur, today.AddDays(7), today.AddDays(7))
                .NetWeekBefore.Minor);
    }

    [Fact]
    public void The_names_of_cashiers_and_customers_are_in_no_file_in_clear()
    {
        using var till = new TestTill();
        till.SellCash();
        var ida = Id.New();
        till.Store.WriteCustomer(
            ida, new CustomerData("Ida Unmistakable", "ida@unmistakable.example", null, null), "anna");

        Assert.Equal("Ida Unmistakable", till.Store.FindCustomers("unmistak").Single().Data.Name);
        Assert.False(till.AnyFileContains("Unmistakable"));
        Assert.False(till.AnyFileContains("anna"));
        till.Store.EraseCustomer(ida, "anna");
        Assert.Empty(till.Reopen().FindCustomers(""));
    }

    [Fact]
    public void A_name_that_a_spreadsheet_would_run_is_kept_from_it_and_commas_are_quoted()
    {
        var zero = TestTill.Euro(0);
        ReportLine[] lines =
        [
            new("=1+1", "=1+1", 1, 1, TestTill.Euro(-1_250)), new("a", "A, \"b\"", 1, 1, zero),
        ];
        var report = new SalesReport(
            new DateOnly(2026, 3, 2), new DateOnly(2026, 3, 2), 1, 0, zero, zero, zero, [], [], [], lines, [],
            [], [], []);

        var csv = SalesReportCsv.Of(report, Locale.Default).Split("\r\n");
        var german = SalesReportCsv.Of(report, Locale.Of("de-DE")).Split("\r\n");

        Assert.Equal("product,'=1+1,'=1+1,1,1,-12.50,EUR", csv[1]);
        Assert.Equal("product,a,\"A, \"\"b\"\"\",1,1,0.00,EUR", csv[2]);
        // A German spreadsheet takes a semicolon between fields and a comma in figures.
        Assert.Equal("nach;Schlüssel;Name;Anzahl;Menge;Betrag;Währung", german[0]);
        Assert.Equal("Artikel;'=1+1;'=1+1;1;1;-12,50;EUR", german[1]);
    }
}
