using System.Globalization;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>One reading connection with its prepared statements. Used by one caller at a time.</summary>
internal sealed class SqliteTableReader : IDisposable
{
    private const string Columns = "SELECT part, key, etag, data FROM rows WHERE tab = $tab";

    private readonly SqliteConnection connection;
    private readonly SqliteCommand begin;
    private readonly SqliteCommand end;
    private readonly SqliteCommand get;
    private readonly SqliteCommand range;
    private readonly SqliteCommand scan;

    public SqliteTableReader(SqliteConnection connection)
    {
        this.connection = connection;
        begin = Prepare("BEGIN");
        end = Prepare("COMMIT");
        get = Prepare($"{Columns} AND part = $part AND key = $key", "$tab", "$part", "$key");
        range = Prepare(
            $"""
             {Columns} AND part = $part AND key >= $from AND (key > $from OR $after = 0) AND key < $to
             ORDER BY key LIMIT $max
             """,
            "$tab", "$part", "$from", "$after", "$to", "$max");
        scan = Prepare(
            $"{Columns} AND (part, key) > ($part, $key) ORDER BY part, key LIMIT $max",
            "$tab", "$part", "$key", "$max");
    }

    public Row? Get(string table, string partition, string key)
    {
        Bind(get, table, partition, key);
        using var reader = get.ExecuteReader();
        return reader.Read() ? RowOf(reader, (byte[])reader[3]) : null;
    }

    /// <summary>
    /// In one transaction: whoever begins a read after somebody wrote finds its page cache emptied.
    /// </summary>
    public IReadOnlyList<Row?> GetMany(string table, string partition, IReadOnlyList<string> keys)
    {
        var rows = new Row?[keys.Count];
        begin.ExecuteNonQuery();
        try
        {
            for (int i = 0; i < rows.Length; i++) rows[i] = Get(table, partition, keys[i]);
        }
        finally
        {
            end.ExecuteNonQuery();
        }

        return rows;
    }

    public RowPage Range(string table, string partition, PageStart from, string? to, int max, int bytesMax)
    {
        // Keys are ASCII, so that a character above it ends every partition.
        Bind(range, table, partition, from.Key, from.After ? 1 : 0, to ?? "\u0080", max + 1);
        return Page(range, max, bytesMax);
    }

    public RowPage Scan(string table, (string Partition, string Key) after, int max, int bytesMax)
    {
        Bind(scan, table, after.Partition, after.Key, max + 1);
        return Page(scan, max, bytesMax);
    }

    public void Dispose()
    {
        begin.Dispose();
        end.Dispose();
        get.Dispose();
        range.Dispose();
        scan.Dispose();
        connection.Dispose();
    }

    private static RowPage Page(SqliteCommand command, int max, int bytesMax)
    {
        var rows = new List<Row>();
        int bytes = 0;
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (rows.Count == max || bytes >= bytesMax) return new RowPage(rows, More: true);
            byte[] data = (byte[])reader[3];
            bytes += data.Length;
            rows.Add(RowOf(reader, data));
        }

        return new RowPage(rows, More: false);
    }

    private static Row RowOf(SqliteDataReader reader, byte[] data) => RowCodec.Decode(
        reader.GetString(0), reader.GetString(1),
        reader.GetInt64(2).ToString(CultureInfo.InvariantCulture), data);

    private static void Bind(SqliteCommand command, params ReadOnlySpan<object> values)
    {
        for (int i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
    }

    private SqliteCommand Prepare(string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (string name in names) command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }
}
