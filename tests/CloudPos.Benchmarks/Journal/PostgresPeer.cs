using Npgsql;

namespace CloudPos.Benchmarks.Journal;

/// <summary>PostgreSQL: one transaction, its ten statements in one round trip.</summary>
internal sealed class PostgresPeer : ISalePeer
{
    private static readonly string[] Tables =
    [
        "DROP TABLE IF EXISTS entry, attachment, payment, exposure, card_use, sale, movement",
        "CREATE TABLE entry (place bigint PRIMARY KEY, hash bytea, sealed bytea)",
        "CREATE TABLE attachment (place bigint, item int, sealed bytea, PRIMARY KEY (place, item))",
        "CREATE TABLE payment (payment text PRIMARY KEY, sale text, amount bigint, state int, at bigint)",
        "CREATE INDEX payment_at ON payment (at)",
        "CREATE TABLE exposure (payment text PRIMARY KEY, amount bigint, at bigint)",
        "CREATE TABLE card_use (payment text PRIMARY KEY, token text, amount bigint, at bigint)",
        "CREATE TABLE sale (sale text PRIMARY KEY, place bigint UNIQUE, receipt text UNIQUE, total bigint)",
        "CREATE TABLE movement (sku text, place bigint, quantity bigint, PRIMARY KEY (sku, place))",
    ];

    private const long Total = 1999;
    private readonly NpgsqlConnection _connection;

    public PostgresPeer(PostgresServer server)
    {
        _connection = new NpgsqlConnection(
            server.Connection + ";Max Auto Prepare=20;Auto Prepare Min Usages=1");
        _connection.Open();
        foreach (var table in Tables)
        {
            using var command = new NpgsqlCommand(table, _connection);
            command.ExecuteNonQuery();
        }
    }

    public string Name => "PostgreSQL";

    public async Task Sell()
    {
        var rows = SaleRows.Next();
        await using var transaction = await _connection.BeginTransactionAsync();
        await using var batch = new NpgsqlBatch(_connection, transaction);
        Add(batch, "INSERT INTO entry VALUES ($1, $2, $3)", rows.Place, rows.Hash, rows.Attempt);
        Add(batch, "INSERT INTO attachment VALUES ($1, $2, $3)", rows.Place, 0, rows.Card);
        Add(
            batch, "INSERT INTO payment VALUES ($1, $2, $3, $4, $5)", rows.Payment, rows.Sale, Total, 1,
            rows.Place);
        Add(batch, "INSERT INTO exposure VALUES ($1, $2, $3)", rows.Payment, Total, rows.Place);
        Add(
            batch, "INSERT INTO card_use VALUES ($1, $2, $3, $4)", rows.Payment, rows.Sale, Total,
            rows.Place);
        Add(batch, "INSERT INTO entry VALUES ($1, $2, $3)", rows.Place + 1, rows.Hash, rows.Completed);
        Add(batch, "INSERT INTO sale VALUES ($1, $2, $3, $4)", rows.Sale, rows.Place + 1, rows.Sale, Total);
        foreach (var sku in SaleRows.Skus)
            Add(batch, "INSERT INTO movement VALUES ($1, $2, $3)", sku, rows.Place + 1, -1L);
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    public async ValueTask DisposeAsync() => await _connection.DisposeAsync();

    private static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }
}
