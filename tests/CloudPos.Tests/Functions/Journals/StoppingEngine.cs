using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Functions.Journals;

/// <summary>The process ends here: nothing catches this, as nothing catches a power cut.</summary>
internal sealed class Stopped : OperationCanceledException;

/// <summary>
/// A table engine in a process that stops at one commit, just before it takes effect or just after. Whatever
/// the process would do afterwards does not happen.
/// </summary>
internal sealed class StoppingEngine(ITableEngine inner, int stopAt, bool after) : ITableEngine
{
    private int _commits;
    private bool _stopped;

    public int Commits => _commits;

    public Task EnsureTable(string table, CancellationToken cancel) => inner.EnsureTable(table, cancel);

    public Task<Row?> Get(string table, string partition, string key, CancellationToken cancel) =>
        _stopped ? throw new Stopped() : inner.Get(table, partition, key, cancel);

    public Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel) =>
        _stopped ? throw new Stopped() : inner.Range(table, partition, from, to, max, cancel);

    public Task<RowPage> Scan(
        string table, (string Partition, string Key)? after, int max, CancellationToken cancel) =>
        _stopped ? throw new Stopped() : inner.Scan(table, after, max, cancel);

    public async Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
        CancellationToken cancel)
    {
        if (_stopped)
            throw new Stopped();
        if (Interlocked.Increment(ref _commits) != stopAt)
            return await inner.Commit(table, partition, changes, commitId, cancel);
        _stopped = true;
        if (after)
            await inner.Commit(table, partition, changes, commitId, cancel);
        throw new Stopped();
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
