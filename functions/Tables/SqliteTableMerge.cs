using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>
/// Brings what the log holds into the file of tables: many rows in one transaction and in the order of the
/// file, each as it was last, so that a page is written once for all rows on it. The transaction says up to
/// which record of the log it goes. Thread-safe.
/// </summary>
internal sealed class SqliteTableMerge : IDisposable
{
    private static readonly TimeSpan pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly SqliteTableStatements statements;
    private readonly RowLog log;
    private readonly RecentRows recent;
    private readonly CancellationTokenSource closing = new();

    /// <param name="statements">Owned from here on.</param>
    /// <param name="log">Its records that are not in the file are brought there at once.</param>
    /// <param name="recent">Told when those that age are in the file.</param>
    public SqliteTableMerge(SqliteTableStatements statements, RowLog log, RecentRows recent)
    {
        this.statements = statements;
        this.log = log;
        this.recent = recent;
        LastETag = statements.LastETag();
        var behind = log.Behind(statements.LastMerged());
        var rows = behind.SelectMany(record => record).ToList();
        LastETag = Math.Max(LastETag, rows.Max(row => row.Row?.ETag) ?? 0);
        // Even without a row: SQLite syncs the folder with it, and so the names of the log's files.
        Merge(rows, log.Last, LastETag);
        log.Clear();
    }

    /// <summary>The last version that was given out, as of the opening.</summary>
    public long LastETag { get; }

    public HashSet<string> Tables()
    {
        lock (gate) return statements.Tables();
    }

    public void AddTable(string name)
    {
        lock (gate) statements.AddTable(name);
    }

    /// <summary>
    /// Begins to bring the young rows into the file; from here on they age. Nothing of before ages any more.
    /// </summary>
    public Task Begin(long lastETag)
    {
        long last = log.Last;
        int file = log.TakeTurns();
        var rows = recent.Age();
        return Task.Run(() => Patiently(rows, last, lastETag, file));
    }

    /// <summary>Tries no more. What is not in the file stays in the log.</summary>
    public void Close() => closing.Cancel();

    public void Dispose()
    {
        statements.Dispose();
        closing.Dispose();
    }

    /// <summary>Tries until the disk has room again: the rows are safe in the log meanwhile.</summary>
    private async Task Patiently(
        IEnumerable<(RowName Name, KeptRow? Row)> rows, long last, long lastETag, int file)
    {
        for (bool isMerged = false; ;)
        {
            try
            {
                if (!isMerged) Merge(rows, last, lastETag);
                if (!isMerged) recent.Merged();
                isMerged = true;
                log.Wipe(file);
                return;
            }
            catch (Exception e) when (
                !closing.IsCancellationRequested
                && (e is IOException || (e is SqliteException wrong && SqliteTableWriter.IsPassing(wrong))))
            {
                await Task.Delay(pause, TimeProvider.System, closing.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Merge(IEnumerable<(RowName Name, KeptRow? Row)> rows, long last, long lastETag)
    {
        lock (gate)
        {
            try
            {
                statements.Begin();
                foreach (var (name, row) in rows) statements.Set(name, row);
                statements.SetCounters(lastETag, last);
                statements.Commit();
            }
            catch
            {
                statements.Rollback();
                throw;
            }
        }
    }
}
