using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// A statement prepared once and run many times, straight on SQLite's own interface: a sale runs some forty,
/// and what ADO.NET makes anew for each (a reader, boxed parameters) cost more than SQLite itself. Failures
/// are the same <see cref="SqliteException"/>s.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _handle;
    private readonly bool _isReadOnly;

    /// <summary>Where $1, $2 ... stand: to SQLite they are names, counted as they first occur.</summary>
    private readonly int[] _places;

    /// <exception cref="SqliteException">It is no statement of this database.</exception>
    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _handle));
        _isReadOnly = raw.sqlite3_stmt_readonly(_handle) != 0;
        _places = new int[raw.sqlite3_bind_parameter_count(_handle)];
        for (var index = 0; index < _places.Length; index++)
            _places[index] = raw.sqlite3_bind_parameter_index(_handle, $"${index + 1}");
    }

    /// <summary>The row that the last step came to.</summary>
    public Row Row => new(_handle);

    /// <summary>Rows that it changed; none when it only reads.</summary>
    public int Changes => _isReadOnly ? 0 : raw.sqlite3_changes(_database);

    public void Bind(ReadOnlySpan<SqlValue> values)
    {
        for (var index = 0; index < values.Length; index++)
            Check(values[index].Bind(_handle, _places[index]));
    }

    /// <summary>True when there is a row.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_handle);
        if (result is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
            Check(result);
        return result == raw.SQLITE_ROW;
    }

    /// <summary>
    /// Ends the run, and with it the read it may hold. What it answers is the failure that the step has
    /// reported already.
    /// </summary>
    public void Reset() => raw.sqlite3_reset(_handle);

    public void Dispose() => _handle.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
            SqliteException.ThrowExceptionForRC(result, _database);
    }
}

/// <summary>A row as it is read; columns are counted from 0. It ends with the next step.</summary>
internal readonly struct Row(sqlite3_stmt statement)
{
    public bool IsDBNull(int column) => TypeAt(column) == raw.SQLITE_NULL;

    public long GetInt64(int column)
    {
        Require(column);
        return raw.sqlite3_column_int64(statement, column);
    }

    public int GetInt32(int column) => (int)GetInt64(column);

    public bool GetBoolean(int column) => GetInt64(column) != 0;

    public string GetString(int column)
    {
        Require(column);
        return raw.sqlite3_column_text(statement, column).utf8_to_string();
    }

    /// <summary>A long, a string or a byte[]; no column holds anything else.</summary>
    public object GetValue(int column) => TypeAt(column) switch
    {
        raw.SQLITE_INTEGER => GetInt64(column),
        raw.SQLITE_BLOB => raw.sqlite3_column_blob(statement, column).ToArray(),
        _ => GetString(column),
    };

    /// <summary>The bytes where they lie, until the next step; empty for what is no blob.</summary>
    public ReadOnlySpan<byte> GetBytes(int column) => TypeAt(column) == raw.SQLITE_BLOB
        ? raw.sqlite3_column_blob(statement, column)
        : [];

    private void Require(int column)
    {
        if (IsDBNull(column))
            throw new InvalidOperationException($"Column {column} is NULL.");
    }

    private int TypeAt(int column) => raw.sqlite3_column_type(statement, column);
}

/// <summary>A parameter: a number, a text, bytes, or NULL.</summary>
internal readonly struct SqlValue
{
    private const int BytesOnStack = 256;
    private readonly long _number;
    private readonly object? _content;
    private readonly bool _isNumber;

    private SqlValue(long? number) =>
        (_number, _isNumber, _content) = (number.GetValueOrDefault(), number.HasValue, null);

    private SqlValue(object? content) => (_number, _isNumber, _content) = (0, false, content);

    public static implicit operator SqlValue(long number) => new(number);

    public static implicit operator SqlValue(int number) => new(number);

    public static implicit operator SqlValue(bool flag) => new(flag ? 1 : 0);

    public static implicit operator SqlValue(long? number) => new(number);

    public static implicit operator SqlValue(int? number) => new(number);

    public static implicit operator SqlValue(string? text) => new((object?)text);

    public static implicit operator SqlValue(byte[]? bytes) => new((object?)bytes);

    public int Bind(sqlite3_stmt statement, int index) => this switch
    {
        { _isNumber: true } => raw.sqlite3_bind_int64(statement, index, _number),
        { _content: string text } => BindText(statement, index, text),
        { _content: byte[] bytes } => raw.sqlite3_bind_blob(statement, index, bytes),
        _ => raw.sqlite3_bind_null(statement, index),
    };

    private static int BindText(sqlite3_stmt statement, int index, string text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = most <= BytesOnStack ? stackalloc byte[most] : new byte[most];
        return raw.sqlite3_bind_text(statement, index, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }
}
