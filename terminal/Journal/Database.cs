using CloudPos.Terminal.Journal.Keys;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// One connection to the journal's file with its statements prepared once. Parameters are $1, $2 ... in
/// order. Not safe for several threads: its owner holds a lock. Failures are <see cref="SqliteException"/>,
/// which the owner turns into outcomes.
/// </summary>
internal sealed class Database : IDisposable
{
    /// <summary>
    /// SQLite before this could corrupt a WAL that two connections reset at once (fixed in 3.51.3).
    /// </summary>
    public static readonly Version SqliteAtLeast = new(3, 51, 3);

    /// <summary>Stands in for a file that is lost: empty, gone when closed.</summary>
    public const string InMemory = ":memory:";

    private const int BusySeconds = 1;

    /// <summary>
    /// Of a new file; an older one keeps what it has. A sale changes a few bytes on each of some twenty
    /// pages, and each is written whole.
    /// </summary>
    private const int PageBytes = 2_048;

    /// <summary>
    /// How long the WAL grows, some 16 MiB, before a commit moves it into the file: four times SQLite's own
    /// measure, since a page that every sale writes is moved once however often it stands there.
    /// </summary>
    private const int CheckpointPages = 16 * 1024 * 1024 / PageBytes;

    private readonly string _path;
    private readonly Dictionary<string, Statement> _prepared = [];
    private SqliteConnection _connection;
    private SqliteCommand _commit;
    private bool _begun;

    private Database(string path)
    {
        (_path, _connection) = (path, Connect(path, SqliteOpenMode.ReadWriteCreate));
        _commit = Command("COMMIT");
    }

    public static Version SqliteVersion
    {
        get
        {
            using var closed = new SqliteConnection();
            return Version.Parse(closed.ServerVersion);
        }
    }

    /// <exception cref="SqliteException">The file cannot be opened or is no database.</exception>
    public static Database Open(string path) => new(path);

    /// <summary>Closes the file and opens it anew: what a failed commit left is thereby settled.</summary>
    /// <exception cref="SqliteException">It cannot be opened any more.</exception>
    public void Reopen()
    {
        Generation++;
        _begun = false;
        Close();
        _connection = Connect(_path, SqliteOpenMode.ReadWrite);
        _commit = Command("COMMIT");
    }

    /// <summary>Whether the file itself is wrong, against the disk or another user of it.</summary>
    public static bool IsCorrupt(SqliteException failure) =>
        failure.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    public bool InTransaction => raw.sqlite3_get_autocommit(_connection.Handle) == 0;

    /// <summary>
    /// Rises whenever changes are taken back: what memory derived from rows before may hold no longer.
    /// </summary>
    public long Generation { get; private set; }

    public void Begin()
    {
        Run("BEGIN IMMEDIATE");
        _begun = true;
    }

    public void Commit()
    {
        _commit.ExecuteNonQuery();
        _begun = false;
    }

    /// <summary>Ends a transaction that may have been ended by the failure itself.</summary>
    public void RollbackIfOpen()
    {
        if (_begun)
            Generation++;
        _begun = false;
        if (InTransaction)
            Run("ROLLBACK");
    }

    /// <summary>
    /// Refuses writes from here on, and leaves the WAL as it is when closed: it is evidence.
    /// </summary>
    public void Freeze()
    {
        Script("PRAGMA query_only=ON");
        raw.sqlite3_db_config(_connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
    }

    /// <summary>
    /// Moves the WAL's content into the file, syncs it and cuts the WAL, so that nothing deleted stays in it.
    /// False when another connection is in the way.
    /// </summary>
    public bool Checkpoint() => Number("PRAGMA wal_checkpoint(TRUNCATE)") == 0;

    /// <summary>Runs several statements without parameters.</summary>
    public void Script(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    /// <summary>Runs a statement; answers how many rows it changed.</summary>
    public int Run(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            while (statement.Step())
            {
            }
            return statement.Changes;
        }
        finally
        {
            statement.Reset();
        }
    }

    /// <summary>The first column of the first row, or null when there is no row or it is NULL.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            return statement.Step() && !statement.Row.IsDBNull(0) ? statement.Row.GetValue(0) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    public long? Number(string sql, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            return statement.Step() && !statement.Row.IsDBNull(0) ? statement.Row.GetInt64(0) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    public T? First<T>(string sql, Func<Row, T> read, params ReadOnlySpan<SqlValue> values)
        where T : class
    {
        var statement = Bind(sql, values);
        try
        {
            return statement.Step() ? read(statement.Row) : null;
        }
        finally
        {
            statement.Reset();
        }
    }

    public List<T> All<T>(string sql, Func<Row, T> read, params ReadOnlySpan<SqlValue> values)
    {
        var rows = new List<T>();
        Each(sql, row => rows.Add(read(row)), values);
        return rows;
    }

    /// <summary>
    /// Hands each row over as it is read; another statement may run meanwhile, the same one may not.
    /// </summary>
    public void Each(string sql, Action<Row> look, params ReadOnlySpan<SqlValue> values)
    {
        var statement = Bind(sql, values);
        try
        {
            while (statement.Step())
                look(statement.Row);
        }
        finally
        {
            statement.Reset();
        }
    }

    public void Dispose() => Close();

    private void Close()
    {
        foreach (var statement in _prepared.Values)
            statement.Dispose();
        _prepared.Clear();
        _commit.Dispose();
        _connection.Dispose();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = path == InMemory ? SqliteOpenMode.Memory : mode,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString());
        try
        {
            connection.Open();
            raw.sqlite3_busy_timeout(connection.Handle, BusySeconds * 1_000);
            using var command = connection.CreateCommand();
            // FULL syncs the WAL in each commit: NORMAL would lose acknowledged sales in a power cut.
            // secure_delete overwrites what is deleted; trusted_schema keeps an altered schema from calling
            // functions.
            command.CommandText =
                $"PRAGMA page_size={PageBytes}; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                + "PRAGMA secure_delete=ON; "
                + "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; "
                + $"PRAGMA wal_autocheckpoint={CheckpointPages};";
            command.ExecuteNonQuery();
            // The first reading makes the WAL; its name, and the file's, are durable only with their
            // folder's.
            command.CommandText = "SELECT count(*) FROM sqlite_schema";
            command.ExecuteScalar();
            // Of one program alone, as the folder is: taking and giving back the locks of a transaction was
            // an eighth of what a sale takes of the processor.
            command.CommandText = "PRAGMA locking_mode=EXCLUSIVE; SELECT count(*) FROM sqlite_schema";
            command.ExecuteScalar();
            if (path != InMemory)
            {
                FolderSync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
                WalFile.TakeOver(connection.Handle!, path + "-wal");
            }
            return connection;
        }
        catch (Exception failure) when (failure is SqliteException or IOException)
        {
            connection.Dispose();
            throw;
        }
    }

    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private Statement Bind(string sql, ReadOnlySpan<SqlValue> values)
    {
        if (!_prepared.TryGetValue(sql, out var statement))
            _prepared.Add(sql, statement = new Statement(_connection.Handle!, sql));
        statement.Bind(values);
        return statement;
    }
}
