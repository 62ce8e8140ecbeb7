using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

public enum Fault
{
    /// <summary>The store refuses for now.</summary>
    Busy,

    /// <summary>The request is lost: no effect, no answer.</summary>
    LostRequest,

    /// <summary>The answer is lost: full effect, no answer.</summary>
    LostAnswer,

    /// <summary>No answer, and the effect comes only with the next commit, just before it.</summary>
    LateRequest,
}

/// <summary>A table engine whose commits fail at the calls named, counted from 1.</summary>
internal sealed class FaultyEngine(ITableEngine inner, params (int Call, Fault Fault)[] faults) : ITableEngine
{
    private Func<Task>? late;

    public int Commits { get; private set; }

    /// <summary>
    /// Runs after a commit whose answer is lost: what another writer does before the rows are read back.
    /// </summary>
    public Func<ITableEngine, Task>? Meanwhile { get; init; }

    public int BusyReads { get; set; }

    public Task EnsureTable(string table, CancellationToken cancel) => inner.EnsureTable(table, cancel);

    public Task<Row?> Get(string table, string partition, string key, CancellationToken cancel) =>
        BusyReads-- > 0
            ? throw new TableBusyException(TimeSpan.Zero)
            : inner.Get(table, partition, key, cancel);

    public Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel) =>
        BusyReads-- > 0
            ? throw new TableBusyException(TimeSpan.Zero)
            : inner.Range(table, partition, from, to, max, cancel);

    public Task<RowPage> Scan(
        string table, (string Partition, string Key)? after, int max, CancellationToken cancel) =>
        inner.Scan(table, after, max, cancel);

    public async Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
        CancellationToken cancel)
    {
        Commits++;
        if (late is not null) await late();
        late = null;
        Task<CommitResult> Really() => inner.Commit(table, partition, changes, commitId, cancel);
        switch (faults.Where(f => f.Call == Commits).Select(f => (Fault?)f.Fault).SingleOrDefault())
        {
            case null: return await Really();
            case Fault.Busy: return new CommitResult.Busy(TimeSpan.Zero);
            case Fault.LateRequest: late = Really; break;
            case Fault.LostAnswer: await Really(); break;
            case Fault.LostRequest: break;
        }

        if (Meanwhile is not null) await Meanwhile(inner);
        return new CommitResult.Unknown();
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
