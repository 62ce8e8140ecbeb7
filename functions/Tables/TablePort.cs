using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace CloudPos.Functions.Tables;

/// <summary>
/// The tables as everybody uses them: checks the limits of Azure Tables whatever the engine, waits out a busy
/// store within bounds, and resolves lost answers by reading back, so that a commit never takes effect twice.
/// Thread-safe. Reads that stay refused throw <see cref="TablesUnavailableException"/>.
/// </summary>
internal sealed class TablePort : IAsyncDisposable
{
    private const int TriesMax = 6;
    private const int PageRows = 500;
    private static readonly TimeSpan delayMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan delayMax = TimeSpan.FromSeconds(2);

    private readonly ITableEngine engine;
    private readonly TimeProvider time;
    private readonly Random random;
    private readonly Lock randomLock = new();

    /// <param name="engine">Owned from here on: disposed with the port.</param>
    /// <param name="time">Times the waits between tries.</param>
    /// <param name="random">Spreads those waits; seed it to repeat a run.</param>
    public TablePort(ITableEngine engine, TimeProvider time, Random? random = null)
    {
        this.engine = engine;
        this.time = time;
        this.random = random ?? new Random();
    }

    public async Task EnsureTable(string table, CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        await Patiently(() => engine.EnsureTable(table, cancel), cancel);
    }

    /// <summary>The row, or null when there is none.</summary>
    public async Task<Row?> Get(
        string table, string partition, string key, CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(partition);
        TableLimits.CheckKey(key);
        Row? row = null;
        await Patiently(async () => row = await engine.Get(table, partition, key, cancel), cancel);
        return row;
    }

    /// <summary>
    /// The rows of some keys of a partition, in the order of the keys; null where there is none. Each is read
    /// as by <see cref="Get"/>: together they are no snapshot.
    /// </summary>
    /// <param name="keys">At most as many as a commit may change.</param>
    public async Task<IReadOnlyList<Row?>> GetMany(
        string table, string partition, IReadOnlyList<string> keys, CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(partition);
        if (keys.Count > TableLimits.CommitChangesMax)
            throw new TableLimitException(
                TableLimit.CommitChanges,
                $"{keys.Count} keys at once, at most {TableLimits.CommitChangesMax} allowed.");
        foreach (var key in keys) TableLimits.CheckKey(key);
        IReadOnlyList<Row?> rows = [];
        await Patiently(async () => rows = await engine.GetMany(table, partition, keys, cancel), cancel);
        return rows;
    }

    /// <summary>
    /// The rows of a partition in ordinal key order, read in pages. Not a snapshot: a row written while the
    /// range is read is seen as it was before or after, and a new one may be missed.
    /// </summary>
    /// <param name="toExclusive">
    /// The key to stop before; null reads to the end. See <see cref="Keys.After"/>.
    /// </param>
    public async IAsyncEnumerable<Row> Range(
        string table, string partition, string fromInclusive = "", string? toExclusive = null,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        TableLimits.CheckKey(partition);
        var start = new PageStart(fromInclusive, After: false);
        while (true)
        {
            RowPage page = null!;
            await Patiently(
                async () => page = await engine.Range(table, partition, start, toExclusive, PageRows, cancel),
                cancel);
            foreach (var row in page.Rows) yield return row;
            if (!page.More) yield break;
            start = new PageStart(page.Rows[^1].Key, After: true);
        }
    }

    /// <summary>
    /// All rows of a table, for repair and reports. The same caveat as for <see cref="Range"/> holds.
    /// </summary>
    public async IAsyncEnumerable<Row> Scan(
        string table, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        (string, string)? after = null;
        while (true)
        {
            RowPage page = null!;
            await Patiently(async () => page = await engine.Scan(table, after, PageRows, cancel), cancel);
            foreach (var row in page.Rows) yield return row;
            if (!page.More) yield break;
            after = (page.Rows[^1].Partition, page.Rows[^1].Key);
        }
    }

