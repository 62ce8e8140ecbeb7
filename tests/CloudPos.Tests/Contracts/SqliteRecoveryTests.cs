using System.Text;
using CloudPos.Functions.Tables;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Contracts;

/// <summary>What a stop without a farewell leaves behind, and files of before.</summary>
public sealed class SqliteRecoveryTests : IDisposable
{
    private const string Table = "Things";
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(SqliteTableWriter.YoungBytesUsual)]
    [InlineData(1)]
    [InlineData(3_000)]
    public async Task What_was_answered_is_there_after_a_stop_without_a_farewell(int youngBytes)
    {
        await using var port = Port("first", youngBytes);
        await port.EnsureTable(Table);
        var etags = new List<string>();
        for (var n = 0; n < 40; n++)
        {
            await Done(port, Change.Insert(new Row("p", Keys.Of(n)) { ["n"] = n }));
            var row = (await port.Get(Table, "p", Keys.Of(n - (n % 5))))!;
            row["again"] = n;
            etags.Add(await Done(port, Change.Replace(row)));
            if (n % 5 == 4)
                await Done(port, Change.Delete((await port.Get(Table, "p", Keys.Of(n)))!));
        }

        Copy("first", "second");
        await using var found = Port("second");
        Assert.Equal(await Dump(port), await Dump(found));
        Assert.DoesNotContain(await Done(found, Change.Insert(new Row("p", "new"))), etags);
    }

    [Fact]
    public async Task A_commit_that_the_disk_has_half_of_is_not_there_and_those_before_it_are()
    {
        await using (var port = Port("first"))
            await port.EnsureTable(Table);
        var path = Path.Combine(folder.File("first"), "tables.db");
        using (var log = new RowLog(path))
        {
            log.Behind(0);
            log.Append([Named("a"), Named("b")], () => { });
            log.Append([Named("c"), Named("d")], () => { });
        }

        using (var torn = File.OpenWrite(path + ".log0")) torn.SetLength(torn.Length - 20);
        await using var found = Port("first");
        Assert.Equal(["a", "b"], await found.Range(Table, "p").Select(row => row.Key).ToListAsync());
        Assert.Equal("2", await Done(found, Change.Insert(new Row("p", "c"))));
    }

    [Fact]
    public async Task After_a_farewell_the_file_alone_holds_everything()
    {
        await using (var port = Port("first"))
        {
            await port.EnsureTable(Table);
            await Done(port, Change.Insert(new Row("p", "a")));
        }

        foreach (var log in Directory.GetFiles(folder.File("first"), "*.log?"))
            File.Delete(log);
        await using var found = Port("first");
        Assert.NotNull(await found.Get(Table, "p", "a"));
    }

    [Fact]
    public async Task A_file_from_before_the_log_opens_as_it_is_and_its_versions_go_on()
    {
        Directory.CreateDirectory(folder.File("old"));
        using (var old = new SqliteConnection(
            $"Data Source={Path.Combine(folder.File("old"), "tables.db")};Pooling=false"))
        {
            old.Open();
            using var make = old.CreateCommand();
            make.CommandText = """
                CREATE TABLE tables (name TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID;
                CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE rows (
                    tab TEXT NOT NULL, part TEXT NOT NULL, key TEXT NOT NULL,
                    etag INTEGER NOT NULL, data BLOB NOT NULL,
                    PRIMARY KEY (tab, part, key)) WITHOUT ROWID;
                INSERT INTO tables VALUES ('Things');
                INSERT INTO counters VALUES ('etag', 41);
                INSERT INTO rows VALUES ('Things', 'p', 'k', 41, $data);
                """;
            make.Parameters.AddWithValue("$data", RowCodec.Encode(new Row("p", "k") { ["n"] = 5 }, "id"));
            make.ExecuteNonQuery();
        }

        await using var port = Port("old");
        var row = (await port.Get(Table, "p", "k"))!;
        Assert.Equal((5L, "41"), (row.Number("n"), row.ETag));
        Assert.Equal("42", await Done(port, Change.Replace(row)));
        Assert.Equal("42", (await port.Range(Table, "p").SingleAsync()).ETag);
    }

    [Fact]
    public async Task What_was_deleted_is_in_none_of_the_files_that_stay()
    {
        byte[] secret = Encoding.ASCII.GetBytes("sealed-card-of-somebody");
        await using (var port = Port("first", youngBytes: 1))
        {
            await port.EnsureTable(Table);
            var etag = await Done(port, Change.Insert(new Row("p", "k") { ["card"] = secret }));
            for (var n = 0; n < 5; n++)
                await Done(port, Change.Insert(new Row("p", Keys.Of(n))));
            await Done(port, Change.Delete("p", "k", etag));
        }

        foreach (var file in Directory.GetFiles(folder.File("first")))
            Assert.Equal(-1, File.ReadAllBytes(file).AsSpan().IndexOf(secret));
    }

    private static (RowName, KeptRow?) Named(string key) =>
        (new RowName(Table, "p", key), new KeptRow(1, RowCodec.Encode(new Row("p", key), "id")));

    private TablePort Port(string name, int youngBytes = SqliteTableWriter.YoungBytesUsual) => new(
        SqliteTableEngine.Open(Path.Combine(folder.File(name), "tables.db"), youngBytes),
        TimeProvider.System);

    /// <summary>
    /// As a stop would leave them. The log first: what goes into the file meanwhile is in both then.
    /// </summary>
    private void Copy(string from, string to)
    {
        Directory.CreateDirectory(folder.File(to));
        foreach (var name in (string[])["tables.db.log0", "tables.db.log1", "tables.db", "tables.db-wal"])
            using (var source = new FileStream(
                Path.Combine(folder.File(from), name), FileMode.Open, FileAccess.Read,
                FileShare.ReadWrite))
            using (var target = File.Create(Path.Combine(folder.File(to), name)))
                source.CopyTo(target);
    }

    private static async Task<string> Done(TablePort port, params Change[] changes) =>
        Assert.IsType<CommitResult.Done>(await port.Commit(Table, "p", changes)).ETags[0] ?? "";

    private static async Task<List<string>> Dump(TablePort port) => await port.Scan(Table).Select(
        row => $"{row.Key} {row.ETag} {string.Join(' ', row.Values)}").ToListAsync();
}
