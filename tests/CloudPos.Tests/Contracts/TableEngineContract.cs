using CloudPos.Functions.Tables;
using CsCheck;

namespace CloudPos.Tests.Contracts;

/// <summary>
/// What every table engine must do, seen through the port. An engine joins with a class that opens it;
/// opening again after a close must find what was there.
/// </summary>
public abstract class TableEngineContract : IAsyncLifetime
{
    private protected const string Table = "Things";
    private TablePort? port;

    private protected TablePort Tables => port!;

    private protected abstract ITableEngine Open();

    public virtual async ValueTask InitializeAsync()
    {
        port = new TablePort(Open(), TimeProvider.System, new Random(1));
        await port.EnsureTable(Table);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (port is not null) await port.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_row_comes_back_as_it_went_in_whatever_the_kind()
    {
        var row = new Row("p", "k")
        {
            ["text"] = "Käse \u0000 \"quoted\" 😀", ["empty"] = "", ["int"] = int.MinValue,
            ["long"] = long.MaxValue, ["real"] = -0.1, ["whole"] = 1.0, ["yes"] = true, ["no"] = false,
            ["small"] = 5L, ["tiny"] = double.Epsilon, ["huge"] = double.MaxValue, ["date"] = "2026-03-29",
            ["bytes"] = new byte[] { 0, 255 }, ["none"] = Array.Empty<byte>(),
            ["time"] = new DateTimeOffset(2026, 3, 29, 1, 59, 59, 999, TimeSpan.Zero).AddTicks(7),
        };
        await Done(Change.Insert(row));
        var read = await Tables.Get(Table, "p", "k");
        Assert.Equal(row.Values.OrderBy(v => v.Key), read!.Values.OrderBy(v => v.Key));
        Assert.NotNull(read.ETag);
    }

    [Fact]
    public async Task A_time_keeps_its_instant_and_loses_its_offset()
    {
        var time = new DateTimeOffset(2026, 3, 29, 3, 0, 0, TimeSpan.FromHours(2));
        await Done(Change.Insert(new Row("p", "k") { ["at"] = time }));
        var read = (await Tables.Get(Table, "p", "k"))!.Time("at");
        Assert.Equal(time, read);
        Assert.Equal(TimeSpan.Zero, read.Offset);
    }

    [Fact]
    public async Task A_row_that_is_not_there_is_null() => Assert.Null(await Tables.Get(Table, "p", "k"));

    [Fact]
    public async Task Many_rows_asked_for_by_key_come_in_the_order_of_the_keys_with_gaps_where_none_is()
    {
        for (int i = 0; i < 5; i++)
            await Done(Change.Insert(new Row("p", Keys.Of(i)) { ["n"] = i }));
        await Done(Change.Insert(new Row("q", Keys.Of(7)) { ["n"] = 7 }));

        var rows = await Tables.GetMany(Table, "p", [Keys.Of(4), Keys.Of(7), Keys.Of(0), Keys.Of(4)]);

        Assert.Equal([4L, null, 0L, 4L], rows.Select(row => row?.Number("n")));
        Assert.Equal((await Tables.Get(Table, "p", Keys.Of(4)))!.ETag, rows[0]!.ETag);
        Assert.Empty(await Tables.GetMany(Table, "p", []));
        await Assert.ThrowsAsync<TableLimitException>(() => Tables.GetMany(
            Table, "p", [.. Enumerable.Range(0, TableLimits.CommitChangesMax + 1).Select(n => Keys.Of(n))]));
    }

    [Fact]
    public async Task A_table_that_was_never_ensured_cannot_be_used() =>
        await Assert.ThrowsAnyAsync<Exception>(() => Tables.Get("Nowhere", "p", "k"));

    [Fact]
    public async Task Ensuring_a_table_twice_keeps_its_rows()
    {
        await Done(Change.Insert(new Row("p", "k")));
        await Tables.EnsureTable(Table);
        Assert.NotNull(await Tables.Get(Table, "p", "k"));
    }

    [Fact]
    public async Task An_insert_of_a_key_that_is_taken_is_a_conflict_and_changes_nothing()
    {
        await Done(Change.Insert(new Row("p", "b") { ["n"] = 1 }));
        var result = await Commit(
            Change.Insert(new Row("p", "a")), Change.Insert(new Row("p", "b") { ["n"] = 2 }));
        Assert.Equal(new CommitResult.Conflict(1, ConflictReason.Exists), result);
        Assert.Null(await Tables.Get(Table, "p", "a"));
        Assert.Equal(1, (await Tables.Get(Table, "p", "b"))!.Number("n"));
    }

    [Theory]
    [InlineData(ChangeKind.Replace)]
    [InlineData(ChangeKind.Delete)]
    public async Task A_change_against_an_old_version_is_a_conflict_and_changes_nothing(object kind)
    {
        string old = await Insert(new Row("p", "k") { ["n"] = 1 });
        await Done(Change.Replace(new Row("p", "k") { ["n"] = 2 }, old));
        var change = (ChangeKind)kind == ChangeKind.Replace
            ? Change.Replace(new Row("p", "k") { ["n"] = 3 }, old) : Change.Delete("p", "k", old);
        var result = await Commit(Change.Insert(new Row("p", "a")), change);
        Assert.Equal(new CommitResult.Conflict(1, ConflictReason.Changed), result);
        Assert.Equal(2, (await Tables.Get(Table, "p", "k"))!.Number("n"));
        Assert.Null(await Tables.Get(Table, "p", "a"));
    }

    [Theory]
    [InlineData(ChangeKind.Replace)]
    [InlineData(ChangeKind.Delete)]
    public async Task A_change_to_a_row_that_is_gone_is_a_conflict(object kind)
    {
        string etag = await Insert(new Row("p", "k"));
        await Done(Change.Delete("p", "k", etag));
        var change = (ChangeKind)kind == ChangeKind.Replace
            ? Change.Replace(new Row("p", "k"), etag) : Change.Delete("p", "k", etag);
        Assert.Equal(new CommitResult.Conflict(0, ConflictReason.Missing), await Commit(change));
    }

    [Fact]
    public async Task A_row_deleted_and_inserted_again_is_another_version()
    {
        string first = await Insert(new Row("p", "k") { ["n"] = 1 });
        await Done(Change.Delete("p", "k", first));
        string second = await Insert(new Row("p", "k") { ["n"] = 1 });
        Assert.NotEqual(first, second);
        var result = await Commit(Change.Delete("p", "k", first));
        Assert.Equal(new CommitResult.Conflict(0, ConflictReason.Changed), result);
    }

    [Fact]
    public async Task A_replace_writes_the_whole_row_and_answers_its_new_version()
    {
        string etag = await Insert(new Row("p", "k") { ["a"] = 1, ["b"] = 2 });
        var done = await Done(Change.Replace(new Row("p", "k") { ["b"] = 3 }, etag));
        var row = (await Tables.Get(Table, "p", "k"))!;
        Assert.False(row.Has("a"));
        Assert.Equal(3, row.Number("b"));
        Assert.Equal(row.ETag, done.ETags[0]);
        Assert.NotEqual(etag, row.ETag);
    }

    [Fact]
    public async Task Insert_replace_and_delete_go_together()
    {
        string a = await Insert(new Row("p", "a") { ["n"] = 1 });
        string b = await Insert(new Row("p", "b") { ["n"] = 1 });
        var done = await Done(
            Change.Insert(new Row("p", "c")), Change.Replace(new Row("p", "a") { ["n"] = 2 }, a),
            Change.Delete("p", "b", b));
        Assert.Equal([true, true, false], done.ETags.Select(etag => etag is not null));
        Assert.Equal(["a", "c"], await KeysOf(Tables.Range(Table, "p")));
    }

    [Fact]
    public async Task A_range_runs_in_ordinal_order_from_its_first_key_up_to_its_last()
    {
        foreach (string key in (string[])["B", "a", "b", "b1", "c", "~", "10", "9"])
            await Insert(new Row("p", key));
        await Insert(new Row("q", "b"));
        Assert.Equal(["10", "9", "B", "a", "b", "b1", "c", "~"], await KeysOf(Tables.Range(Table, "p")));
        Assert.Equal(["b", "b1"], await KeysOf(Tables.Range(Table, "p", "b", "c")));
        Assert.Equal(["b", "b1"], await KeysOf(Tables.Range(Table, "p", "b", Keys.After("b"))));
        Assert.Equal(["~"], await KeysOf(Tables.Range(Table, "p", "d")));
        Assert.Empty(await KeysOf(Tables.Range(Table, "none")));
    }

    [Fact]
    public async Task A_range_and_a_scan_go_over_many_pages_without_gap_or_repeat()
    {
        const int rows = 2300;
        foreach (var part in Enumerable.Range(0, rows).Chunk(100))
        {
            var inserts = part.Select(n => Change.Insert(new Row("p", Keys.Of(n)) { ["n"] = n })).ToList();
            Assert.IsType<CommitResult.Done>(await Tables.Commit(Table, "p", inserts));
        }

        await Insert(new Row("o", "x"));
        await Insert(new Row("q", "x"));
        var numbers = new List<long>();
        await foreach (var row in Tables.Range(Table, "p")) numbers.Add(row.Number("n"));
        Assert.Equal(Enumerable.Range(0, rows).Select(n => (long)n), numbers);
        var all = await KeysOf(Tables.Scan(Table));
        Assert.Equal([.. (string[])["x"], .. Enumerable.Range(0, rows).Select(n => Keys.Of(n)), "x"], all);
    }

    [Fact]
    public async Task A_range_over_large_rows_gives_all_of_them()
    {
        byte[] content = new byte[Chunks.BytesMax];
        new Random(7).NextBytes(content);
        for (int i = 0; i < 12; i++)
        {
            var row = new Row("p", Keys.Of(i));
            row.SetChunks("body", content);
            await Insert(row);
        }

        int count = 0;
        await foreach (var row in Tables.Range(Table, "p"))
        {
            Assert.Equal(content, row.Chunked("body"));
            count++;
        }

        Assert.Equal(12, count);
    }

    [Fact]
    public async Task A_full_commit_of_a_hundred_rows_is_taken()
    {
        var changes = Enumerable.Range(0, 100).Select(n => Change.Insert(new Row("p", Keys.Of(n)))).ToList();
        Assert.Equal(100, ((CommitResult.Done)await Tables.Commit(Table, "p", changes)).ETags.Count);
    }

    [Fact]
    public async Task A_row_with_all_the_properties_allowed_is_taken()
    {
        var row = new Row("p", "k");
        for (int i = 0; i < TableLimits.PropertyCountMax; i++) row[$"p{i}"] = i;
        await Insert(row);
        Assert.Equal(TableLimits.PropertyCountMax, (await Tables.Get(Table, "p", "k"))!.Count);
    }

    [Theory]
    [InlineData("two partitions")]
    [InlineData("101 rows")]
    [InlineData("more than 252 properties")]
    [InlineData("a row over 1 MiB")]
    public async Task What_Azure_refuses_and_its_emulator_takes_is_refused_before_it_is_sent(string what)
    {
        var row = new Row("p", "k");
        for (int i = 0; what == "more than 252 properties" && i < 253; i++) row[$"p{i}"] = i;
        for (int i = 0; what == "a row over 1 MiB" && i < 17; i++) row[$"p{i}"] = new byte[64 * 1024];
        var changes = new List<Change> { Change.Insert(row) };
        if (what == "two partitions") changes.Add(Change.Insert(new Row("q", "k")));
        if (what == "101 rows")
            changes.AddRange(Enumerable.Range(0, 100).Select(n => Change.Insert(new Row("p", Keys.Of(n)))));
        await Assert.ThrowsAsync<TableLimitException>(() => Tables.Commit(Table, "p", changes));
        Assert.Empty(await KeysOf(Tables.Scan(Table)));
    }

    [Fact]
    public async Task Every_character_that_a_key_may_hold_is_a_key_like_any_other()
    {
        var keys = Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c)
            .Where(c => c is not ('/' or '\\' or '#' or '?')).Select(c => $"a{c}b").ToList();
        foreach (string key in keys) await Insert(new Row(key, key));
        Assert.Equal(keys, await KeysOf(Tables.Scan(Table)));
        foreach (string key in keys)
        {
            var row = (await Tables.Get(Table, key, key))!;
            Assert.Equal([key], await KeysOf(Tables.Range(Table, key, key, key + "~")));
            var done = await Done(Change.Replace(row));
            await Done(Change.Delete(key, key, done.ETags[0]!));
        }

        Assert.Empty(await KeysOf(Tables.Scan(Table)));
    }

