using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Functions.Settlement;

internal sealed class KilledException : Exception;

/// <summary>
/// A table engine whose owner is killed at one commit: just before it, or just after it took effect. From
/// then on nothing works, as nothing runs any more.
/// </summary>
internal sealed class KilledEngine(ITableEngine inner, int atCommit, bool after) : ITableEngine
{
    private volatile bool _dead;
    private int _commits;

    public int Commits => _commits;

    public Task EnsureTable(string table, CancellationToken cancel) =>
        Alive(() => inner.EnsureTable(table, cancel));

    public Task<Row?> Get(string table, string partition, string key, CancellationToken cancel) =>
        Alive(() => inner.Get(table, partition, key, cancel));

    public Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel) =>
        Alive(() => inner.Range(table, partition, from, to, max, cancel));

    public Task<RowPage> Scan(
        string table, (string Partition, string Key)? behind, int max, CancellationToken cancel) =>
        Alive(() => inner.Scan(table, behind, max, cancel));

    public async Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
            CancellationToken cancel)
    {
        var isIt = Interlocked.Increment(ref _commits) == atCommit;
        if (_dead || (isIt && !after))
            throw Die();
        var result = await inner.Commit(table, partition, changes, commitId, cancel);
        return isIt ? throw Die() : result;
    }

    /// <summary>The engine itself lives on: it is the disk.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private KilledException Die()
    {
        _dead = true;
        return new KilledException();
    }

    private T Alive<T>(Func<T> call) => _dead ? throw new KilledException() : call();
}
