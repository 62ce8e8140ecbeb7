using System.Globalization;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>
/// One SQLite file that this process alone uses: holds a lock beside it until disposed, makes it readable by
/// its owner only, and opens connections in WAL mode.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    /// <summary>
    /// Earlier versions can lose a checkpoint's frames when two connections reset the WAL at once.
    /// </summary>
    private static readonly Version versionMin = new(3, 51, 3);

    private const int WriterCacheKib = 32 * 1024;
    private const int CheckpointPages = 2_000;

    /// <summary>
    /// Of a new file of tables. Rows lie in the tree itself, some hundred bytes each: on twice the usual page
    /// the tree is flatter, and few rows need a page of their own beside it.
    /// </summary>
    private const int RowPageBytes = 8192;

    private readonly string path;
    private readonly FileStream owner;

    private SqliteFile(string path, FileStream owner)
    {
        this.path = path;
        this.owner = owner;
    }

    /// <summary>Throws <see cref="IOException"/> when another process has the file open.</summary>
    public static SqliteFile Own(string path)
    {
        path = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var owner = OpenPrivate(path + ".lock", FileShare.None);
        try
        {
            // Made here so that the WAL and its index take over the same permissions.
            OpenPrivate(path, FileShare.ReadWrite).Dispose();
            return new SqliteFile(path, owner);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <param name="synchronous">
    /// FULL: durable when a commit returns. NORMAL: a power cut may undo the last commits.
    /// </param>
    /// <param name="pageBytes">For a file that holds nothing yet; one that does keeps its pages.</param>
    public SqliteConnection Connect(string synchronous, int? pageBytes = null)
    {
        var settings = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            Pooling = false,
            DefaultTimeout = 10,
        };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            var version = Version.Parse(connection.ServerVersion);
            if (version < versionMin)
                throw new NotSupportedException(
                    $"SQLite {version} is too old: {versionMin} or newer is needed.");
            if (pageBytes is { } bytes)
                Run(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA page_size={bytes}"));
            Expect(connection, "PRAGMA journal_mode=WAL", "wal");
            // What is deleted is overwritten: customers are forgotten, cards purged.
            Run(
                connection,
                $"PRAGMA synchronous={synchronous}; PRAGMA busy_timeout=10000; PRAGMA secure_delete=ON");
            Expect(connection, "PRAGMA synchronous", synchronous == "FULL" ? "2" : "1");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The connection that writes. Its pages stay valid, since nobody else writes, so a large cache saves
    /// reading them again; a checkpoint of more pages writes a page that changed often once.
    /// </summary>
    public SqliteConnection ConnectWriter()
    {
        var connection = Connect("FULL", RowPageBytes);
        Run(connection, $"PRAGMA cache_size=-{WriterCacheKib}; PRAGMA wal_autocheckpoint={CheckpointPages}");
        return connection;
    }

    public static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => owner.Dispose();

    private static void Expect(SqliteConnection connection, string pragma, string expected)
    {
        using var command = connection.CreateCommand();
        command.CommandText = pragma;
        string? found = Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        if (found != expected)
            throw new InvalidOperationException($"'{pragma}' answered '{found}', not '{expected}'.");
    }

    /// <summary>A file that its owner alone may read; made when it is not there.</summary>
    public static FileStream OpenPrivate(string file, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(file, options);
    }
}
