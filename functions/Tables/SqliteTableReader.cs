using System.Globalization;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Tables;

/// <summary>One reading connection with its prepared statements. Used by one caller at a time.</summary>
internal sealed class SqliteTableReader : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly SqliteStatement begin, end, get, range, scan;

    public SqliteTableReader(SqliteConnection connection)
    {
        this.connection = connection;
        begin = new SqliteStatement(connection, "BEGIN");
        end = new SqliteStatement(connection, "COMMIT");
        get = new SqliteStatement(
            connection, "SELECT etag, data FROM rows WHERE tab = ?1 AND part = ?2 AND key = ?3");
        range = new SqliteStatement(
            connection,
            """
            SELECT etag, data, key FROM rows
            WHERE tab = ?1 AND part = ?2 AND key >= ?3 AND (key > ?3 OR ?4 = 0) AND key < ?5
            ORDER BY key LIMIT ?6
            """);
        scan = new SqliteStatement(
            connection,
            """
            SELECT etag, data, key, part FROM rows WHERE tab = ?1 AND (part, key) > (?2, ?3)
            ORDER BY part, key LIMIT ?4
            """);
    }

    public KeptRow? Get(string table, string partition, string key)
    {
        get.Bind(table, partition, key);
        if (!get.Step()) return null;
        var found = new KeptRow(get.Number(0), get.Bytes(1).ToArray());
        get.Reset();
        return found;
    }

    /// <summary>
    /// Fills the places that are named, in one transaction: whoever begins a read after somebody wrote finds
    /// its page cache emptied.
    /// </summary>
    public void GetMany(RowName[] names, IReadOnlyList<int> places, KeptRow?[] rows)
    {
        begin.Run();
        try
        {
            foreach (int place in places)
                rows[place] = Get(names[place].Table, names[place].Partition, names[place].Key);
        }
        finally
        {
            end.Run();
        }
    }

    public RowPage Range(string table, string partition, PageStart from, string? to, int max, int bytesMax)
    {
        range.Bind(table, partition, from.Key);
        range.Bind(4, from.After ? 1 : 0);
        // Keys are ASCII, so that a character above it ends every partition.
        range.Bind(5, to ?? "\u0080");
        range.Bind(6, max + 1);
        return Page(range, partition, max, bytesMax);
    }

    public RowPage Scan(string table, (string Partition, string Key) after, int max, int bytesMax)
    {
        scan.Bind(table, after.Partition, after.Key);
        scan.Bind(4, max + 1);
        return Page(scan, null, max, bytesMax);
    }

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])[begin, end, get, range, scan]) statement.Dispose();
        connection.Dispose();
    }

    private static RowPage Page(SqliteStatement statement, string? partition, int max, int bytesMax)
    {
        var rows = new List<Row>();
        int bytes = 0;
        try
        {
            while (statement.Step())
            {
                if (rows.Count == max || bytes >= bytesMax) return new RowPage(rows, More: true);
                var data = statement.Bytes(1);
                bytes += data.Length;
                rows.Add(RowCodec.Decode(
                    partition ?? statement.Text(3), statement.Text(2),
                    statement.Number(0).ToString(CultureInfo.InvariantCulture), data));
            }

            return new RowPage(rows, More: false);
        }
        finally
        {
            statement.Reset();
        }
    }
}
