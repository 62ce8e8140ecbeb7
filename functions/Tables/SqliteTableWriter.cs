using System.Globalization;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>What one caller wants written.</summary>
/// <param name="Names">Of the row of each change.</param>
/// <param name="Data">Of each change what is stored; null for a delete.</param>
internal sealed record TableCommit(IReadOnlyList<Change> Changes, RowName[] Names, byte[]?[] Data)
{
    public int Bytes { get; } = Data.Sum(data => data?.Length ?? 0);
}

/// <summary>
/// The one who commits. Callers queue up; the writer takes all that wait, within bounds, into one record of
/// the log, so that one sync to disk serves them all. Each commit is checked in full against the rows as they
/// are, those of its neighbours before it included, so a conflict leaves nothing to undo and does not touch
/// them. Answers go out after the record is durable. From time to time the rows go from the log into the
/// file of tables, beside the commits.
/// </summary>
internal sealed class SqliteTableWriter : IAsyncDisposable
{
    private const int QueueMax = 4096;
    private const int GroupCommitsMax = 512;
    private const int GroupChangesMax = 4096;
    private const int GroupBytesMax = 8 * 1024 * 1024;

    /// <summary>
    /// So many young rows, by their bytes, begin to age. More of them at once mean fewer pages written for
    /// each, and more to bring into the file after a crash.
    /// </summary>
    public const int YoungBytesUsual = 16 * 1024 * 1024;

    /// <summary>Where the file does not keep up, commits wait.</summary>
    private const int YoungBytesMax = 48 * 1024 * 1024;

    private const int SqliteBusy = 5, SqliteLocked = 6, SqliteIoError = 10, SqliteFull = 13;
    private static readonly TimeSpan busyDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan roomPatience = TimeSpan.FromSeconds(2);

    /// <summary>So long after it was deleted a row may lie in the file still.</summary>
    private static readonly TimeSpan youth = TimeSpan.FromSeconds(5);

    private readonly int youngBytes;
    private readonly SqliteTableMerge merge;
    private readonly SqliteTableReader reader;
    private readonly RowLog log;
    private readonly RecentRows recent;
    private readonly RowCache cache;
    private readonly List<(RowName Name, KeptRow? Row)> written = [];

    /// <summary>The version of each row that the group changes; null for one that it deletes.</summary>
    private readonly Dictionary<RowName, long?> changed = [];

