using CloudPos.Journal;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Functions;

/// <summary>The back office with its state in Azure Tables, here in the emulator of it.</summary>
public class OverAzureTablesTests
{
    [Fact]
    public async Task A_segment_is_taken_acknowledged_and_applied_to_stock()
    {
        await using var office = await TestBackOffice.WithStore(tables: await Azurite.NewAccount());
        await office.Expect(office.Put(
            $"/api/backoffice/stores/{TestBackOffice.Store}/stock", """[{"sku":"A","quantity":20}]"""));
        var terminal = await office.Enrol();
        terminal.Append(new EpochOpened(TestBackOffice.Merchant, TestBackOffice.Store, "x", "test"));
        terminal.Append(Sales.Cash(1, [.. Enumerable.Range(0, 45).Select(i => ($"P{i:D2}", i + 1L))]));
        terminal.Append(Sales.Cash(2, ("A", 3)));

        var acknowledged = await terminal.Uploaded();
        await office.Restart();
        var again = await terminal.Uploaded();

        Assert.Equal((3, terminal.LastHash), (acknowledged.Number, acknowledged.Hash));
        Assert.Equal((3, terminal.LastHash), (again.Number, again.Hash));
        await TestBackOffice.Eventually(
            async () => await Level(office, "A") == 17 && await Level(office, "P44") == -45,
            "both sales are applied, each once");
        Assert.False(File.Exists(Path.Combine(office.Folder, "data", "tables.db")));
    }

    private static async Task<long?> Level(TestBackOffice office, string sku)
    {
        var levels = await office.Expect(office.Get($"/api/backoffice/stock/{TestBackOffice.Store}"));
        foreach (var level in levels.EnumerateArray())
            if (level.GetProperty("sku").GetString() == sku)
                return level.GetProperty("quantity").GetInt64();
        return null;
    }
}
