using CloudPos.Functions.Fleet;
using CloudPos.Functions.Stock;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Tests.Contracts;

namespace CloudPos.Tests.Functions.Stock;

public sealed class StockMovementTests : IAsyncLifetime
{
    private const string Store = "berlin-1";
    private static readonly JournalId Till = new("T0000001", 1);
    private static readonly JournalId OtherTill = new("T0000002", 1);
    private static readonly DateTimeOffset Nine = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);
    private readonly TestFolder _folder = new();
    private TablePort _tables = null!;
    private StockMovements _stock = null!;

    public async ValueTask InitializeAsync()
    {
        _tables = new TablePort(SqliteTableEngine.Open(_folder.File("t.db")), TimeProvider.System);
        await _tables.EnsureTable(TableNames.Store);
        _stock = new StockMovements(_tables);
    }

    public async ValueTask DisposeAsync()
    {
        await _tables.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_entry_applied_again_moves_nothing()
    {
        for (var time = 0; time < 3; time++)
            await Apply(Till, 1, 0, MovementKind.Received, ("A", 10), ("B", 4));

        Assert.Equal((10, 4), (await Level("A"), await Level("B")));
    }

    [Fact]
    public async Task A_product_on_several_lines_is_summed_within_a_chunk_and_moves_once_per_chunk()
    {
        var lines = Enumerable.Range(0, 50).Select(i => (i % 2 == 0 ? "A" : $"P{i}", -1L)).ToArray();

        await Apply(Till, 1, 0, MovementKind.Sale, lines);

        Assert.Equal((-25, -1), (await Level("A"), await Level("P49")));
        Assert.Equal(3, await Count(StockMovements.MovementKeys));
    }

    [Fact]
    public async Task Twenty_products_of_a_chunk_fit_one_commit_with_corrections_and_superseded_feed_rows()
    {
        var all = Enumerable.Range(0, 20).Select(i => ($"P{i}", 5L)).ToArray();
        await Apply(Till, 1, 0, MovementKind.Received, all);
        await Apply(Till, 2, 60, MovementKind.Count, all);

        await Apply(OtherTill, 1, 30, MovementKind.Sale, [.. all.Select(line => (line.Item1, -2L))]);

        Assert.Equal(5, await Level("P7"));
        Assert.Equal(1, await Count(StockMovements.CorrectionKeys));
    }

    [Fact]
    public async Task A_level_tells_through_which_entry_of_each_journal_it_counts()
    {
        await Apply(Till, 3, 0, MovementKind.Received, ("A", 10));
        await Apply(OtherTill, 8, 5, MovementKind.Sale, ("A", -1));
        await Apply(Till, 4, 9, MovementKind.Sale, ("B", -1));

        var row = await _tables.Get(TableNames.Store, Store, StockLevelRow.KeyOf("A"));
        var through = new StockLevelRow(row!).ToFeed().AppliedThrough;

        Assert.Equal(new Dictionary<string, long> { ["T0000001.1"] = 3, ["T0000002.1"] = 8 }, through);
    }

    [Fact]
    public async Task A_sale_from_before_a_count_that_arrives_after_it_is_met_by_a_correction()
    {
        await Apply(Till, 1, 0, MovementKind.Received, ("A", 10));
        await Apply(Till, 2, 100, MovementKind.Count, ("A", 7));

        await Apply(OtherTill, 1, 50, MovementKind.Sale, ("A", -3));
        Assert.Equal(7, await Level("A"));
        await Apply(OtherTill, 2, 150, MovementKind.Sale, ("A", -1));
        Assert.Equal(6, await Level("A"));
    }

    [Theory]
    [InlineData("ä/ö?#\\")]
    [InlineData("a.b")]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("~~")]
    [InlineData(
        "A-very-long-name-of-a-product-that-nobody-would-ever-type-by-hand-into-a-till-but-somebody-did")]
    public async Task A_product_that_nobody_knows_is_counted_under_its_own_name(string sku)
    {
        await Apply(Till, 1, 0, MovementKind.Sale, (sku, -1), ("A", -1));
        await Apply(Till, 2, 0, MovementKind.Sale, (sku, -1));

        Assert.Equal((-2, -1), (await Level(sku), await Level("A")));
    }

    [Fact]
    public async Task Many_tills_selling_the_same_product_at_once_lose_nothing()
    {
        var tills = Enumerable.Range(1, 8).Select(i => new JournalId($"T000000{i}", 1)).ToList();
        for (var number = 1; number <= 10; number++)
        {
            var sold = number;
            await Task.WhenAll(tills.Select(till => Deliveries.UntilDone(
                () => Apply(till, sold, sold, MovementKind.Sale, ("A", -1)))));
        }

        Assert.Equal(-80, await Level("A"));
    }

    private Task Apply(
        JournalId journal, long number, int second, MovementKind kind, params (
            string Sku, long Quantity)[] lines) =>
        _stock.Apply(
            new StockEntry(
                Store, journal, number, Nine.AddSeconds(second), kind,
                [.. lines.Select(line => new StockChange(line.Sku, line.Quantity))]),
            CancellationToken.None);

    private async Task<long> Level(string sku) =>
        new StockLevelRow((await _tables.Get(TableNames.Store, Store, StockLevelRow.KeyOf(sku)))!).Quantity;

    private async Task<int> Count((string From, string To) keys)
    {
        var count = 0;
        await foreach (var row in _tables.Range(TableNames.Store, Store, keys.From, keys.To))
            count++;
        return count;
    }
}
