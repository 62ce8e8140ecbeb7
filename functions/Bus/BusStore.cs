using System.Globalization;
using System.Text;
using CloudPos.Functions.Tables;
using Microsoft.Data.Sqlite;

namespace CloudPos.Functions.Bus;

/// <summary>A message handed out. The token is that of this delivery; a later one has another.</summary>
/// <param name="Trace">The traceparent of who rang first, or null.</param>
internal sealed record Delivery(string Queue, long Number, long Token, string Body, int Count, string? Trace);

/// <summary>
/// The messages of all queues in one SQLite file. Opening it frees what a former process had taken.
/// synchronous=NORMAL: a power cut may undo the last rings, which the sweep makes again, and the last
/// completions, which handlers bear. Once closed, a delivery that still runs has lost its lock: it comes
/// again after the next start. Times are Unix milliseconds. Thread-safe: one caller at a time.
/// </summary>
internal sealed class BusStore : IDisposable
{
    private readonly Lock gate = new();
    private readonly SqliteFile file;
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteStatement> statements = new(StringComparer.Ordinal);

    /// <summary>
    /// How many messages each queue holds to deliver: to count them for each ring would cost the more, the
    /// more are behind.
    /// </summary>
    private readonly Dictionary<string, int> active = new(StringComparer.Ordinal);

    private long lastToken;
    private bool closed;