    [Fact]
    public Task Any_rows_come_back_as_they_went_in() => GeneratedRows.Storable.List[1, 20].SampleAsync(
        async rows =>
        {
            var inserts = rows.Select((row, i) => Change.Insert(GeneratedRows.Named(row, "p", Keys.Of(i))));
            var changes = inserts.ToList();
            var done = Assert.IsType<CommitResult.Done>(await Tables.Commit(Table, "p", changes));
            var deletes = new List<Change>();
            await foreach (var read in Tables.Range(Table, "p"))
            {
                var written = changes[deletes.Count].Row!;
                Assert.Equal(written.Values.OrderBy(v => v.Key), read.Values.OrderBy(v => v.Key));
                Assert.Equal(done.ETags[deletes.Count], read.ETag);
                deletes.Add(Change.Delete(read));
            }

            Assert.Equal(changes.Count, deletes.Count);
            await Done(deletes);
        },
        iter: 60, threads: 1);

    [Fact]
    public async Task Concurrent_writers_lose_no_update()
    {
        const int writers = 8, updates = 25;
        await Insert(new Row("p", "total") { ["n"] = 0 });
        await Task.WhenAll(Enumerable.Range(0, writers).Select(w => Task.Run(async () =>
        {
            for (int i = 0; i < updates; i++)
            {
                CommitResult result;
                do
                {
                    var total = (await Tables.Get(Table, "p", "total"))!;
                    total["n"] = total.Number("n") + 1;
                    var effect = new Row("p", $"{w}-{i}");
                    result = await Commit(Change.Insert(effect), Change.Replace(total));
                }
                while (result is CommitResult.Conflict);
                Assert.IsType<CommitResult.Done>(result);
            }
        })));
        Assert.Equal(writers * updates, (await Tables.Get(Table, "p", "total"))!.Number("n"));
        Assert.Equal((writers * updates) + 1, (await KeysOf(Tables.Range(Table, "p"))).Count);
    }

