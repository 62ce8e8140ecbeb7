using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Infra;

/// <summary>Requests to the tables, by the meters of Azure Tables.</summary>
internal readonly record struct TableRequests(int Reads, int Queries, int Commits)
{
    public static TableRequests operator +(TableRequests left, TableRequests right) =>
        new(left.Reads + right.Reads, left.Queries + right.Queries, left.Commits + right.Commits);

    public static TableRequests operator -(TableRequests left, TableRequests right) =>
        new(left.Reads - right.Reads, left.Queries - right.Queries, left.Commits - right.Commits);
}

/// <summary>Counts what is asked of the engine inside. A page of a range is one query.</summary>
internal sealed class CountingEngine(ITableEngine inner) : ITableEngine
{
    private int _reads, _queries, _commits;

    public TableRequests Requests => new(_reads, _queries, _commits);

    public Task EnsureTable(string table, CancellationToken cancel) => inner.EnsureTable(table, cancel);

    public Task<Row?> Get(string table, string partition, string key, CancellationToken cancel)
    {
        Interlocked.Increment(ref _reads);
        return inner.Get(table, partition, key, cancel);
    }

    public Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel)
    {
        Interlocked.Increment(ref _queries);
        return inner.Range(table, partition, from, to, max, cancel);
    }

    public Task<RowPage> Scan(
        string table, (string Partition, string Key)? after, int max, CancellationToken cancel)
    {
        Interlocked.Increment(ref _queries);
        return inner.Scan(table, after, max, cancel);
    }

    public Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
        CancellationToken cancel)
    {
        Interlocked.Increment(ref _commits);
        return inner.Commit(table, partition, changes, commitId, cancel);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
