using System.Globalization;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>What one caller wants written.</summary>
/// <param name="Data">Of each change what is stored; null for a delete.</param>
internal sealed record TableCommit(
    string Table, string Partition, IReadOnlyList<Change> Changes, byte[]?[] Data);

/// <summary>
/// The one writer of the file. Callers queue up; the writer takes all that wait, within bounds, into one
/// SQLite transaction, so that one sync to disk serves them all. At first each statement finds out by itself
/// whether its change fits. Where one does not, and others of its commit were made already, the transaction
/// is undone and made anew, each commit being checked in full before any of its changes: then a conflict
/// leaves nothing to undo and does not touch its neighbours. Answers go out after the transaction is durable.
/// Were a transaction to fail, its members are tried alone, so that one cannot fail the others.
/// </summary>
internal sealed class SqliteTableWriter : IAsyncDisposable
{
    private const int QueueMax = 4096;
    private const int GroupCommitsMax = 512;
    private const int GroupChangesMax = 4096;
    private const int SqliteBusy = 5, SqliteLocked = 6, SqliteIoError = 10, SqliteFull = 13;
    private static readonly TimeSpan busyDelay = TimeSpan.FromMilliseconds(250);

    private readonly SqliteConnection connection;
    private readonly SqliteTableStatements statements;
    private readonly RowCache cache;
    private readonly List<(RowName Name, KeptRow? Row)> written = [];
    private readonly Channel<Pending> queue = Channel.CreateBounded<Pending>(
        new BoundedChannelOptions(QueueMax) { SingleReader = true });
    private readonly Task loop;
    private volatile HashSet<string> tables;
    private long lastETag;

    private SqliteTableWriter(SqliteConnection connection, RowCache cache)
    {
        this.connection = connection;
        this.cache = cache;
        SqliteTableStatements.MakeSchema(connection);
        statements = new SqliteTableStatements(connection);
        tables = statements.Tables();
        lastETag = statements.LastETag();
        loop = Task.Run(Run);
    }

    /// <param name="connection">Owned from here on.</param>
    /// <param name="cache">Told of each commit.</param>
    public static SqliteTableWriter Start(SqliteConnection connection, RowCache cache)
    {
        try
        {
            return new SqliteTableWriter(connection, cache);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
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

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await loop;
        statements.Dispose();
        await connection.DisposeAsync();
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
                TakeGroup(group);
                if (!Write(group, checkFirst: false) && !Write(group, checkFirst: true))
                    foreach (var pending in group) Write([pending], checkFirst: true);
                group.Clear();
            }
        }
        catch (Exception e)
        {
            // Even the rollback failed: nothing may be written on this connection any more. All who wait are
            // told.
            queue.Writer.TryComplete(e);
            foreach (var pending in group) pending.Answer.TrySetException(e);
            while (queue.Reader.TryRead(out var pending)) pending.Answer.TrySetException(e);
        }
    }

    private void TakeGroup(List<Pending> group)
    {
        int changes = 0;
        while (group.Count < GroupCommitsMax && changes < GroupChangesMax
            && queue.Reader.TryRead(out var next))
        {
            group.Add(next);
            changes += next.Commit?.Changes.Count ?? 1;
        }
    }

    /// <summary>
    /// True when every member was answered; false when the group is to be tried again: checked first, or one
    /// by one.
    /// </summary>
    private bool Write(IReadOnlyList<Pending> group, bool checkFirst)
    {
        bool committing = false;
        written.Clear();
        try
        {
            var results = new CommitResult[group.Count];
            statements.Begin();
            for (int i = 0; i < group.Count; i++)
            {
                if (Apply(group[i], checkFirst) is not { } result)
                {
                    statements.Rollback();
                    return false;
                }

                results[i] = result;
            }

            statements.SetLastETag(lastETag);
            committing = true;
            Commit();
            if (group.Any(pending => pending.NewTable is not null)) tables = statements.Tables();
            for (int i = 0; i < group.Count; i++) group[i].Answer.TrySetResult(results[i]);
            return true;
        }
        catch (Exception e)
        {
            statements.Rollback();
            if (group.Count > 1 && !committing) return false;
            foreach (var pending in group) Fail(pending, e, committing);
            return true;
        }
    }

    private void Commit()
    {
        bool isDone = false;
        cache.Committing(written);
        try
        {
            statements.Commit();
            isDone = true;
        }
        finally
        {
            cache.Committed(written, isDone);
        }
    }

    /// <summary>
    /// Before the commit began, nothing is written. After it, only a later look can tell: SQLite may have
    /// written the whole of it and failed in the sync.
    /// </summary>
    private static void Fail(Pending pending, Exception e, bool committing)
    {
        if (committing) pending.Answer.TrySetResult(new CommitResult.Unknown());
        else if (e is SqliteException sqlite && IsPassing(sqlite))
            pending.Answer.TrySetResult(new CommitResult.Busy(busyDelay));
        else pending.Answer.TrySetException(e);
    }

    /// <summary>Null when it does not fit and would have to be undone.</summary>
    private CommitResult? Apply(Pending pending, bool checkFirst)
    {
        if (pending.NewTable is not null)
        {
            statements.AddTable(pending.NewTable);
            return new CommitResult.Done([]);
        }

        var commit = pending.Commit!;
        if (checkFirst && FirstConflict(commit) is { } conflict) return conflict;
        string?[] etags = new string?[commit.Changes.Count];
        for (int i = 0; i < etags.Length; i++)
        {
            var change = commit.Changes[i];
            var name = new RowName(commit.Table, commit.Partition, change.Key);
            byte[]? data = commit.Data[i];
            if (data is not null) lastETag++;
            if (!statements.Make(change.Kind, name, VersionOf(change), lastETag, data))
                return i == 0 ? new CommitResult.Conflict(0, ReasonOf(change, name)!.Value) : null;
            written.Add((name, data is null ? null : new KeptRow(lastETag, data)));
            etags[i] = data is null ? null : lastETag.ToString(CultureInfo.InvariantCulture);
        }

        return new CommitResult.Done(etags);
    }

    private CommitResult.Conflict? FirstConflict(TableCommit commit)
    {
        for (int i = 0; i < commit.Changes.Count; i++)
        {
            var change = commit.Changes[i];
            if (ReasonOf(change, new RowName(commit.Table, commit.Partition, change.Key)) is { } reason)
                return new CommitResult.Conflict(i, reason);
        }

        return null;
    }

    /// <summary>Why a change does not fit; null when it does.</summary>
    private ConflictReason? ReasonOf(Change change, in RowName name) =>
        (change.Kind, statements.ETagOf(name)) switch
        {
            (ChangeKind.Insert, null) => null,
            (ChangeKind.Insert, _) => ConflictReason.Exists,
            (_, null) => ConflictReason.Missing,
            (_, { } found) when found == VersionOf(change) => null,
            _ => ConflictReason.Changed,
        };

    /// <summary>No row has the version that stands for one that was not given out here.</summary>
    private static long VersionOf(Change change) =>
        long.TryParse(change.ETag, NumberStyles.None, CultureInfo.InvariantCulture, out long version)
            ? version
            : -1;

    private sealed class Pending(TableCommit? commit, string? newTable)
    {
        public TableCommit? Commit { get; } = commit;
        public string? NewTable { get; } = newTable;

        public TaskCompletionSource<CommitResult> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
