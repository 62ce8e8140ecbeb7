using Microsoft.Data.Sqlite;

namespace CloudPos.Benchmarks.Journal;

/// <summary>SQLite from .NET with nothing around it: prepared statements, WAL, synchronous=FULL.</summary>
internal sealed class SqlitePeer : ISalePeer
{
    public const string Title = "bare SQLite";

    private static readonly string[] Tables =
    [
        "CREATE TABLE entry (place INTEGER PRIMARY KEY, hash BLOB, sealed BLOB)",
        "CREATE TABLE attachment (place INTEGER, item INTEGER, sealed BLOB, PRIMARY KEY (place, item))",
        "CREATE TABLE payment (payment TEXT PRIMARY KEY, sale TEXT, amount INTEGER, state INTEGER,"
            + " at INTEGER)",
        "CREATE INDEX payment_at ON payment (at)",
        "CREATE TABLE exposure (payment TEXT PRIMARY KEY, amount INTEGER, at INTEGER)",
        "CREATE TABLE card_use (payment TEXT PRIMARY KEY, token TEXT, amount INTEGER, at INTEGER)",
        "CREATE TABLE sale (sale TEXT PRIMARY KEY, place INTEGER UNIQUE, receipt TEXT UNIQUE, total INTEGER)",
        "CREATE TABLE movement (sku TEXT, place INTEGER, quantity INTEGER, PRIMARY KEY (sku, place))"
            + " WITHOUT ROWID",
    ];

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    public SqlitePeer(string folder)
    {
        _connection = new SqliteConnection($"Data Source={Path.Combine(folder, "peer.db")};Pooling=False");
        _connection.Open();
        Run("PRAGMA journal_mode=WAL");
        Run("PRAGMA synchronous=FULL");
        foreach (var table in Tables)
            Run(table);
    }

    public string Name => Title;

    public Task Sell()
    {
        var rows = SaleRows.Next();
        Run("BEGIN IMMEDIATE");
        Run("INSERT INTO entry VALUES ($1, $2, $3)", rows.Place, rows.Hash, rows.Attempt);
        Run("INSERT INTO attachment VALUES ($1, $2, $3)", rows.Place, 0, rows.Card);
        Run("INSERT INTO payment VALUES ($1, $2, $3, $4, $5)", rows.Payment, rows.Sale, 1999, 1, rows.Place);
        Run("INSERT INTO exposure VALUES ($1, $2, $3)", rows.Payment, 1999, rows.Place);
        Run("INSERT INTO card_use VALUES ($1, $2, $3, $4)", rows.Payment, rows.Sale, 1999, rows.Place);
        Run("INSERT INTO entry VALUES ($1, $2, $3)", rows.Place + 1, rows.Hash, rows.Completed);
        Run("INSERT INTO sale VALUES ($1, $2, $3, $4)", rows.Sale, rows.Place + 1, rows.Sale, 1999);
        foreach (var sku in SaleRows.Skus)
            Run("INSERT INTO movement VALUES ($1, $2, $3)", sku, rows.Place + 1, -1);
        Run("COMMIT");
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _prepared.Values)
            await command.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private void Run(string sql, params ReadOnlySpan<object> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            _prepared.Add(sql, command);
        }
        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }
}
