using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>The writer's prepared statements over its connection. Not thread-safe.</summary>
internal sealed class SqliteTableStatements : IDisposable
{
    private const string Where = "WHERE tab = $tab AND part = $part AND key = $key";

    private readonly SqliteConnection connection;
    private readonly SqliteCommand begin, commit, setLastETag, select, insert, update, delete;

    public SqliteTableStatements(SqliteConnection connection)
    {
        this.connection = connection;
        begin = Prepare("BEGIN IMMEDIATE");
        commit = Prepare("COMMIT");
        setLastETag = Prepare("UPDATE counters SET value = $value WHERE name = 'etag'", "$value");
        select = Prepare($"SELECT etag FROM rows {Where}", "$tab", "$part", "$key");
        insert = Prepare(
            "INSERT INTO rows (tab, part, key, etag, data) VALUES ($tab, $part, $key, $etag, $data)",
            "$tab", "$part", "$key", "$etag", "$data");
        update = Prepare(
            $"UPDATE rows SET etag = $etag, data = $data {Where}", "$tab", "$part", "$key", "$etag", "$data");
        delete = Prepare($"DELETE FROM rows {Where}", "$tab", "$part", "$key");
    }

    /// <summary>
    /// Versions come from one counter that never goes back, so that a row deleted and inserted again is never
    /// taken for the row it was.
    /// </summary>
    public static void MakeSchema(SqliteConnection connection) => SqliteFile.Run(connection, """
        CREATE TABLE IF NOT EXISTS tables (name TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        INSERT OR IGNORE INTO counters VALUES ('etag', 0);
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

    public long LastETag()
    {
        using var command = Prepare("SELECT value FROM counters WHERE name = 'etag'");
        return (long)command.ExecuteScalar()!;
    }

    public void Begin() => begin.ExecuteNonQuery();

    public void Commit() => commit.ExecuteNonQuery();

    /// <summary>Ends a transaction that failed, where SQLite has not ended it by itself.</summary>
    public void Rollback()
    {
        bool open = SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;
        if (open) SqliteFile.Run(connection, "ROLLBACK");
    }

    public void SetLastETag(long value)
    {
        setLastETag.Parameters[0].Value = value;
        setLastETag.ExecuteNonQuery();
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

    public long? ETagOf(string table, string partition, string key)
    {
        Bind(select, table, partition, key);
        return (long?)select.ExecuteScalar();
    }

    public void Put(ChangeKind kind, string table, string partition, string key, long etag, byte[] data)
    {
        var command = kind == ChangeKind.Insert ? insert : update;
        Bind(command, table, partition, key);
        command.Parameters[3].Value = etag;
        command.Parameters[4].Value = data;
        if (command.ExecuteNonQuery() != 1)
            throw new InvalidOperationException($"{kind} ({partition}, {key}) did not change one row.");
    }

    public void Delete(string table, string partition, string key)
    {
        Bind(delete, table, partition, key);
        delete.ExecuteNonQuery();
    }

    public void Dispose()
    {
        foreach (var command in (SqliteCommand[])[begin, commit, setLastETag, select, insert, update, delete])
            command.Dispose();
    }

    private static void Bind(SqliteCommand command, string table, string partition, string key)
    {
        command.Parameters[0].Value = table;
        command.Parameters[1].Value = partition;
        command.Parameters[2].Value = key;
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in names) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }
}
