using System.Globalization;
using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Goods between stores, as a set of parts: own entries and what the feed tells of others. A part is known by
/// its journal and number, so each is there once, however it came. Within the caller's transaction.
/// </summary>
internal sealed class TransferTable(Database database)
{
    private const string Columns =
        "SELECT transfer, entry, sender, receiver, arrival, last, at, lines FROM transfer_part ";

    /// <summary>As it stands on the slip.</summary>
    public static string NumberOf(JournalId journal, long number) =>
        string.Create(CultureInfo.InvariantCulture, $"{journal.Terminal}-{journal.Epoch}-T{number:D6}");

    public void Sent(EntryHeader header, TransferSent body) => Add(
        body.Transfer, body.From, body.To,
        new TransferPart(EntryOf(header), false, false, header.At, body.Lines));

    public void Received(EntryHeader header, TransferReceived body) => Add(
        body.Transfer, body.From, body.To,
        new TransferPart(EntryOf(header), true, body.IsLast, header.At, body.Lines));

    public void Set(Transfer transfer)
    {
        foreach (var part in transfer.Parts)
            Add(transfer.Number, transfer.From, transfer.To, part);
    }

    public Transfer? Find(string number) =>
        Read("WHERE transfer = $1 ORDER BY at, entry", number).FirstOrDefault();

    /// <summary>Newest first.</summary>
    public List<Transfer> Newest(int most) => Read(
        "WHERE transfer IN (SELECT transfer FROM transfer_part GROUP BY transfer ORDER BY max(at) DESC "
        + "LIMIT $1) ORDER BY at, entry", most);

    private void Add(string number, string from, string to, TransferPart part) => database.Run(
        "INSERT INTO transfer_part (transfer, entry, sender, receiver, arrival, last, at, lines) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (transfer, entry) DO NOTHING",
        number, part.Entry, from, to, part.IsArrival, part.IsLast, part.At.ToUnixTimeMilliseconds(),
        JsonSerializer.Serialize(part.Lines, StoreJson.Default.IReadOnlyListStockChange));

    private List<Transfer> Read(string where, SqlValue value)
    {
        var parts = database.All(
            Columns + where,
            row => (
                Number: row.GetString(0), From: row.GetString(2), To: row.GetString(3),
                Part: new TransferPart(
                    row.GetString(1), row.GetBoolean(4), row.GetBoolean(5), PaymentTable.TimeAt(row, 6),
                    JsonSerializer.Deserialize(
                        row.GetString(7), StoreJson.Default.IReadOnlyListStockChange)!)),
            value);
        // An arrival that was written down before the sender was known names none.
        return [.. parts.GroupBy(part => part.Number).Select(same => new Transfer(
            same.Key, same.Max(part => part.From)!, same.First().To, [.. same.Select(part => part.Part)]))];
    }

    private static string EntryOf(EntryHeader header) =>
        string.Create(CultureInfo.InvariantCulture, $"{header.Journal}.{header.Number}");
}
