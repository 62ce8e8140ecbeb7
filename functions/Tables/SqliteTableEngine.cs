using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>
/// All tables in one SQLite file, and a log beside it of what is not in the file yet: one writer that commits
/// for whoever waits, and a few reading connections. A commit is durable when its answer comes. One process
/// at a time owns the files.
/// </summary>
internal sealed class SqliteTableEngine : ITableEngine
{
    private const int ReadersMax = 4;
    private const int PageBytesMax = 4 * 1024 * 1024;

    /// <summary>Recent rows looked at for a page, of which some may be deleted ones.</summary>
    private const int RecentMax = 1000;

    private static readonly TimeSpan busyDelay = TimeSpan.FromMilliseconds(100);

    private readonly SqliteFile file;
    private readonly RowLog log;
    private readonly RecentRows recent = new();
    private readonly RowCache cache = new();
    private readonly SqliteTableWriter writer;
    private readonly ConcurrentBag<SqliteTableReader> idle = [];
    private readonly SemaphoreSlim readers = new(ReadersMax);

    private SqliteTableEngine(SqliteFile file, RowLog log, int youngBytes)
    {
        (this.file, this.log) = (file, log);
        var statements = new SqliteTableStatements(file.ConnectWriter());
        try
        {
            writer = new SqliteTableWriter(
                new SqliteTableMerge(statements, log, recent), new SqliteTableReader(file.Connect("FULL")),
                log, recent, cache, youngBytes);
        }
        catch
        {
            statements.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens or makes the file. Throws <see cref="IOException"/> when another process has it, <see
    /// cref="InvalidDataException"/> when file and log do not belong together.
    /// </summary>
    /// <param name="path">The log's files are named after it.</param>
    /// <param name="youngBytes">See <see cref="SqliteTableWriter.YoungBytesUsual"/>.</param>
    public static SqliteTableEngine Open(string path, int youngBytes = SqliteTableWriter.YoungBytesUsual)
    {
        var file = SqliteFile.Own(path);
        RowLog? log = null;
        try
        {
            return new SqliteTableEngine(file, log = new RowLog(path), youngBytes);
        }
        catch
        {
            log?.Dispose();
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
            if (!recent.TryGet(name, out row))
                row = await Read(table, reader => reader.Get(table, partition, key), cancel);
            cache.Offer(name, row, version);
        }

        return row?.Decode(partition, key);
    }

    public async Task<IReadOnlyList<Row?>> GetMany(
        string table, string partition, IReadOnlyList<string> keys, CancellationToken cancel)
    {
        var rows = new KeptRow?[keys.Count];
        await Find([.. keys.Select(key => new RowName(table, partition, key))], rows, cancel);
        return [.. rows.Select((row, i) => row?.Decode(partition, keys[i]))];
    }

    public async Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel)
    {
        while (true)
        {
            var young = recent.Range(table, partition, from, to, RecentMax);
            var page = await Read(
                table, reader => reader.Range(table, partition, from, to, max, PageBytesMax), cancel);
            if (young.Rows.Count == 0) return page;
            page = RecentFirst.Join(young, page, max, PageBytesMax, out var reached);
            if (page.Rows.Count > 0 || !page.More) return page;
            from = new PageStart(reached.Key, After: true);
        }
    }

    public async Task<RowPage> Scan(
        string table, (string Partition, string Key)? after, int max, CancellationToken cancel)
    {
        while (true)
        {
            var start = after ?? ("", "");
            var young = recent.Scan(table, start, RecentMax);
            var page = await Read(table, reader => reader.Scan(table, start, max, PageBytesMax), cancel);
            if (young.Rows.Count == 0) return page;
            page = RecentFirst.Join(young, page, max, PageBytesMax, out var reached);
            if (page.Rows.Count > 0 || !page.More) return page;
            after = reached;
        }
    }

    public async Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
        CancellationToken cancel)
    {
        writer.ExpectTable(table);
        // Made here and not by the writer, for whom all wait; and what he will ask for is looked up.
        var data = changes.Select(
            change => change.Row is null ? null : RowCodec.Encode(change.Row, commitId)).ToArray();
        var names = changes.Select(change => new RowName(table, partition, change.Key)).ToArray();
        try
        {
            await Find(names, new KeptRow?[names.Length], cancel);
        }
        catch (TableBusyException)
        {
            return new CommitResult.Busy(busyDelay);
        }

        return await writer.Commit(new TableCommit(changes, names, data), cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        for (int i = 0; i < ReadersMax; i++) await readers.WaitAsync();
        foreach (var reader in idle) reader.Dispose();
        readers.Dispose();
        log.Dispose();
        file.Dispose();
    }

    /// <summary>The rows of one table, at the places of their names.</summary>
    private async Task Find(RowName[] names, KeptRow?[] rows, CancellationToken cancel)
    {
        long[] versions = new long[rows.Length];
        List<int>? unknown = null;
        for (int i = 0; i < rows.Length; i++)
        {
            if (cache.TryGet(names[i], out rows[i], out versions[i])) continue;
            if (recent.TryGet(names[i], out rows[i])) cache.Offer(names[i], rows[i], versions[i]);
            else (unknown ??= []).Add(i);
        }

        if (unknown is null) return;
        await Read(
            names[0].Table, reader =>
            {
                reader.GetMany(names, unknown, rows);
                return true;
            },
            cancel);
        foreach (int i in unknown) cache.Offer(names[i], rows[i], versions[i]);
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
            throw new TableBusyException(busyDelay, e);
        }
        finally
        {
            readers.Release();
        }
    }
}
