using CloudPos.Terminal.Journal;
using Microsoft.Data.Sqlite;

namespace CloudPos.Benchmarks.Journal;

/// <summary>
/// SQLite from .NET with nothing around it: prepared commands, WAL, synchronous=FULL, in the terminal's own
/// tables with their indexes.
/// </summary>
internal sealed class SqlitePeer : ISalePeer
{
    public const string Title = "bare SQLite";

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = [];

    public SqlitePeer(string folder)
    {
        var file = Path.Combine(folder, "peer.db");
        SetOut(file);
        using (var empty = Database.Open(file))
            Migrations.Run(empty);
        _connection = new SqliteConnection($"Data Source={file};Pooling=False;Foreign Keys=False");
        _connection.Open();
        Run("PRAGMA journal_mode=WAL");
        Run("PRAGMA synchronous=FULL");
    }

    public string Name => Title;

    /// <summary>Begins the file with SQLite's own size of a page, not with the terminal's.</summary>
    private static void SetOut(string file)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode=WAL";
        command.ExecuteNonQuery();
    }

    public Task Sell()
    {
        var rows = SaleRows.Next();
        var (attempt, sale) = (rows.Place, rows.Place + 1);
        Run("BEGIN IMMEDIATE");
        Run("INSERT INTO entry (place, hash, sealed) VALUES ($1, $2, $3)", attempt, rows.Hash, rows.Attempt);
        Run(
            "INSERT INTO attachment (place, item, kind, sealed) VALUES ($1, $2, $3, $4)", attempt, 0, 1,
            rows.Card);
        Run(
            "INSERT INTO payment (payment, sale, attempted, finished, receipt_number, amount, currency, "
            + "online, approval, state, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            rows.Payment, rows.Sale, attempt, sale, rows.Receipt, SaleRows.Total, SaleRows.Currency, 0, 3, 2,
            rows.At);
        Run(
            "INSERT INTO card_tag (key_id, tag, token, used_at) VALUES ($1, $2, $3, $4) "
            + "ON CONFLICT (key_id, tag) DO UPDATE SET used_at = max(used_at, excluded.used_at)",
            1, rows.Tag, rows.Token, rows.At);
        Run("INSERT INTO entry (place, hash, sealed) VALUES ($1, $2, $3)", sale, rows.Hash, rows.Completed);
        Run(
            "INSERT INTO exposure (payment, amount, currency, at) VALUES ($1, $2, $3, $4)", rows.Payment,
            SaleRows.Total, SaleRows.Currency, rows.At);
        Run(
            "INSERT INTO card_use (payment, token, amount, currency, at) VALUES ($1, $2, $3, $4, $5)",
            rows.Payment, rows.Token, SaleRows.Total, SaleRows.Currency, rows.At);
        Run(
            "INSERT INTO sale (sale, place, receipt, receipt_number, business_date, total, currency, "
            + "printed) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
            rows.Sale, sale, rows.Number, rows.Receipt, SaleRows.Day, SaleRows.Total, SaleRows.Currency);
        AddUp(sale);
        Run("COMMIT");
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var command in _prepared.Values)
            await command.DisposeAsync();
        await _connection.DisposeAsync();
    }

    private void AddUp(long place)
    {
        foreach (var sku in SaleRows.Skus)
            Run("INSERT INTO movement (sku, place, quantity) VALUES ($1, $2, $3)", sku, place, -1);
        foreach (var (dimension, key, count, quantity, amount) in SaleRows.Figures)
            Run(
                "INSERT INTO figure (date, dimension, key, currency, count, quantity, amount) "
                + "VALUES ($1, $2, $3, $4, $5, $6, $7) "
                + "ON CONFLICT (date, dimension, key, currency) DO UPDATE SET "
                + "count = count + excluded.count, quantity = quantity + excluded.quantity, "
                + "amount = amount + excluded.amount",
                SaleRows.Day, dimension, key, SaleRows.Currency, count, quantity, amount);
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