    public BusStore(string path)
    {
        file = SqliteFile.Own(path);
        try
        {
            connection = file.Connect("NORMAL");
            SqliteFile.Run(connection, """
                CREATE TABLE IF NOT EXISTS messages (
                    number INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, body TEXT NOT NULL,
                    rung INTEGER NOT NULL, visible INTEGER NOT NULL, scheduled INTEGER NOT NULL,
                    deliveries INTEGER NOT NULL DEFAULT 0, token INTEGER,
                    dead INTEGER NOT NULL DEFAULT 0, reason TEXT, died INTEGER);
                CREATE INDEX IF NOT EXISTS by_time ON messages (queue, dead, visible);
                CREATE INDEX IF NOT EXISTS waiting ON messages (queue, body) WHERE dead = 0 AND token IS NULL;
                UPDATE messages SET token = NULL, visible = 0 WHERE token IS NOT NULL AND dead = 0;
                """);
            const string hasTrace = """
                SELECT count(*) FROM pragma_table_info('messages') WHERE name = 'trace'
                """;
            if (Scalar(hasTrace) == 0)
                SqliteFile.Run(connection, "ALTER TABLE messages ADD COLUMN trace TEXT");
            foreach (var count in Counts()) active[count.Queue] = count.Active;
        }
        catch
        {
            connection?.Dispose();
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Stores a message, or finds that the same waits already, ready or after a failure: that one will be
    /// read after this ring, so it serves both. A scheduled message serves only itself. False when the queue
    /// is full.
    /// </summary>
    public bool Add(
        string queue, string body, long now, long visible, int waitingMax, string? trace = null)
    {
        lock (gate)
        {
            bool scheduled = visible > now;
            const string sameWaits = """
                SELECT count(*) FROM messages
                WHERE queue = ?1 AND body = ?2 AND dead = 0 AND token IS NULL
                  AND (visible <= ?3 OR scheduled = 0 OR deliveries > 0)
                """;
            if (!scheduled && Scalar(sameWaits, queue, body, now) > 0) return true;
            if (active.GetValueOrDefault(queue) >= waitingMax) return false;
            Execute(
                """
                INSERT INTO messages (queue, body, rung, visible, scheduled, trace)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """,
                queue, body, now, visible, scheduled ? 1 : 0, trace);
            Count(queue, 1);
            return true;
        }
    }

    /// <summary>
    /// The message that has been ready longest, taken until the lock ends; null when none is ready.
    /// </summary>
    public Delivery? Take(string queue, long now, long lockedUntil)
    {
        lock (gate)
        {
            var take = Statement(
                """
                UPDATE messages SET token = ?1, visible = ?2, deliveries = deliveries + 1
                WHERE number = (SELECT number FROM messages WHERE queue = ?3 AND dead = 0 AND visible <= ?4
                                ORDER BY visible, number LIMIT 1)
                RETURNING number, token, body, deliveries, trace
                """,
                ++lastToken, lockedUntil, queue, now);
            if (!take.Step()) return null;
            var delivery = new Delivery(
                queue, take.Number(0), take.Number(1), take.Text(2), (int)take.Number(3),
                take.IsNull(4) ? null : take.Text(4));
            // RETURNING is done only when it has been read to the end.
            take.Run();
            return delivery;
        }
    }

    /// <summary>Removes a message. False when the delivery's lock was lost.</summary>
    public bool Complete(Delivery delivery)
    {
        lock (gate)
        {
            if (closed || Execute(
                "DELETE FROM messages WHERE number = ?1 AND token = ?2",
                delivery.Number, delivery.Token) == 0) return false;
            Count(delivery.Queue, -1);
            return true;
        }
    }

    /// <summary>
    /// Gives a message back, to be delivered from then on. False when the delivery's lock was lost.
    /// </summary>
    public bool GiveBack(Delivery delivery, long visible)
    {
        lock (gate)
        {
            return !closed && Execute(
                "UPDATE messages SET token = NULL, visible = ?1 WHERE number = ?2 AND token = ?3",
                visible, delivery.Number, delivery.Token) == 1;
        }
    }

    /// <summary>Makes a message a dead letter. False when the delivery's lock was lost.</summary>
    public bool Bury(Delivery delivery, string reason, long now, int deadMax)
    {
        lock (gate)
        {
            if (closed) return false;
            int buried = Execute(
                """
                UPDATE messages SET dead = 1, token = NULL, reason = ?1, died = ?2
                WHERE number = ?3 AND token = ?4
                """,
                reason, now, delivery.Number, delivery.Token);
            Count(delivery.Queue, -buried);
            Execute(
                """
                DELETE FROM messages WHERE number IN
                    (SELECT number FROM messages WHERE dead = 1
                     ORDER BY died DESC, number DESC LIMIT -1 OFFSET ?1)
                """,
                deadMax);
            return buried == 1;
        }
    }

    /// <summary>Puts a dead letter back as if newly rung. False when there is none of this number.</summary>
    public bool Revive(long number, long now)
    {
        lock (gate)
        {
            var revive = Statement(
                """
                UPDATE messages
                SET dead = 0, deliveries = 0, visible = ?1, scheduled = 0, reason = NULL, died = NULL
                WHERE number = ?2 AND dead = 1
                RETURNING queue
                """,
                now, number);
            if (!revive.Step()) return false;
            Count(revive.Text(0), 1);
            revive.Run();
            return true;
        }
    }

    /// <summary>
    /// When the next message of the queue is ready or its lock ends; null when it holds none.
    /// </summary>
    public long? NextVisible(string queue)
    {
        lock (gate)
            return Scalar("SELECT min(visible) FROM messages WHERE queue = ?1 AND dead = 0", queue);
    }

    public IReadOnlyList<QueueCount> Counts()
    {
        lock (gate)
        {
            var counts = new List<QueueCount>();
            var each = Statement("SELECT queue, sum(1 - dead), sum(dead) FROM messages GROUP BY queue");
            while (each.Step())
                counts.Add(new QueueCount(each.Text(0), (int)each.Number(1), (int)each.Number(2)));
            return counts;
        }
    }

    /// <summary>The newest dead letters of a queue.</summary>
    public IReadOnlyList<DeadLetter> Dead(string queue, int max)
    {
        lock (gate)
        {
            var letters = new List<DeadLetter>();
            var each = Statement(
                """
                SELECT number, queue, body, deliveries, reason, rung, died FROM messages
                WHERE queue = ?1 AND dead = 1 ORDER BY died DESC, number DESC LIMIT ?2
                """,
                queue, max);
            while (each.Step())
            {
                var (bell, error) = Doorbell.Parse(Encoding.UTF8.GetBytes(each.Text(2)));
                letters.Add(new DeadLetter(
                    each.Number(0), each.Text(1), bell ?? new Doorbell("unreadable", error!),
                    (int)each.Number(3), each.Text(4),
                    Time(each.Number(5)), Time(each.Number(6))));
            }

            return letters;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            closed = true;
            foreach (var statement in statements.Values) statement.Dispose();
            connection.Dispose();
            file.Dispose();
        }
    }

    private void Count(string queue, int more) =>
        active[queue] = active.GetValueOrDefault(queue) + more;

    private static DateTimeOffset Time(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private int Execute(string sql, params ReadOnlySpan<object?> values) => Statement(sql, values).Run();

    private long? Scalar(string sql, params ReadOnlySpan<object?> values) =>
        Statement(sql, values).NumberOrNull();

    /// <summary>The prepared statement of a text with parameters ?1, ?2, ...: long, int or text.</summary>
    private SqliteStatement Statement(string sql, params ReadOnlySpan<object?> values)
    {
        if (!statements.TryGetValue(sql, out var statement))
            statements.Add(sql, statement = new SqliteStatement(connection, sql));
        for (int i = 0; i < values.Length; i++)
            if (values[i] is string or null) statement.Bind(i + 1, (string?)values[i]);
            else statement.Bind(i + 1, Convert.ToInt64(values[i], CultureInfo.InvariantCulture));
        return statement;
    }
}