    private readonly Channel<Pending> queue = Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true });
    private readonly ITimer timer;
    private readonly Task loop;
    private volatile HashSet<string> tables;
    private Task merging = Task.CompletedTask;
    private long lastETag;

    /// <param name="merge">Owned from here on, as the reader is.</param>
    /// <param name="reader">For the writer alone.</param>
    /// <param name="log">Written here alone.</param>
    /// <param name="recent">Told of each commit.</param>
    /// <param name="cache">Told of each commit.</param>
    /// <param name="youngBytes">See <see cref="YoungBytesUsual"/>.</param>
    public SqliteTableWriter(
        SqliteTableMerge merge, SqliteTableReader reader, RowLog log, RecentRows recent, RowCache cache,
        int youngBytes)
    {
        this.youngBytes = youngBytes;
        this.merge = merge;
        this.reader = reader;
        this.log = log;
        this.recent = recent;
        this.cache = cache;
        tables = merge.Tables();
        lastETag = merge.LastETag;
        loop = Task.Run(Run);
        timer = TimeProvider.System.CreateTimer(
            _ => queue.Writer.TryWrite(new Pending(null, null)), null, youth, youth);
    }

    /// <summary>
    /// Errors that pass by themselves or when a person makes room; the others are bugs or damage.
    /// </summary>
    public static bool IsPassing(SqliteException e) =>
        e.SqliteErrorCode is SqliteBusy or SqliteLocked or SqliteIoError or SqliteFull;

    public void ExpectTable(string table)
    {
        if (!tables.Contains(table))
            throw new InvalidOperationException($"Table '{table}' was never ensured.");
    }

    public async Task EnsureTable(string table, CancellationToken cancel)
    {
        if (tables.Contains(table)) return;
        await Enqueue(new Pending(null, table), cancel);
    }

    public Task<CommitResult> Commit(TableCommit commit, CancellationToken cancel) =>
        Enqueue(new Pending(commit, null), cancel);

    /// <summary>What the log holds is in the file then, unless the disk does not take it.</summary>
    public async ValueTask DisposeAsync()
    {
        await timer.DisposeAsync();
        queue.Writer.TryComplete();
        await loop;
        merge.Close();
        try
        {
            await merging;
            await merge.Begin(lastETag);
            log.Clear();
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            // It stays in the log, from where the next opening takes it.
            _ = e;
        }
        finally
        {
            reader.Dispose();
            merge.Dispose();
        }
    }

    private async Task<CommitResult> Enqueue(Pending pending, CancellationToken cancel)
    {
        await queue.Writer.WriteAsync(pending, cancel);
        return await pending.Answer.Task; // Not cancellable from here: what is queued will be written.
    }

    private async Task Run()
    {
        var group = new List<Pending>();
        try
        {
            while (await queue.Reader.WaitToReadAsync())
            {
                bool isTime = TakeGroup(group);
                if (await HasRoom()) Write(group);
                else Answer(group, _ => new CommitResult.Busy(busyDelay));
                group.Clear();
                int young = recent.Bytes;
                if (merging.IsCompletedSuccessfully && young > 0 && (young >= youngBytes || isTime)) Age();
            }
        }
        catch (Exception e)
        {
            // The file cannot be written: nothing may go into the log any more. All who wait are told.
            queue.Writer.TryComplete(e);
            foreach (var pending in group) pending.Answer.TrySetException(e);
            while (queue.Reader.TryRead(out var pending)) pending.Answer.TrySetException(e);
        }
    }

    /// <returns>Whether young rows are to age, however few they are.</returns>
    private bool TakeGroup(List<Pending> group)
    {
        int changes = 0, bytes = 0;
        bool isTime = false;
        while (group.Count < GroupCommitsMax && changes < GroupChangesMax && bytes < GroupBytesMax
            && queue.Reader.TryRead(out var next))
        {
            if (next is { Commit: null, NewTable: null })
            {
                isTime = true;
                continue;
            }

            group.Add(next);
            changes += next.Commit?.Changes.Count ?? 1;
            bytes += next.Commit?.Bytes ?? 0;
        }

        return isTime;
    }

    /// <summary>Throws what ended the bringing of rows into the file.</summary>
    private async ValueTask<bool> HasRoom()
    {
        if (merging.IsFaulted) await merging;
        if (recent.Bytes < YoungBytesMax) return true;
        await Task.WhenAny(merging, Task.Delay(roomPatience, TimeProvider.System));
        if (!merging.IsCompleted) return false;
        await merging;
        Age();
        return recent.Bytes < YoungBytesMax;
    }

    private void Age()
    {
        try
        {
            merging = merge.Begin(lastETag);
        }
        catch (IOException e)
        {
            // The log's end could not be tidied: the next time.
            _ = e;
        }
    }

    private void Write(List<Pending> group)
    {
        written.Clear();
        changed.Clear();
        var results = new CommitResult?[group.Count];
        for (int i = 0; i < results.Length; i++) results[i] = Apply(group[i]);
        bool syncing = false, isDone = false;
        try
        {
            if (written.Count > 0)
            {
                cache.Committing(written);
                log.Append(written, () => syncing = true);
                recent.Put(written);
            }

            isDone = true;
        }
        catch (IOException)
        {
            // Even a conflict may have been one with a neighbour that is not written now. Before the sync
            // began, nothing counts. After it, only a later look can tell.
            CommitResult result = syncing ? new CommitResult.Unknown() : new CommitResult.Busy(busyDelay);
            for (int i = 0; i < results.Length; i++) results[i] = results[i] is null ? null : result;
        }
        finally
        {
            if (written.Count > 0) cache.Committed(written, isDone);
        }

        for (int i = 0; i < results.Length; i++)
            if (results[i] is { } result)
                group[i].Answer.TrySetResult(result);
    }

    private static void Answer(List<Pending> group, Func<Pending, CommitResult> answer)
    {
        foreach (var pending in group) pending.Answer.TrySetResult(answer(pending));
    }

    /// <summary>Null when it failed and was told so.</summary>
    private CommitResult? Apply(Pending pending)
    {
        try
        {
            if (pending.Commit is { } commit) return FirstConflict(commit) ?? Take(commit);
            merge.AddTable(pending.NewTable!);
            tables = merge.Tables();
            return new CommitResult.Done([]);
        }
        catch (SqliteException e) when (IsPassing(e))
        {
            return new CommitResult.Busy(busyDelay);
        }
        catch (Exception e)
        {
            pending.Answer.TrySetException(e);
            return null;
        }
    }

    private CommitResult Take(TableCommit commit)
    {
        string?[] etags = new string?[commit.Changes.Count];
        for (int i = 0; i < etags.Length; i++)
        {
            var name = commit.Names[i];
            var row = commit.Data[i] is { } data ? new KeptRow(++lastETag, data) : null;
            written.Add((name, row));
            changed[name] = row?.ETag;
            etags[i] = row?.ETag.ToString(CultureInfo.InvariantCulture);
        }

        return new CommitResult.Done(etags);
    }

    private CommitResult.Conflict? FirstConflict(TableCommit commit)
    {
        for (int i = 0; i < commit.Changes.Count; i++)
        {
            if (ReasonOf(commit.Changes[i], commit.Names[i]) is { } reason)
                return new CommitResult.Conflict(i, reason);
        }

        return null;
    }

    /// <summary>Why a change does not fit; null when it does.</summary>
    private ConflictReason? ReasonOf(Change change, in RowName name) =>
        (change.Kind, ETagOf(name)) switch
        {
            (ChangeKind.Insert, null) => null,
            (ChangeKind.Insert, _) => ConflictReason.Exists,
            (_, null) => ConflictReason.Missing,
            (_, { } found) when found == VersionOf(change) => null,
            _ => ConflictReason.Changed,
        };

    private long? ETagOf(in RowName name)
    {
        if (changed.TryGetValue(name, out long? etag)) return etag;
        if (cache.TryGet(name, out var row, out _) || recent.TryGet(name, out row)) return row?.ETag;
        return reader.Get(name.Table, name.Partition, name.Key)?.ETag;
    }

    /// <summary>No row has the version that stands for one that was not given out here.</summary>
    private static long VersionOf(Change change) =>
        long.TryParse(change.ETag, NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? version
            : -1;

    /// <summary>Of neither a commit nor a table: young rows are to age.</summary>
    private sealed class Pending(TableCommit? commit, string? newTable)
    {
        public TableCommit? Commit { get; } = commit;
        public string? NewTable { get; } = newTable;

        public TaskCompletionSource<CommitResult> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
