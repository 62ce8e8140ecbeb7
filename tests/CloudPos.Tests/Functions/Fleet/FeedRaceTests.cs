using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Tests.Contracts;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Fleet;

public class FeedRaceTests
{
    [Fact]
    public async Task Who_follows_the_stream_while_many_write_ends_with_the_last_state_of_each_thing()
    {
        using var folder = new TestFolder();
        await using var tables = new TablePort(
            SqliteTableEngine.Open(folder.File("t.db")), TimeProvider.System);
        await tables.EnsureTable(TableNames.Store);
        var writers = Enumerable.Range(0, 6).Select(writer => Task.Run(async () =>
        {
            for (var round = 1; round <= 30; round++)
                await Deliveries.UntilDone(() => Write(tables, $"P{(writer + round) % 5}", 1));
        })).ToList();

        var seen = new Dictionary<string, long>();
        var cursor = 0L;
        while (true)
        {
            var done = writers.All(writer => writer.IsCompleted);
            await foreach (var (number, json) in FeedAppend.Behind(
                tables, TableNames.Store, "s", cursor, CancellationToken.None))
            {
                Assert.True(number > cursor);
                cursor = number;
                var row = System.Text.Json.JsonSerializer.Deserialize(json, WireJson.Default.FeedRow)!;
                seen[row.Stock!.Sku] = row.Stock.Quantity;
            }
            if (done)
                break;
        }
        await Task.WhenAll(writers);

        Assert.Equal(180, seen.Values.Sum());
        foreach (var (sku, quantity) in seen)
            Assert.Equal(quantity, (await tables.Get(TableNames.Store, "s", sku))!.Number("quantity"));
    }

    private static Task Write(TablePort tables, string thing, long more) =>
        Attempts.UntilCommitted(async () =>
    {
        var row = await tables.Get(TableNames.Store, "s", thing) ?? new Row("s", thing);
        var quantity = (row.NumberOrNull("quantity") ?? 0) + more;
        row["quantity"] = quantity;
        var feed = await FeedAppend.Begin(tables, TableNames.Store, "s", CancellationToken.None);
        var level = new StockLevel("s", thing, quantity, new Dictionary<string, long>());
        await feed.Add(row, new FeedRow(Stock: level), CancellationToken.None);
        var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
        return await tables.TryCommit(TableNames.Store, "s", [change, .. feed.Changes]) is null;
    });
}
