using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

/// <summary>
/// Pages that are made of the file and of what is not in it yet, against a sorted list in memory: whichever
/// rows have gone over by then, and however small the pages are.
/// </summary>
public sealed class RecentRowsTests
{
    private const string Table = "Things";

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 4_000)]
    [InlineData(3, 30_000)]
    [InlineData(4, SqliteTableWriter.YoungBytesUsual)]
    public async Task Ranges_and_scans_hold_what_was_written_last(int seed, int youngBytes)
    {
        using var folder = new TestFolder();
        var random = new Random(seed);
        var model = new SortedDictionary<(string, string), string>(Comparer<(string, string)>.Create(
            (one, other) => string.CompareOrdinal(one.Item1, other.Item1) is not 0 and var order
                ? order
                : string.CompareOrdinal(one.Item2, other.Item2)));
        ITableEngine Open() => SqliteTableEngine.Open(folder.File("tables.db"), youngBytes);
        var engine = Open();
        await engine.EnsureTable(Table, default);
        for (var step = 0; step < 600; step++)
        {
            if (step % 200 == 199)
            {
                await engine.DisposeAsync();
                engine = Open();
            }

            await Write(engine, model, random);
            if (step % 4 == 0)
                await Compare(engine, model, random);
        }

        await engine.DisposeAsync();
    }

    [Fact]
    public async Task A_page_goes_on_behind_thousands_of_rows_that_were_deleted()
    {
        using var folder = new TestFolder();
        await using (var before = SqliteTableEngine.Open(folder.File("tables.db")))
        {
            await before.EnsureTable(Table, default);
            foreach (var keys in Enumerable.Range(0, 2_500).Chunk(100))
            {
                var rows = keys.Select(n => Change.Insert(new Row("p", Keys.Of(n))));
                await before.Commit(Table, "p", [.. rows], "id", default);
            }
        }

        await using var engine = SqliteTableEngine.Open(folder.File("tables.db"));
        var all = await engine.Range(Table, "p", new PageStart("", false), null, 2_500, default);
        foreach (var rows in all.Rows.SkipLast(1).Chunk(100))
            Assert.IsType<CommitResult.Done>(
                await engine.Commit(Table, "p", [.. rows.Select(Change.Delete)], "id", default));
        var left = await engine.Range(Table, "p", new PageStart("", false), null, 10, default);
        Assert.Equal(Keys.Of(2_499), Assert.Single(left.Rows).Key);
        Assert.Equal(Keys.Of(2_499), Assert.Single((await engine.Scan(Table, null, 10, default)).Rows).Key);
    }

    private static async Task Write(
        ITableEngine engine, SortedDictionary<(string, string), string> model, Random random)
    {
        var partition = $"p{random.Next(3)}";
        var (changes, keys) = (new List<Change>(), Enumerable.Range(0, 60).ToArray());
        random.Shuffle(keys);
        foreach (var n in keys.Take(random.Next(1, 8)))
        {
            var key = Keys.Of(n);
            var row = new Row(partition, key) { ["n"] = random.Next() };
            changes.Add(!model.TryGetValue((partition, key), out var etag) ? Change.Insert(row)
                : random.Next(3) == 0 ? Change.Delete(partition, key, etag)
                : Change.Replace(row, etag));
        }

        var done = Assert.IsType<CommitResult.Done>(
            await engine.Commit(Table, partition, changes, "id", default));
        foreach (var (change, etag) in changes.Zip(done.ETags))
            if (etag is null)
                model.Remove((partition, change.Key));
            else
                model[(partition, change.Key)] = etag;
    }

    private static async Task Compare(
        ITableEngine engine, SortedDictionary<(string, string), string> model, Random random)
    {
        var (partition, max) = ($"p{random.Next(3)}", random.Next(1, 12));
        var from = Keys.Of(random.Next(40));
        var to = random.Next(3) == 0 ? null : Keys.Of(random.Next(20, 60));
        var (found, start) = (new List<string>(), new PageStart(from, After: random.Next(2) == 0));
        var least = start.After ? 1 : 0;
        var expected = model.Where(row => row.Key.Item1 == partition
            && Math.Sign(string.CompareOrdinal(row.Key.Item2, from)) >= least
            && (to is null || string.CompareOrdinal(row.Key.Item2, to) < 0))
            .Select(row => row.Value).ToList();
        for (RowPage page; ; start = new PageStart(page.Rows[^1].Key, After: true))
        {
            page = await engine.Range(Table, partition, start, to, max, default);
            Assert.True(page.Rows.Count <= max);
            found.AddRange(page.Rows.Select(row => row.ETag!));
            if (!page.More)
                break;
        }

        Assert.Equal(expected, found);
        found.Clear();
        (string, string)? after = null;
        for (RowPage page; ; after = (page.Rows[^1].Partition, page.Rows[^1].Key))
        {
            page = await engine.Scan(Table, after, max, default);
            found.AddRange(page.Rows.Select(row => row.ETag!));
            if (!page.More)
                break;
        }

        Assert.Equal(model.Values, found);
    }
}
