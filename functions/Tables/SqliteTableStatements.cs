using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>The writer's prepared statements over its connection. Not thread-safe.</summary>
internal sealed class SqliteTableStatements : IDisposable
{
    private const string Where = "WHERE tab = ?1 AND part = ?2 AND key = ?3";

    private readonly SqliteConnection connection;
    private readonly SqliteStatement begin, commit, setLastETag, select, insert, update, delete;

    public SqliteTableStatements(SqliteConnection connection)
    {
        this.connection = connection;
        begin = new SqliteStatement(connection, "BEGIN IMMEDIATE");
        commit = new SqliteStatement(connection, "COMMIT");
        setLastETag = new SqliteStatement(connection, "UPDATE counters SET value = ?1 WHERE name = 'etag'");
        select = new SqliteStatement(connection, $"SELECT etag FROM rows {Where}");
        insert = new SqliteStatement(
            connection,
            "INSERT INTO rows (tab, part, key, etag, data) VALUES (?1, ?2, ?3, ?4, ?5) "
            + "ON CONFLICT DO NOTHING");
        update = new SqliteStatement(
            connection, $"UPDATE rows SET etag = ?4, data = ?5 {Where} AND etag = ?6");
        delete = new SqliteStatement(connection, $"DELETE FROM rows {Where} AND etag = ?4");
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

    public void Begin() => begin.Run();

    public void Commit() => commit.Run();

    /// <summary>Ends a transaction that failed, where SQLite has not ended it by itself.</summary>
    public void Rollback()
    {
        bool open = SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0;
        if (open) SqliteFile.Run(connection, "ROLLBACK");
    }

    public void SetLastETag(long value)
    {
        setLastETag.Bind(1, value);
        setLastETag.Run();
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

    public long? ETagOf(in RowName name)
    {
        select.Bind(name.Table, name.Partition, name.Key);
        return select.NumberOrNull();
    }

    /// <summary>False when the change does not fit what is there; then nothing is changed.</summary>
    /// <param name="wanted">The version that a replace or a delete wants to find.</param>
    public bool Make(ChangeKind kind, in RowName name, long wanted, long etag, byte[]? data)
    {
        var statement = kind switch
        {
            ChangeKind.Insert => insert,
            ChangeKind.Replace => update,
            _ => delete,
        };
        statement.Bind(name.Table, name.Partition, name.Key);
        if (kind == ChangeKind.Delete)
        {
            statement.Bind(4, wanted);
            return statement.Run() == 1;
        }

        statement.Bind(4, etag);
        statement.Bind(5, data);
        if (kind == ChangeKind.Replace) statement.Bind(6, wanted);
        return statement.Run() == 1;
    }

    public void Dispose()
    {
        foreach (var statement in
            (SqliteStatement[])[begin, commit, setLastETag, select, insert, update, delete])
            statement.Dispose();
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in names) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }
}
