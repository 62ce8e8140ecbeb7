using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>
/// All tables in one SQLite file: WAL, synchronous=FULL, one writer that commits for whoever waits, and a few
/// reading connections beside it. A commit is durable when its answer comes. One process at a time owns the
/// file.
/// </summary>
internal sealed class SqliteTableEngine : ITableEngine
{
    private const int ReadersMax = 4;
    private const int PageBytesMax = 4 * 1024 * 1024;

    private readonly SqliteFile file;
    private readonly SqliteTableWriter writer;
    private readonly ConcurrentBag<SqliteTableReader> idle = [];
    private readonly SemaphoreSlim readers = new(ReadersMax);

    private SqliteTableEngine(SqliteFile file, SqliteTableWriter writer)
    {
        this.file = file;
        this.writer = writer;
    }

    /// <summary>
    /// Opens or makes the file. Throws <see cref="IOException"/> when another process has it.
    /// </summary>
    public static SqliteTableEngine Open(string path)
    {
        var file = SqliteFile.Own(path);
        try
        {
            return new SqliteTableEngine(file, SqliteTableWriter.Start(file.ConnectWriter()));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public Task EnsureTable(string table, CancellationToken cancel) => writer.EnsureTable(table, cancel);

    public Task<Row?> Get(string table, string partition, string key, CancellationToken cancel) =>
        Read(table, reader => reader.Get(table, partition, key), cancel);

    public Task<IReadOnlyList<Row?>> GetMany(
        string table, string partition, IReadOnlyList<string> keys, CancellationToken cancel) =>
        Read(table, reader => reader.GetMany(table, partition, keys), cancel);

    public Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel) =>
        Read(table, reader => reader.Range(table, partition, from, to, max, PageBytesMax), cancel);

    public Task<RowPage> Scan(
        string table, (string Partition, string Key)? after, int max, CancellationToken cancel) =>
        Read(table, reader => reader.Scan(table, after ?? ("", ""), max, PageBytesMax), cancel);

    public Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
        CancellationToken cancel)
    {
        writer.ExpectTable(table);
        return writer.Commit(new TableCommit(table, partition, changes, commitId), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        for (int i = 0; i < ReadersMax; i++) await readers.WaitAsync();
        foreach (var reader in idle) reader.Dispose();
        readers.Dispose();
        file.Dispose();
    }

    private async Task<T> Read<T>(string table, Func<SqliteTableReader, T> read, CancellationToken cancel)
    {
        writer.ExpectTable(table);
        await readers.WaitAsync(cancel);
        try
        {
            if (!idle.TryTake(out var reader)) reader = new SqliteTableReader(file.Connect("FULL"));
            try
            {
                return read(reader);
            }
            finally
            {
                idle.Add(reader);
            }
        }
        catch (SqliteException e) when (SqliteTableWriter.IsPassing(e))
        {
            throw new TableBusyException(TimeSpan.FromMilliseconds(100), e);
        }
        finally
        {
            readers.Release();
        }
    }
}