    /// <summary>
    /// All changes or none, in one partition of one table. Tries again while the store is busy or its answer
    /// is lost, within bounds, always under one commit id. Unknown comes back only when the rows were written
    /// again by another before they could be read back, or when the store stayed silent: read the state again
    /// before acting. A delete of a row that is gone after a lost answer counts as done, whoever deleted it.
    /// </summary>
    public async Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancel = default)
    {
        TableLimits.CheckTable(table);
        TableLimits.Check(partition, changes);
        string commitId = RandomNumberGenerator.GetHexString(24, lowercase: true);
        bool answerLost = false;
        for (int attempt = 1; ; attempt++)
        {
            var result = await engine.Commit(table, partition, changes, commitId, cancel);
            if (result is CommitResult.Done) return result;
            if (result is CommitResult.Conflict && !answerLost) return result;
            if (result is CommitResult.Unknown or CommitResult.Conflict)
            {
                // A conflict after a lost answer may be with our own earlier try, which arrived late.
                answerLost = true;
                switch (await ReadBack(table, changes, commitId, cancel))
                {
                    case (ReadBackVerdict.TookEffect, var etags): return new CommitResult.Done(etags);
                    case (ReadBackVerdict.Overwritten, _): return new CommitResult.Unknown();
                    case (ReadBackVerdict.DidNot, _) when result is CommitResult.Conflict: return result;
                    default: break;
                }
            }

            if (attempt == TriesMax) return answerLost ? new CommitResult.Unknown() : result;
            await Wait(attempt, (result as CommitResult.Busy)?.After ?? TimeSpan.Zero, cancel);
        }
    }

    /// <summary>
    /// As <see cref="Commit(string, string, IReadOnlyList{Change}, CancellationToken)"/> for handlers that
    /// are run again when they throw: null is done, else the conflict; Busy and Unknown throw <see
    /// cref="TablesUnavailableException"/>.
    /// </summary>
    public async Task<CommitResult.Conflict?> TryCommit(
        string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancel = default) =>
        await Commit(table, partition, changes, cancel) switch
        {
            CommitResult.Done => null,
            CommitResult.Conflict conflict => conflict,
            CommitResult.Busy busy => throw new TablesUnavailableException(busy.After),
            _ => throw new TablesUnavailableException(delayMax),
        };

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    private enum ReadBackVerdict
    {
        TookEffect,
        DidNot,
        Overwritten,
        Unread,
    }

    /// <summary>
    /// A commit is atomic, so one row that carries its id proves it, and one row that is still as the commit
    /// wanted to find it disproves it. A delete leaves nothing to carry an id; a commit of deletes alone is
    /// judged by their absence.
    /// </summary>
    private async Task<(ReadBackVerdict Verdict, string?[] ETags)> ReadBack(
        string table, IReadOnlyList<Change> changes, string commitId, CancellationToken cancel)
    {
        string?[] etags = new string?[changes.Count];
        bool proved = false, disproved = false, onlyDeletes = true, allGone = true;
        for (int i = 0; i < changes.Count; i++)
        {
            var change = changes[i];
            Row? row;
            try
            {
                row = await engine.Get(table, change.Partition, change.Key, cancel);
            }
            catch (TableBusyException)
            {
                return (ReadBackVerdict.Unread, etags); // The caller waits and tries again, within its bound.
            }

            onlyDeletes &= change.Kind == ChangeKind.Delete;
            allGone &= row is null;
            if (row?.CommitId == commitId)
            {
                proved = true;
                etags[i] = row.ETag;
            }
            else
            {
                disproved |= change.Kind == ChangeKind.Insert ? row is null : row?.ETag == change.ETag;
            }
        }

        if (proved || (onlyDeletes && allGone)) return (ReadBackVerdict.TookEffect, etags);
        return (disproved ? ReadBackVerdict.DidNot : ReadBackVerdict.Overwritten, etags);
    }

    private async Task Patiently(Func<Task> read, CancellationToken cancel)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                await read();
                return;
            }
            catch (TableBusyException busy) when (attempt == TriesMax)
            {
                throw new TablesUnavailableException(busy.After, busy);
            }
            catch (TableBusyException busy)
            {
                await Wait(attempt, busy.After, cancel);
            }
        }
    }

    /// <summary>
    /// Full jitter over a doubling delay; what the store asked for is a floor, itself bounded.
    /// </summary>
    private Task Wait(int attempt, TimeSpan floor, CancellationToken cancel)
    {
        double factor;
        lock (randomLock) factor = random.NextDouble();
        var delay = TimeSpan.FromTicks(Math.Min(delayMin.Ticks << attempt, delayMax.Ticks)) * factor;
        return Task.Delay(delay + (floor < delayMax ? floor : delayMax), time, cancel);
    }
}

/// <summary>
/// The store stayed busy or silent through all tries. Nothing is known to be wrong with the request.
/// </summary>
internal sealed class TablesUnavailableException(TimeSpan after, Exception? inner = null)
    : Exception("The table store did not answer in time.", inner)
{
    public TimeSpan After { get; } = after;
}
