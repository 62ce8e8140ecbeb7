using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CloudPos.Functions.Tables;

/// <summary>
/// A statement prepared once and run many times, straight on SQLite's own interface: an entry that is applied
/// runs some twenty, and what ADO.NET makes anew for each cost more than SQLite itself. Parameters are ?1, ?2
/// ..., columns are counted from 0. Failures are <see cref="SqliteException"/>s. Not thread-safe.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private const int TextOnStack = 256;

    private readonly sqlite3 database;
    private readonly sqlite3_stmt handle;

    public SqliteStatement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out handle));
    }

    public void Bind(int place, long number) => Check(raw.sqlite3_bind_int64(handle, place, number));

    public void Bind(int place, ReadOnlySpan<byte> bytes) =>
        Check(raw.sqlite3_bind_blob(handle, place, bytes));

    public void Bind(int place, string? text)
    {
        if (text is null)
        {
            Check(raw.sqlite3_bind_null(handle, place));
            return;
        }

        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= TextOnStack ? stackalloc byte[most] : new byte[most];
        Check(raw.sqlite3_bind_text(handle, place, bytes[..Encoding.UTF8.GetBytes(text, bytes)]));
    }

    /// <summary>The key of a row as the first three parameters.</summary>
    public void Bind(string table, string partition, string key)
    {
        Bind(1, table);
        Bind(2, partition);
        Bind(3, key);
    }

    /// <summary>
    /// True when there is a row. Whoever stops before the end resets, which ends the read that it holds.
    /// </summary>
    public bool Step()
    {
        int result = raw.sqlite3_step(handle);
        if (result is raw.SQLITE_ROW) return true;
        raw.sqlite3_reset(handle);
        if (result != raw.SQLITE_DONE) Check(result);
        return false;
    }

    public void Reset() => raw.sqlite3_reset(handle);

    /// <summary>Runs it to the end; how many rows it changed.</summary>
    public int Run()
    {
        while (Step())
        {
        }

        return raw.sqlite3_changes(database);
    }

    /// <summary>The first column of the first row as a number; null when there is none.</summary>
    public long? NumberOrNull()
    {
        if (!Step()) return null;
        long? number = IsNull(0) ? null : Number(0);
        Reset();
        return number;
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(handle, column) == raw.SQLITE_NULL;

    public long Number(int column) => raw.sqlite3_column_int64(handle, column);

    public string Text(int column) => raw.sqlite3_column_text(handle, column).utf8_to_string();

    /// <summary>Valid until the next step or reset.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(handle, column);

    public void Dispose() => handle.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK) SqliteException.ThrowExceptionForRC(result, database);
    }
}
