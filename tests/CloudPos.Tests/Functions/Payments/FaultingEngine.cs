using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>The process was killed here.</summary>
internal sealed class KilledException() : Exception("Killed by the test.");

/// <summary>Where in a commit the process dies.</summary>
public enum KillPoint
{
    Before = 1,

    /// <summary>The rows are written, and nobody hears of it.</summary>
    After = 2,
}

/// <summary>
/// The real engine, which dies at the n-th commit and with every later call until it is revived: a process
/// that is killed does not go on in another thread.
/// </summary>
internal sealed class FaultingEngine(ITableEngine inner) : ITableEngine
{
    private volatile bool _dead;
    private int _commits;

    /// <summary>The commit at which it dies, from 1; 0 for never.</summary>
    public int DieAt { get; set; }

    public KillPoint Point { get; set; } = KillPoint.Before;

    public int Commits => _commits;

    /// <summary>What somebody else does right behind the next read of a row.</summary>
    public (string Key, Func<Task> Does)? BehindRead { get; set; }

    public bool HasDied { get; private set; }

    public void Revive()
    {
        DieAt = 0;
        _dead = false;
    }

    public Task EnsureTable(string table, CancellationToken cancel) => inner.EnsureTable(table, cancel);

    public async Task<Row?> Get(string table, string partition, string key, CancellationToken cancel)
    {
        var row = await Alive().Get(table, partition, key, cancel);
        if (BehindRead is { } meanwhile && key == meanwhile.Key)
        {
            BehindRead = null;
            await meanwhile.Does();
        }
        return row;
    }

    public Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel) =>
        Alive().Range(table, partition, from, to, max, cancel);

    public Task<RowPage> Scan(
        string table, (string Partition, string Key)? after, int max, CancellationToken cancel) =>
        Alive().Scan(table, after, max, cancel);

    public async Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
        CancellationToken cancel)
    {
        Alive();
        var dies = Interlocked.Increment(ref _commits) == DieAt;
        if (dies && Point == KillPoint.Before)
            Die();
        var result = await inner.Commit(table, partition, changes, commitId, cancel);
        if (dies)
            Die();
        return result;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private ITableEngine Alive() => _dead ? throw new KilledException() : inner;

    private void Die()
    {
        HasDied = true;
        _dead = true;
        throw new KilledException();
    }
}
