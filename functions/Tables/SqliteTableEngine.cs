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
    private readonly RowCache cache;
    private readonly ConcurrentBag<SqliteTableReader> idle = [];
    private readonly SemaphoreSlim readers = new(ReadersMax);

    private SqliteTableEngine(SqliteFile file, SqliteTableWriter writer, RowCache cache)
    {
        this.file = file;
        this.writer = writer;
        this.cache = cache;
    }

    /// <summary>
    /// Opens or makes the file. Throws <see cref="IOException"/> when another process has it.
    /// </summary>
    public static SqliteTableEngine Open(string path)
    {
        var file = SqliteFile.Own(path);
        try
        {
            var cache = new RowCache();
            return new SqliteTableEngine(file, SqliteTableWriter.Start(file.ConnectWriter(), cache), cache);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public Task EnsureTable(string table, CancellationToken cancel) => writer.EnsureTable(table, cancel);

    public async Task<Row?> Get(string table, string partition, string key, CancellationToken cancel)
    {
        var name = new RowName(table, partition, key);
        if (!cache.TryGet(name, out var row, out long version))
        {
            row = await Read(table, reader => reader.Get(table, partition, key), cancel);
            cache.Offer(name, row, version);
        }

        return row?.Decode(partition, key);
    }

    public async Task<IReadOnlyList<Row?>> GetMany(
        string table, string partition, IReadOnlyList<string> keys, CancellationToken cancel)
    {
        var rows = new KeptRow?[keys.Count];
        long[] versions = new long[keys.Count];
        var unknown = new List<int>();
        for (int i = 0; i < rows.Length; i++)
            if (!cache.TryGet(new RowName(table, partition, keys[i]), out rows[i], out versions[i]))
                unknown.Add(i);
        if (unknown.Count > 0)
        {
            await Read(
                table, reader =>
                {
                    reader.GetMany(table, partition, keys, unknown, rows);
                    return true;
                },
                cancel);
            foreach (int i in unknown)
                cache.Offer(new RowName(table, partition, keys[i]), rows[i], versions[i]);
        }

        return [.. rows.Select((row, i) => row?.Decode(partition, keys[i]))];
    }

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
        // Made here and not by the writer, for whom all wait.
        var data = changes.Select(
            change => change.Row is null ? null : RowCodec.Encode(change.Row, commitId)).ToArray();
        return writer.Commit(new TableCommit(table, partition, changes, data), cancel);
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