    [Fact]
    public async Task Of_many_inserts_of_one_key_one_is_done()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(n =>
            Task.Run(() => Commit(Change.Insert(new Row("p", "k") { ["n"] = n })))));
        Assert.Single(results, result => result is CommitResult.Done);
        Assert.Equal(19, results.Count(r => r is CommitResult.Conflict { Reason: ConflictReason.Exists }));
    }

    [Fact]
    public async Task A_row_keeps_the_id_of_the_commit_that_wrote_it_out_of_its_properties()
    {
        await Insert(new Row("p", "k"));
        var row = (await Tables.Get(Table, "p", "k"))!;
        Assert.Equal(24, row.CommitId!.Length);
        Assert.Empty(row.Values);
    }

    private protected Task<CommitResult> Commit(params IReadOnlyList<Change> changes) =>
        Tables.Commit(Table, changes[0].Partition, changes);

    private protected async Task<CommitResult.Done> Done(params IReadOnlyList<Change> changes) =>
        Assert.IsType<CommitResult.Done>(await Commit(changes));

    private protected async Task<string> Insert(Row row) => (await Done(Change.Insert(row))).ETags[0]!;

    private protected static async Task<List<string>> KeysOf(IAsyncEnumerable<Row> rows)
    {
        var keys = new List<string>();
        await foreach (var row in rows) keys.Add(row.Key);
        return keys;
    }

    private protected async Task Reopen()
    {
        await Tables.DisposeAsync();
        port = new TablePort(Open(), TimeProvider.System, new Random(2));
    }
}
