using System.Globalization;
using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// The index of sales: receipt numbers, totals, voids, printed marks. Within the caller's transaction.
/// </summary>
internal sealed class SaleTable(Database database)
{
    private const string Columns =
        "SELECT sale, place, receipt, receipt_number, business_date, total, currency, voided, printed "
        + "FROM sale ";

    /// <summary>Terminal, epoch and number: never used twice anywhere.</summary>
    public static string ReceiptNumber(JournalId journal, long receipt) =>
        string.Create(CultureInfo.InvariantCulture, $"{journal.Terminal}-{journal.Epoch}-{receipt:D6}");

    /// <summary>The number after the last one given out in this journal, voided sales included.</summary>
    public long NextReceipt(JournalId journal) => 1 + (database.Number(
        "SELECT receipt FROM sale WHERE place > $1 AND place < $2 ORDER BY place DESC LIMIT 1",
        new Place(journal.Epoch, 0).Value, new Place(journal.Epoch + 1, 0).Value)
        ?? database.Number("SELECT receipt FROM pruned WHERE epoch = $1", journal.Epoch) ?? 0);

    public void Completed(Place place, SaleCompleted body, DateOnly businessDate) => database.Run(
        "INSERT INTO sale (sale, place, receipt, receipt_number, business_date, total, currency, printed) "
        + "VALUES ($1, $2, $3, $4, $5, $6, $7, 0)",
        body.Sale.ToString(), place.Value, body.Receipt, body.ReceiptNumber, businessDate.DayNumber,
        body.Total.Minor, body.Total.Currency.Code);

    public void Voided(Place place, Id sale) =>
        database.Run("UPDATE sale SET voided = $2 WHERE sale = $1", sale.ToString(), place.Value);

    public void Refunded(Place place, SaleRefunded body) => database.Run(
        "INSERT INTO refund (refund, sale, place, total, currency) VALUES ($1, $2, $3, $4, $5)",
        body.Refund.ToString(), body.Sale.ToString(), place.Value, body.Total.Minor,
        body.Total.Currency.Code);

    /// <summary>What of the refunds goes back to cards.</summary>
    public RefundPaymentTable ToCards { get; } = new(database);

    /// <summary>The places of a sale's refunds, in order.</summary>
    public List<Place> RefundsOf(Id sale) => database.All(
        "SELECT place FROM refund WHERE sale = $1 ORDER BY place", row => new Place(row.GetInt64(0)),
        sale.ToString());

    /// <summary>False when there is no such sale.</summary>
    public bool Printed(Id sale) =>
        database.Run("UPDATE sale SET printed = 1 WHERE sale = $1", sale.ToString()) > 0;

    /// <summary>Whether its receipt is out, and its void, if there is one, lies no later.</summary>
    public bool EndedBy(Id sale, Place last) => database.Number(
        "SELECT 1 FROM sale WHERE sale = $1 AND printed = 1 AND (voided IS NULL OR voided <= $2)",
        sale.ToString(), last.Value) == 1;

    public void Delete(Id sale) => database.Run("DELETE FROM sale WHERE sale = $1", sale.ToString());

    public SaleRow? Find(Id sale) => database.First(Columns + "WHERE sale = $1", ReadRow, sale.ToString());

    public SaleRow? FindReceipt(string receiptNumber) =>
        database.First(Columns + "WHERE receipt_number = $1", ReadRow, receiptNumber);

    public List<SaleRow> Newest(int most) =>
        database.All(Columns + "ORDER BY place DESC LIMIT $1", ReadRow, most);

    public List<SaleRow> On(DateOnly businessDate) => database.All(
        Columns + "WHERE business_date = $1 ORDER BY place", ReadRow, businessDate.DayNumber);

    public int CountNotPrinted() =>
        (int)(database.Number("SELECT count(*) FROM sale WHERE printed = 0") ?? 0);

    /// <summary>Oldest first.</summary>
    public List<SaleRow> NotPrinted() => database.All(Columns + "WHERE printed = 0 ORDER BY place", ReadRow);

    /// <summary>Number of the next Z report and of the first entry that it covers.</summary>
    public (long Report, long FromNumber) NextReport(JournalId journal)
    {
        var report = 1 + (database.Number("SELECT max(report) FROM day_report") ?? 0);
        var place = database.Number(
            "SELECT max(place) FROM day_report WHERE place > $1", new Place(journal.Epoch, 0).Value);
        // What was deleted before any Z report was taken is in none; the first one says where it begins.
        var deleted = database.Number("SELECT number FROM pruned WHERE epoch = $1", journal.Epoch) ?? 0;
        return (report, Math.Max(place is { } last ? new Place(last).Number : 0, deleted) + 1);
    }

    /// <summary>Sales and voids from an entry on, and what remains per currency: sales less voids.</summary>
    public (int Sales, int Voids, List<Money> Totals) Sum(JournalId journal, long from)
    {
        var place = new Place(journal.Epoch, from).Value;
        var sales = (int)(database.Number("SELECT count(*) FROM sale WHERE place >= $1", place) ?? 0);
        var voids = (int)(database.Number("SELECT count(*) FROM sale WHERE voided >= $1", place) ?? 0);
        var totals = database.All(
            "SELECT sum(total * ((place >= $1) - (coalesce(voided, 0) >= $1))), currency FROM sale "
            + "WHERE place >= $1 OR voided >= $1 GROUP BY currency ORDER BY currency",
            row => PaymentTable.MoneyAt(row, 0), place);
        return (sales, voids, totals);
    }

    private static SaleRow ReadRow(Row row)
    {
        var place = new Place(row.GetInt64(1));
        return new SaleRow(
            Id.Parse(row.GetString(0)), place.Epoch, place.Number, row.GetInt64(2), row.GetString(3),
            DateOnly.FromDayNumber(row.GetInt32(4)), PaymentTable.MoneyAt(row, 5),
            row.IsDBNull(7) ? null : new Place(row.GetInt64(7)).Number, row.GetBoolean(8));
    }
}
