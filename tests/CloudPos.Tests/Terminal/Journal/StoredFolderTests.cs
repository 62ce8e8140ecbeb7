using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reports;
using CloudPos.Tests.Tidy;

namespace CloudPos.Tests.Terminal.Journal;

/// <summary>
/// Folders as earlier versions left them when the power went: a backlog, part of it still in the WAL. Each
/// must open for ever. The keys in them were made for this purpose and protect nothing. A version that
/// changes the schema adds one of its own: run the explicit test, and commit the folder that it names.
/// </summary>
public class StoredFolderTests
{
    public static readonly string Stored =
        Path.Combine(SourceTree.Top, "tests", "CloudPos.Tests", "Terminal", "Journal", "Stored");

    public static TheoryData<string> Versions =>
        [.. Directory.EnumerateDirectories(Stored).Select(path => Path.GetFileName(path)).Order()];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_folder_of_an_earlier_version_opens_with_its_backlog_and_goes_on_selling(string version)
    {
        using var copy = Copy(version);
        using var store = Open(copy.Path);

        Assert.Empty(store.Damage);
        Assert.True(store.Verify().IsSound);
        Assert.Equal((9, 4), (store.LastNumber, store.Acknowledged.Number));
        Assert.Equal(5, store.ReadUnacknowledged().Entries);
        Assert.Equal(5, store.ReadUnacknowledged().Segment!.Entries.Count);
        var exposure = store.Exposure(TestTill.Eur);
        Assert.Equal((1, 7_00), (exposure.Count, exposure.Amount.Minor));
        Assert.Equal(3_00, Assert.Single(store.OpenAttempts).Amount.Minor);
        Assert.Equal(["TERM0001-1-000001", "TERM0001-1-000002", "TERM0001-1-000003"],
            store.Sales().Select(sale => sale.ReceiptNumber).Order());
        Assert.Equal(2, store.Policy.Version);
        var sold = store.CompleteSale(TestTill.CashSale());
        Assert.Equal(10, sold.Entry!.Header.Number);
        Assert.Equal(4, store.FindSale(((CloudPos.Journal.SaleCompleted)sold.Entry.Body).Sale)!.Receipt);
        Assert.True(store.Verify().IsSound);
    }

    /// <summary>Reports and totals after the migration are those that the entries alone give.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public void Figures_after_migrating_are_those_of_the_entries(string version)
    {
        using var copy = Copy(version);
        using var store = Open(copy.Path);
        var entries = store.Entries(1).Select(line => line.Entry!).ToList();
        var sales = entries.Select(entry => entry.Body).OfType<SaleCompleted>().ToList();
        var voids = entries.Select(entry => entry.Body).OfType<SaleVoided>().ToList();
        var date = entries[^1].Header.BusinessDate;

        var report = SalesReport.Of(store, TestTill.Eur, date, date);
        var z = entries.Single(entry => entry.Body is DayReported);
        var (taken, _) = DayReport.Z(store, z);

        var gross = sales.Sum(sale => sale.Total.Minor);
        var voided = voids.Sum(one => one.Total.Minor);
        Assert.Equal((gross - voided, sales.Count), (report.Net.Minor, report.Sales));
        Assert.Equal(
            (gross, voided, gross - voided), (taken.Gross.Minor, taken.Voided.Minor, taken.Net.Minor));
        Assert.Equal(
            sales.SelectMany(sale => sale.Lines).GroupBy(line => line.Sku).ToDictionary(
                line => line.Key, line => -line.Sum(one => one.Quantity)
                    + voids.SelectMany(one => one.Lines).Where(one => one.Sku == line.Key)
                        .Sum(one => one.Quantity)),
            store.Stock().ToDictionary(level => level.Sku, level => level.Quantity));
        var tendered = sales.Where(sale => voids.All(one => one.Sale != sale.Sale))
            .SelectMany(sale => sale.Tenders).Sum(tender => tender.Amount.Minor);
        Assert.Equal(tendered, report.Tenders.Sum(line => line.Amount.Minor));
        Assert.Equal(
            sales.SelectMany(sale => sale.Tenders).Where(
                tender => tender.Payment?.Approval == Approval.Deferred).Sum(tender => tender.Amount.Minor),
            store.Exposure(TestTill.Eur).Amount.Minor);
    }

    /// <summary>The WAL of a folder that was cut off is part of it; an earlier version may have died
    /// here.</summary>
    [Theory]
    [MemberData(nameof(Versions))]
    public void What_was_only_in_the_WAL_is_there(string version)
    {
        using var copy = Copy(version);
        var wal = new FileInfo(Path.Combine(copy.Path, TerminalStore.DatabaseName + "-wal"));

        Assert.True(wal.Length > 0);
        wal.Delete();
        using var store = Open(copy.Path);
        Assert.NotEmpty(store.Damage);
    }

    [Fact(Explicit = true)]
    public void Write_a_folder_of_this_version()
    {
        using var till = new TestTill();
        Assert.True(till.Feed("c1", new CloudPos.Wire.FeedRow(Policy: TestTill.Policy(version: 2))).IsStored);
        till.SellCash(4_00);
        var voided = TestTill.CashSale(5_00);
        till.Store.CompleteSale(voided);
        till.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.True(till.Acknowledge(4).IsApplied);
        till.Store.VoidSale(voided.Sale, "anna", "changed her mind");
        till.SellDeferred(7_00);
        till.Store.RecordAttempt(till.Attempt(3_00, online: true));
        till.Store.TakeDayReport();
        Assert.Equal(9, till.Store.LastNumber);

        var target = Path.Combine(Stored, $"schema-{Migrations.Newest}");
        Directory.CreateDirectory(Path.Combine(target, "keys"));
        foreach (var file in Directory.EnumerateFiles(till.Directory, "*", SearchOption.AllDirectories))
            if (Path.GetFileName(file) is not (FolderLock.Name or "journal.pid" or "journal.db-shm"))
                File.WriteAllBytes(
                    Path.Combine(target, Path.GetRelativePath(till.Directory, file)),
                    TestTill.ReadShared(file));
    }

    private static TerminalStore Open(string folder)
    {
        var opened = TerminalStore.TryOpen(folder, new TestClock(TestTill.Start.AddDays(1)));
        Assert.True(opened.Store is not null, opened.Sentence);
        return opened.Store;
    }

    private static FolderCopy Copy(string version)
    {
        var copy = new FolderCopy();
        copy.Take(Path.Combine(Stored, version));
        return copy;
    }
}
