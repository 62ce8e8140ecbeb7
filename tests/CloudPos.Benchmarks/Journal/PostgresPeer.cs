using Npgsql;

namespace CloudPos.Benchmarks.Journal;

/// <summary>PostgreSQL: one transaction, its statements in one round trip.</summary>
internal sealed class PostgresPeer : ISalePeer
{
    private static readonly string[] Tables =
    [
        "DROP TABLE IF EXISTS entry, attachment, payment, card_tag, exposure, card_use, sale, movement, "
            + "figure",
        "CREATE TABLE entry (place bigint PRIMARY KEY, hash bytea, sealed bytea)",
        "CREATE TABLE attachment (place bigint, item int, kind int, sealed bytea, PRIMARY KEY (place, item))",
        "CREATE TABLE payment (payment text PRIMARY KEY, sale text, attempted bigint, finished bigint, "
            + "receipt text, amount bigint, currency text, state int, at bigint)",
        "CREATE INDEX payment_open ON payment (attempted) WHERE finished IS NULL",
        "CREATE TABLE card_tag (key_id int, tag bytea, token text, used_at bigint, "
            + "PRIMARY KEY (key_id, tag))",
        "CREATE TABLE exposure (payment text PRIMARY KEY, amount bigint, currency text, at bigint)",
        "CREATE TABLE card_use (payment text, token text, amount bigint, currency text, at bigint, "
            + "PRIMARY KEY (token, currency, at, payment))",
        "CREATE TABLE sale (sale text UNIQUE, place bigint PRIMARY KEY, receipt text UNIQUE, date int, "
            + "total bigint, currency text, printed boolean)",
        "CREATE INDEX sale_date ON sale (date, place)",
        "CREATE INDEX sale_unprinted ON sale (place) WHERE NOT printed",
        "CREATE TABLE movement (sku text, place bigint, quantity bigint, PRIMARY KEY (sku, place))",
        "CREATE TABLE figure (date int, dimension int, key text, currency text, count bigint, "
            + "quantity bigint, amount bigint, PRIMARY KEY (date, dimension, key, currency))",
    ];

    private const long Total = SaleRows.Total;
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
        AddSale(batch, rows);
        await batch.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private static void AddSale(NpgsqlBatch batch, SaleRows rows)
    {
        var (attempt, sale) = (rows.Place, rows.Place + 1);
        Add(batch, "INSERT INTO entry VALUES ($1, $2, $3)", attempt, rows.Hash, rows.Attempt);
        Add(batch, "INSERT INTO attachment VALUES ($1, $2, $3, $4)", attempt, 0, 1, rows.Card);
        Add(
            batch, "INSERT INTO payment VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)", rows.Payment, rows.Sale,
            attempt, sale, rows.Receipt, Total, SaleRows.Currency, 2, rows.At);
        Add(
            batch, "INSERT INTO card_tag VALUES ($1, $2, $3, $4) ON CONFLICT (key_id, tag) DO UPDATE SET "
            + "used_at = greatest(card_tag.used_at, excluded.used_at)", 1, rows.Tag, rows.Token, rows.At);
        Add(batch, "INSERT INTO entry VALUES ($1, $2, $3)", sale, rows.Hash, rows.Completed);
        Add(
            batch, "INSERT INTO exposure VALUES ($1, $2, $3, $4)", rows.Payment, Total, SaleRows.Currency,
            rows.At);
        Add(
            batch, "INSERT INTO card_use VALUES ($1, $2, $3, $4, $5)", rows.Payment, rows.Token, Total,
            SaleRows.Currency, rows.At);
        Add(
            batch, "INSERT INTO sale VALUES ($1, $2, $3, $4, $5, $6, $7)", rows.Sale, sale, rows.Receipt,
            SaleRows.Day, Total, SaleRows.Currency, false);
        foreach (var sku in SaleRows.Skus)
            Add(batch, "INSERT INTO movement VALUES ($1, $2, $3)", sku, sale, -1L);
        foreach (var (dimension, key, count, quantity, amount) in SaleRows.Figures)
            Add(
                batch, "INSERT INTO figure VALUES ($1, $2, $3, $4, $5, $6, $7) "
                + "ON CONFLICT (date, dimension, key, currency) DO UPDATE SET "
                + "count = figure.count + excluded.count, quantity = figure.quantity + excluded.quantity, "
                + "amount = figure.amount + excluded.amount",
                SaleRows.Day, dimension, key, SaleRows.Currency, (long)count, (long)quantity, (long)amount);
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
