using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

public sealed class RowCacheTests
{
    private static readonly RowName name = new("Things", "p", "k");
    private static readonly KeptRow older = new(1, [1]);
    private static readonly KeptRow newer = new(2, [2]);

    private readonly RowCache cache = new();

    [Fact]
    public void What_was_read_before_a_commit_is_not_kept_after_it()
    {
        Assert.False(cache.TryGet(name, out _, out long version));
        cache.Committing([(name, newer)]);
        cache.Offer(name, older, version);
        Assert.False(cache.TryGet(name, out _, out long during));
        cache.Offer(name, older, during);
        Assert.False(cache.TryGet(name, out _, out _));
        cache.Committed([(name, newer)], isDone: true);
        cache.Offer(name, older, version);
        cache.Offer(name, older, during);
        Assert.True(cache.TryGet(name, out var found, out _));
        Assert.Same(newer, found);
    }

    [Fact]
    public void A_row_whose_commit_has_not_ended_is_looked_up_in_the_file()
    {
        Keep(older);
        cache.Committing([(name, newer)]);
        Assert.False(cache.TryGet(name, out _, out _));
    }

    [Fact]
    public void After_a_commit_with_an_open_end_the_file_decides()
    {
        Keep(older);
        cache.Committing([(name, newer)]);
        cache.Committed([(name, newer)], isDone: false);
        Assert.False(cache.TryGet(name, out _, out long version));
        cache.Offer(name, newer, version);
        Assert.True(cache.TryGet(name, out var found, out _));
        Assert.Same(newer, found);
    }

    [Fact]
    public void That_there_is_no_row_is_known_until_one_is_written()
    {
        Keep(null);
        Assert.True(cache.TryGet(name, out var found, out _));
        Assert.Null(found);
        cache.Committing([(name, newer)]);
        cache.Committed([(name, newer)], isDone: true);
        Assert.True(cache.TryGet(name, out found, out _));
        Assert.Same(newer, found);
    }

    [Fact]
    public void Of_many_large_rows_it_keeps_the_latest_within_its_bound()
    {
        const int rows = 4_000, bytes = 30_000, bound = 32 * 1024 * 1024;
        for (var n = 0; n < rows; n++)
        {
            var one = name with { Key = Keys.Of(n) };
            cache.TryGet(one, out _, out long version);
            cache.Offer(one, new KeptRow(n, new byte[bytes]), version);
        }
        var kept = Enumerable.Range(0, rows).Count(n => cache.TryGet(
            name with { Key = Keys.Of(n) }, out _, out _));
        Assert.InRange(kept, 1, bound / bytes);
        Assert.True(cache.TryGet(name with { Key = Keys.Of(rows - 1) }, out _, out _));
    }

    private void Keep(KeptRow? row)
    {
        cache.TryGet(name, out _, out long version);
        cache.Offer(name, row, version);
    }
}
