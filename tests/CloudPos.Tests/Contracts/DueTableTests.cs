using CloudPos.Functions.Bus;
using CloudPos.Functions.Tables;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Contracts;

public sealed class DueTableTests : IAsyncLifetime
{
    private static readonly TimeSpan minute = TimeSpan.FromMinutes(1);
    private readonly TestFolder folder = new();
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
    private TablePort tables = null!;
    private DueTable due = null!;

    public async ValueTask InitializeAsync()
    {
        tables = new TablePort(SqliteTableEngine.Open(folder.File("tables.db")), TimeProvider.System);
        due = new DueTable(tables, time);
        await due.Ensure();
    }

    public async ValueTask DisposeAsync()
    {
        await tables.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Work_owed_is_found_again_with_its_references_until_it_is_done()
    {
        await due.Owe("authorise", "p1", refs: [("terminal", "T0000001"), ("epoch", "3")]);
        var taken = (await due.Take("authorise", "p1"))!;
        Assert.Equal(("T0000001", "3", 0), (taken.Ref("terminal"), taken.Ref("epoch"), taken.Attempt));
        Assert.Equal(new Doorbell("authorise", "p1"), taken.Doorbell);
        Assert.Throws<RowShapeException>(() => taken.Ref("store"));
        Assert.True(await due.Done(taken));
        Assert.Null(await due.Take("authorise", "p1"));
        Assert.False(await due.Done(taken));
    }

    [Fact]
    public async Task Owing_the_same_twice_gives_one_row_with_the_later_references()
    {
        await due.Owe("authorise", "p1", refs: [("terminal", "T0000001")]);
        await due.Owe("authorise", "p1", refs: [("terminal", "T0000002")]);
        await due.Owe("mail", "p1");
        time.Advance(2 * minute);
        var swept = await Sweep(100);
        Assert.Equal(["authorise", "mail"], swept.Select(row => row.Kind).Order());
        Assert.Equal("T0000002", (await due.Take("authorise", "p1"))!.Ref("terminal"));
    }

    [Fact]
    public async Task However_many_owe_the_same_at_once_none_is_sent_away()
    {
        var owed = await Task.WhenAll(Enumerable.Range(0, 40).Select(
            number => due.OweFirst("apply", "j1", refs: [("number", $"{number}")])));

        var taken = (await due.Take("apply", "j1"))!;
        Assert.Single(owed, row => row.ETag == taken.ETag);
        Assert.True(await due.Done(taken));
    }

    [Fact]
    public async Task Work_said_to_be_owed_first_takes_the_place_of_what_was_owed_all_the_same()
    {
        await due.Owe("authorise", "p1", refs: [("terminal", "T0000001")]);
        var taken = (await due.Take("authorise", "p1"))!;
        await due.OweFirst("authorise", "p1", refs: [("terminal", "T0000002")]);
        Assert.False(await due.Done(taken));
        Assert.Equal("T0000002", (await due.Take("authorise", "p1"))!.Ref("terminal"));
    }

    [Fact]
    public async Task A_handler_at_work_cannot_delete_what_was_owed_after_it_looked()
    {
        await due.Owe("apply", "j1");
        var taken = (await due.Take("apply", "j1"))!;
        await due.Owe("apply", "j1");
        Assert.False(await due.Done(taken));
        Assert.Null(await due.Postpone(taken, time.GetUtcNow() + minute));
        Assert.NotNull(await due.Take("apply", "j1"));
    }

    [Fact]
    public async Task The_sweep_rings_only_for_what_has_been_due_for_a_minute()
    {
        await due.Owe("apply", "old");
        time.Advance(minute);
        await due.Owe("apply", "new");
        await due.Owe("apply", "later", dueAt: time.GetUtcNow() + (10 * minute));
        Assert.Equal(["old"], (await Sweep(100)).Select(row => row.Id));
        time.Advance(11 * minute);
        Assert.Equal(["later", "new", "old"], (await Sweep(100)).Select(row => row.Id).Order());
    }

    [Fact]
    public async Task Postponed_work_counts_its_attempts_and_owing_it_again_starts_anew()
    {
        var owed = await due.Owe("apply", "j1", refs: [("terminal", "T0000001")]);
        var once = (await due.Postpone(owed, time.GetUtcNow() + minute))!;
        var twice = (await due.Postpone(once, time.GetUtcNow() + (5 * minute)))!;
        Assert.Equal((2, "T0000001"), (twice.Attempt, (await due.Take("apply", "j1"))!.Ref("terminal")));
        Assert.Equal(owed.OwedAt, twice.OwedAt);
        time.Advance(3 * minute);
        Assert.Empty(await Sweep(100));
        var anew = await due.Owe("apply", "j1");
        Assert.Equal((0, time.GetUtcNow()), (anew.Attempt, anew.OwedAt));
        Assert.False(await due.Done(twice));
    }

    [Fact]
    public async Task A_sweep_goes_on_where_the_last_one_stopped_so_that_all_come_to_their_turn()
    {
        const int rows = 100, max = 7;
        for (int i = 0; i < rows; i++) await due.Owe("apply", $"j{i}");
        time.Advance(2 * minute);
        var seen = new List<string>();
        while (seen.Count < rows) seen.AddRange((await Sweep(max)).Select(row => row.Id));
        Assert.Equal(rows, seen.Take(rows).Distinct().Count());
        Assert.All(await Sweep(10_000), row => Assert.Contains(row.Id, seen));
        Assert.Equal(rows, (await Sweep(10_000)).Select(row => row.Id).Distinct().Count());
    }

    [Fact]
    public async Task Work_is_spread_over_sixteen_partitions()
    {
        for (int i = 0; i < 300; i++) await due.Owe("apply", $"j{i}");
        var partitions = new HashSet<string>();
        await foreach (var row in tables.Scan(DueTable.Table)) partitions.Add(row.Partition);
        Assert.Equal(16, partitions.Count);
    }

    private async Task<List<DueRow>> Sweep(int max)
    {
        var rows = new List<DueRow>();
        await foreach (var row in due.Sweep(time.GetUtcNow(), minute, max)) rows.Add(row);
        return rows;
    }
}
