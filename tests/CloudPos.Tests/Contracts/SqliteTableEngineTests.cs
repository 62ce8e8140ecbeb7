using System.Diagnostics;
using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

public sealed class SqliteTableEngineTests : TableEngineContract
{
    private readonly TestFolder folder = new();

    private protected override ITableEngine Open() => SqliteTableEngine.Open(folder.File("tables.db"));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_restart_keeps_rows_versions_and_tables()
    {
        string etag = await Insert(new Row("p", "k") { ["n"] = 1 });
        await Reopen();
        var row = (await Tables.Get(Table, "p", "k"))!;
        Assert.Equal((1L, etag), (row.Number("n"), row.ETag));
        await Done(Change.Replace(row));
    }

    [Fact]
    public async Task A_version_is_not_used_again_after_a_restart()
    {
        string etag = await Insert(new Row("p", "k"));
        await Done(Change.Delete("p", "k", etag));
        await Reopen();
        Assert.NotEqual(etag, await Insert(new Row("p", "k")));
    }

    [Fact]
    public void A_second_owner_of_the_file_is_refused() =>
        Assert.Throws<IOException>(() => SqliteTableEngine.Open(folder.File("tables.db")));

    [Fact]
    public async Task A_table_name_that_differs_in_case_only_is_refused() =>
        await Assert.ThrowsAnyAsync<Exception>(() => Tables.EnsureTable(Table.ToUpperInvariant()));

    [Fact]
    public async Task A_commit_that_fails_does_not_fail_those_that_wait_with_it()
    {
        Task<CommitResult> Good(int n) => Commit(Change.Insert(new Row("p", Keys.Of(n))));
        var good = Enumerable.Range(0, 50).Select(Good).ToList();
        var bad = Tables.EnsureTable(Table.ToUpperInvariant());
        good.AddRange(Enumerable.Range(50, 50).Select(Good));
        Assert.All(await Task.WhenAll(good), result => Assert.IsType<CommitResult.Done>(result));
        await Assert.ThrowsAnyAsync<Exception>(() => bad);
    }

    [Fact]
    public void The_file_is_readable_by_its_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        foreach (string file in Directory.GetFiles(folder.Path))
        {
            Debug.Assert(!OperatingSystem.IsWindows());
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        }
    }
}
