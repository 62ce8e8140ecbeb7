namespace CloudPos.Functions.Tables;

/// <summary>
/// What a store must offer to lie behind <see cref="TablePort"/>, which alone calls it and has checked the
/// limits before. An engine answers one try: retrying and reading back are the port's. Thread-safe. Reads
/// throw <see cref="TableBusyException"/> when the store asks to come back later.
/// </summary>
internal interface ITableEngine : IAsyncDisposable
{
    /// <summary>
    /// Makes the table if it is not there. Using a table that was never ensured is a bug and throws.
    /// </summary>
    Task EnsureTable(string table, CancellationToken cancel);

    Task<Row?> Get(string table, string partition, string key, CancellationToken cancel);

    /// <summary>
    /// The rows of some keys, in the order of the keys; null where there is none. They are no snapshot. An
    /// engine that has no better way asks for all of them at once.
    /// </summary>
    async Task<IReadOnlyList<Row?>> GetMany(
        string table, string partition, IReadOnlyList<string> keys, CancellationToken cancel) =>
        await Task.WhenAll(keys.Select(key => Get(table, partition, key, cancel)));

    /// <summary>
    /// Rows in ordinal key order, starting at <paramref name="from"/> (or just after it), ending before
    /// <paramref name="to"/>, or at the partition's end when it is null.
    /// </summary>
    Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel);

    /// <summary>
    /// Rows of the whole table by partition, then key, after the given place; from the start when it is null.
    /// </summary>
    Task<RowPage> Scan(
        string table, (string Partition, string Key)? after, int max, CancellationToken cancel);

    /// <summary>
    /// All changes or none. Each written row carries <paramref name="commitId"/>. A conflict names the first
    /// change that did not fit.
    /// </summary>
    Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
        CancellationToken cancel);
}

/// <summary>Where a page starts: at the key, or after it.</summary>
internal readonly record struct PageStart(string Key, bool After);

/// <summary>One page of rows. A page that is not the last holds at least one row.</summary>
internal sealed record RowPage(IReadOnlyList<Row> Rows, bool More);

/// <summary>The store refused a read for now.</summary>
internal sealed class TableBusyException(TimeSpan after, Exception? inner = null)
    : Exception("The table store is busy.", inner)
{
    public TimeSpan After { get; } = after;
}
