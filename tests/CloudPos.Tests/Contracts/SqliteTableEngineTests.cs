using System.Diagnostics;
using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

/// <summary>The same where every row goes into the file at once, beside the commits that follow.</summary>
public sealed class MergingTableEngineTests : SqliteTableEngineTests
{
    private protected override ITableEngine Open() => SqliteTableEngine.Open(File, youngBytes: 1);
}

public class SqliteTableEngineTests : TableEngineContract
{
    private readonly TestFolder folder = new();

    private protected string File => folder.File("tables.db");

    private protected override ITableEngine Open() => SqliteTableEngine.Open(File);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
        GC.SuppressFinalize(this);
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
    public async Task A_conflict_behind_other_changes_undoes_them_and_spares_those_that_wait_with_it()
    {
        await Insert(new Row("p", "taken"));
        Task<CommitResult> Good(int n) => Commit(Change.Insert(new Row("p", Keys.Of(n))));
        var good = Enumerable.Range(0, 50).Select(Good).ToList();
        var bad = Enumerable.Range(0, 5).Select(n => Commit(
            Change.Insert(new Row("p", $"first.{n}")), Change.Insert(new Row("p", "taken")))).ToList();
        good.AddRange(Enumerable.Range(50, 50).Select(Good));
        Assert.All(await Task.WhenAll(good), result => Assert.IsType<CommitResult.Done>(result));
        Assert.All(await Task.WhenAll(bad), result => Assert.Equal(
            new CommitResult.Conflict(1, ConflictReason.Exists), result));
        Assert.Null(await Tables.Get(Table, "p", "first.0"));
        Assert.Equal(101, await Tables.Range(Table, "p").CountAsync());
    }

    [Fact]
    public async Task Whoever_has_seen_a_version_sees_it_or_a_later_one_from_then_on_however_he_reads()
    {
        const int writes = 400;
        var row = new Row("p", "k") { ["n"] = 0 };
        await Insert(row);
        using var done = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(way => Task.Run(async () =>
        {
            var (seen, times) = (0L, 0);
            while (!done.IsCancellationRequested || times == 0)
            {
                var found = ((way + times++) % 3) switch
                {
                    0 => await Tables.Get(Table, "p", "k"),
                    1 => (await Tables.GetMany(Table, "p", ["k", "none"]))[0],
                    _ => await Tables.Range(Table, "p").SingleAsync(),
                };
                Assert.True(found!.Number("n") >= seen, $"{found.Number("n")} after {seen}");
                seen = found.Number("n");
            }
        })).ToList();
        for (var n = 1; n <= writes; n++)
        {
            var before = (await Tables.Get(Table, "p", "k"))!;
            Assert.Equal(n - 1, before.Number("n"));
            before["n"] = n;
            await Done(Change.Replace(before));
        }
        await done.CancelAsync();
        await Task.WhenAll(readers);
    }

    [Fact]
    public async Task A_row_that_came_after_it_was_looked_for_and_one_that_went_are_told_at_once()
    {
        Assert.Null(await Tables.Get(Table, "p", "k"));
        var etag = await Insert(new Row("p", "k") { ["n"] = 1 });
        Assert.Equal(etag, (await Tables.Get(Table, "p", "k"))!.ETag);
        await Done(Change.Delete("p", "k", etag));
        Assert.Null(await Tables.Get(Table, "p", "k"));
        Assert.Null((await Tables.GetMany(Table, "p", ["k"]))[0]);
    }

    [Fact]
    public void The_file_is_readable_by_its_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no Unix file modes.");
        foreach (string file in Directory.GetFiles(folder.Path))
        {
            Debug.Assert(!OperatingSystem.IsWindows());
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(file));
        }
    }
}
