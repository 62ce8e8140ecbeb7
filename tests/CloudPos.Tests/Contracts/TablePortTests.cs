using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

public sealed class TablePortTests : IDisposable
{
    private const string Table = "Things";
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Fault.LostRequest, 2)]
    [InlineData(Fault.LostAnswer, 1)]
    [InlineData(Fault.LateRequest, 2)]
    [InlineData(Fault.Busy, 2)]
    public async Task A_fault_on_the_way_ends_in_done_and_one_effect(object fault, int commits)
    {
        var (engine, port) = await Open((1, (Fault)fault));
        await using var _ = port;
        var result = await port.Commit(Table, "p", [Change.Insert(new Row("p", "k") { ["n"] = 1 })]);
        var done = Assert.IsType<CommitResult.Done>(result);
        Assert.Equal((await port.Get(Table, "p", "k"))!.ETag, done.ETags[0]);
        Assert.Equal(commits, engine.Commits);
    }

    [Theory]
    [InlineData(Fault.LostRequest)]
    [InlineData(Fault.LostAnswer)]
    [InlineData(Fault.LateRequest)]
    public async Task Whichever_commit_meets_the_fault_the_total_counts_each_effect_once(object fault)
    {
        const int effects = 6;
        int failAt = 0;
        int commits;
        do
        {
            failAt++;
            string file = $"{fault}{failAt}.db";
            var engine = new FaultyEngine(SqliteTableEngine.Open(folder.File(file)), (failAt, (Fault)fault));
            await using var port = new TablePort(engine, TimeProvider.System, new Random(failAt));
            await port.EnsureTable(Table);
            var start = new Row("p", "total") { ["n"] = 0 };
            Assert.Null(await port.TryCommit(Table, "p", [Change.Insert(start)]));
            for (int i = 0; i < effects; i++)
            {
                var total = (await port.Get(Table, "p", "total"))!;
                total["n"] = total.Number("n") + 1;
                Assert.Null(await port.TryCommit(
                    Table, "p", [Change.Insert(new Row("p", Keys.Of(i))), Change.Replace(total)]));
            }

            Assert.Equal(effects, (await port.Get(Table, "p", "total"))!.Number("n"));
            commits = engine.Commits;
        }
        while (failAt <= commits);
        Assert.Equal(effects + 2, failAt);
    }

    [Fact]
    public async Task A_lost_answer_is_proved_by_one_row_even_when_another_was_written_again_since()
    {
        await using var port = await OpenWithOther((1, Fault.LostAnswer), replacing: "a");
        var result = await port.Commit(
            Table, "p", [Change.Insert(new Row("p", "a")), Change.Insert(new Row("p", "b"))]);
        var done = Assert.IsType<CommitResult.Done>(result);
        Assert.Null(done.ETags[0]);
        Assert.NotNull(done.ETags[1]);
        Assert.True((await port.Get(Table, "p", "a"))!.Flag("other"));
    }

    [Fact]
    public async Task A_lost_answer_stays_unknown_when_nothing_of_the_commit_is_left_to_see()
    {
        await using var port = await OpenWithOther((1, Fault.LostAnswer), replacing: "a");
        var result = await port.Commit(Table, "p", [Change.Insert(new Row("p", "a"))]);
        Assert.IsType<CommitResult.Unknown>(result);
        Assert.True((await port.Get(Table, "p", "a"))!.Flag("other"));
    }

    [Fact]
    public async Task A_lost_answer_to_a_conflict_is_the_conflict()
    {
        var (engine, port) = await Open((2, Fault.LostAnswer));
        await using var _ = port;
        await port.Commit(Table, "p", [Change.Insert(new Row("p", "b"))]);
        var result = await port.Commit(
            Table, "p", [Change.Insert(new Row("p", "a")), Change.Insert(new Row("p", "b"))]);
        Assert.Equal(new CommitResult.Conflict(1, ConflictReason.Exists), result);
        Assert.Equal(3, engine.Commits);
    }

    [Fact]
    public async Task A_delete_whose_answer_is_lost_is_done_when_the_row_is_gone()
    {
        var (_, port) = await Open((2, Fault.LostAnswer));
        await using var _ = port;
        await port.Commit(Table, "p", [Change.Insert(new Row("p", "k"))]);
        var row = (await port.Get(Table, "p", "k"))!;
        Assert.IsType<CommitResult.Done>(await port.Commit(Table, "p", [Change.Delete(row)]));
        Assert.Null(await port.Get(Table, "p", "k"));
    }

    [Fact]
    public async Task A_store_that_never_answers_leaves_unknown_after_a_bounded_number_of_tries()
    {
        var (engine, port) = await Open([.. Enumerable.Range(1, 50).Select(n => (n, Fault.LostRequest))]);
        await using var _ = port;
        var result = await port.Commit(Table, "p", [Change.Insert(new Row("p", "k"))]);
        Assert.IsType<CommitResult.Unknown>(result);
        Assert.Equal(6, engine.Commits);
    }

    [Fact]
    public async Task A_store_that_stays_busy_leaves_busy_and_throws_for_those_who_asked_for_it()
    {
        var (_, port) = await Open([.. Enumerable.Range(1, 50).Select(n => (n, Fault.Busy))]);
        await using var _ = port;
        Change[] changes = [Change.Insert(new Row("p", "k"))];
        Assert.IsType<CommitResult.Busy>(await port.Commit(Table, "p", changes));
        await Assert.ThrowsAsync<TablesUnavailableException>(() => port.TryCommit(Table, "p", changes));
    }

    [Fact]
    public async Task A_busy_read_is_tried_again_within_bounds()
    {
        var (engine, port) = await Open();
        await using var _ = port;
        engine.BusyReads = 3;
        Assert.Null(await port.Get(Table, "p", "k"));
        engine.BusyReads = 100;
        await Assert.ThrowsAsync<TablesUnavailableException>(() => port.Get(Table, "p", "k"));
    }

    private async Task<(FaultyEngine Engine, TablePort Port)> Open(params (int Call, Fault Fault)[] faults)
    {
        var engine = new FaultyEngine(SqliteTableEngine.Open(folder.File("tables.db")), faults);
        var port = new TablePort(engine, TimeProvider.System, new Random(1));
        await port.EnsureTable(Table);
        return (engine, port);
    }

    /// <summary>Another writer replaces a row between the lost answer and the reading back.</summary>
    private async Task<TablePort> OpenWithOther((int Call, Fault Fault) fault, string replacing)
    {
        var engine = new FaultyEngine(SqliteTableEngine.Open(folder.File("tables.db")), fault)
        {
            Meanwhile = async inner =>
            {
                var row = (await inner.Get(Table, "p", replacing, default))!;
                row["other"] = true;
                await inner.Commit(Table, "p", [Change.Replace(row)], "other", default);
            },
        };
        var port = new TablePort(engine, TimeProvider.System, new Random(1));
        await port.EnsureTable(Table);
        return port;
    }
}
