using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>The prepared statements that write the file of tables. Not thread-safe.</summary>
internal sealed class SqliteTableStatements : IDisposable
{
    private const string ETag = "etag", Merged = "merged";

    private readonly SqliteConnection connection;
    private readonly SqliteStatement begin, commit, setCounter, put, delete;

    /// <param name="connection">Owned from here on.</param>
    public SqliteTableStatements(SqliteConnection connection)
    {
        this.connection = connection;
        MakeSchema();
        begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        commit = new SqliteStatement(connection, "COMMIT");
        setCounter = new SqliteStatement(connection, "UPDATE counters SET value = ?2 WHERE name = ?1");
        put = new SqliteStatement(
            connection,
            "INSERT INTO rows (tab, part, key, etag, data) VALUES (?1, ?2, ?3, ?4, ?5) "
            + "ON CONFLICT DO UPDATE SET etag = excluded.etag, data = excluded.data");
        delete = new SqliteStatement(
            connection, "DELETE FROM rows WHERE tab = ?1 AND part = ?2 AND key = ?3");
    }

    /// <summary>
    /// Versions come from one counter that never goes back, so that a row deleted and inserted again is never
    /// taken for the row it was. The other counter names the record of the log up to which the rows are here.
    /// </summary>
    private void MakeSchema() => SqliteFile.Run(connection, $"""
        CREATE TABLE IF NOT EXISTS tables (name TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT OR IGNORE INTO counters VALUES ('{ETag}', 0), ('{Merged}', 0);
        CREATE TABLE IF NOT EXISTS rows (
            tab TEXT NOT NULL, part TEXT NOT NULL, key TEXT NOT NULL,
            etag INTEGER NOT NULL, data BLOB NOT NULL,
            PRIMARY KEY (tab, part, key)) WITHOUT ROWID;
        """);

    public HashSet<string> Tables()
    {
        using var command = Prepare("SELECT name FROM tables");
        using var reader = command.ExecuteReader();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }

    public long LastETag() => Counter(ETag);

    /// <summary>The number of the last record of the log whose rows are here.</summary>
    public long LastMerged() => Counter(Merged);

    public void Begin() => begin.Run();

    public void Commit() => commit.Run();

    /// <summary>Ends a transaction that failed, where SQLite has not ended it by itself.</summary>
    public void Rollback()
    {
        bool open = SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;
        if (open) SqliteFile.Run(connection, "ROLLBACK");
    }

    public void SetCounters(long lastETag, long lastMerged)
    {
        foreach (var (name, value) in ((string, long)[])[(ETag, lastETag), (Merged, lastMerged)])
        {
            setCounter.Bind(1, name);
            setCounter.Bind(2, value);
            setCounter.Run();
        }
    }

    /// <summary>
    /// Azure does not tell names apart by case, so another spelling of a known name is refused as a bug.
    /// </summary>
    public void AddTable(string name)
    {
        if (Tables().Contains(name)) return;
        using var command = Prepare("INSERT INTO tables (name) VALUES ($name)", "$name");
        command.Parameters[0].Value = name;
        command.ExecuteNonQuery();
    }

    /// <summary>The row as it is from here on; null deletes it. Both bear that it is so already.</summary>
    public void Set(in RowName name, KeptRow? row)
    {
        var statement = row is null ? delete : put;
        statement.Bind(name.Table, name.Partition, name.Key);
        if (row is not null)
        {
            statement.Bind(4, row.ETag);
            statement.Bind(5, row.Data);
        }

        statement.Run();
    }

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[begin, commit, setCounter, put, delete])
            statement.Dispose();
        connection.Dispose();
    }

    private long Counter(string name)
    {
        using var command = Prepare("SELECT value FROM counters WHERE name = $name", "$name");
        command.Parameters[0].Value = name;
        return (long)command.ExecuteScalar()!;
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in names) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }
}
