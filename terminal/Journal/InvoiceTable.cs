using System.Globalization;
using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <param name="Cancels">The number of the invoice or credit note that this one cancels.</param>
/// <param name="Credits">The number of the invoice that this one reduces, or whose credit note it
/// cancels.</param>
internal sealed record InvoiceRow(
    Place Place, string InvoiceNumber, Id Sale, string? Cancels, string? Credits);

/// <summary>The index of invoices. Within the caller's transaction.</summary>
internal sealed class InvoiceTable(Database database)
{
    private const string Columns = "SELECT place, invoice_number, sale, cancels, credits FROM invoice ";

    /// <summary>Terminal, epoch, the letter of invoices and a number of their own: never used
    /// twice.</summary>
    public static string NumberOf(JournalId journal, long running) =>
        string.Create(CultureInfo.InvariantCulture, $"{journal.Terminal}-{journal.Epoch}-R{running:D6}");

    public long Next(JournalId journal) => 1 + (database.Number(
        "SELECT max(running) FROM invoice WHERE place > $1 AND place < $2",
        new Place(journal.Epoch, 0).Value, new Place(journal.Epoch + 1, 0).Value) ?? 0);

    public void Issued(Place place, InvoiceIssued body) => database.Run(
        "INSERT INTO invoice (place, running, invoice_number, sale, cancels, credits) "
        + "VALUES ($1, $2, $3, $4, $5, $6)",
        place.Value, body.Running, body.InvoiceNumber, body.Sale.ToString(), body.Cancels,
        body.Credit?.Invoice);

    public InvoiceRow? Find(string number) =>
        database.First(Columns + "WHERE invoice_number = $1", ReadRow, number);

    /// <summary>In the order in which they were made: an invoice, then what cancels it.</summary>
    public List<InvoiceRow> Of(Id sale) =>
        database.All(Columns + "WHERE sale = $1 ORDER BY place", ReadRow, sale.ToString());

    public List<InvoiceRow> Newest(int most) =>
        database.All(Columns + "ORDER BY place DESC LIMIT $1", ReadRow, most);

    private static InvoiceRow ReadRow(Row row) => new(
        new Place(row.GetInt64(0)), row.GetString(1), Id.Parse(row.GetString(2)),
        row.IsDBNull(3) ? null : row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4));
}
