using System.Globalization;
using System.Text.Json;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>
/// A completed sale, for reports and receipts: row `s.{sale}` in the terminal's partition. Its lines are in
/// the entry, which (epoch, number) leads to.
/// </summary>
/// <param name="At">With the offset that the store had.</param>
/// <param name="StoredAt">When the back office took it in: one of a closed day is a straggler.</param>
/// <param name="VoidedBy">The number of the entry that took it back, in <paramref name="VoidEpoch"/>.</param>
internal sealed record SaleRow(
    string Terminal, Id Sale, int Epoch, long Number, long Receipt, string ReceiptNumber, string Cashier,
    DateTimeOffset At, DateOnly BusinessDate, Money Total, IReadOnlyList<TaxLine> Taxes,
    IReadOnlyList<Tender> Tenders, int? VoidEpoch, long? VoidedBy, DateOnly? VoidBusinessDate,
    DateTimeOffset StoredAt)
{
    public const string Prefix = "s.";

    /// <summary>Who took it back; null while nobody did, and in rows from before it was kept.</summary>
    public string? VoidCashier { get; init; }

    /// <summary>Beside the total; part of what the tenders paid.</summary>
    public Money Tip => Tenders.Aggregate(
        Money.Zero(Total.Currency), (sum, tender) => sum + (tender.Tip ?? Money.Zero(sum.Currency)));

    /// <summary>Whether this is the entry that told of the sale.</summary>
    public bool IsOf(EntryHeader header) => Epoch == header.Journal.Epoch && Number == header.Number;

    public bool IsVoidedBy(EntryHeader header) =>
        VoidEpoch == header.Journal.Epoch && VoidedBy == header.Number;

    public static string KeyOf(Id sale) => Prefix + sale;

    public static SaleRow From(Row row) => new(
        row.Partition, Id.Parse(row.Key.AsSpan(row.Key.LastIndexOf('.') + 1)), (int)row.Number("epoch"),
        row.Number("number"), row.Number("receipt"), row.Text("receiptNumber"), row.Text("cashier"),
        row.Time("at").ToOffset(TimeSpan.FromMinutes(row.Number("offset"))), Date(row.Text("businessDate")),
        new Money(row.Number("total"), Currency.Parse(row.Text("currency"))),
        JsonSerializer.Deserialize(row.Chunked("taxes"), JournalsJson.Default.IReadOnlyListTaxLine)!,
        JsonSerializer.Deserialize(row.Chunked("tenders"), JournalsJson.Default.IReadOnlyListTender)!,
        (int?)row.NumberOrNull("voidEpoch"), row.NumberOrNull("voidedBy"),
        row.TextOrNull("voidBusinessDate") is { } date ? Date(date) : null, row.Time("storedAt"))
    {
        VoidCashier = row.TextOrNull("voidCashier"),
    };

    public static Row New(EntryHeader header, SaleCompleted sale, DateTimeOffset now)
    {
        var row = new Row(header.Journal.Terminal, KeyOf(sale.Sale))
        {
            ["epoch"] = header.Journal.Epoch,
            ["number"] = header.Number,
            ["receipt"] = sale.Receipt,
            ["receiptNumber"] = sale.ReceiptNumber,
            ["cashier"] = sale.Cashier,
            ["at"] = header.At,
            ["offset"] = (int)header.At.Offset.TotalMinutes,
            ["businessDate"] = Text(header.BusinessDate),
            ["total"] = sale.Total.Minor,
            ["currency"] = sale.Total.Currency.Code,
            ["storedAt"] = now,
        };
        var json = JournalsJson.Default;
        row.SetChunks("taxes", JsonSerializer.SerializeToUtf8Bytes(sale.Taxes, json.IReadOnlyListTaxLine));
        row.SetChunks("tenders", JsonSerializer.SerializeToUtf8Bytes(sale.Tenders, json.IReadOnlyListTender));
        return row;
    }

    /// <summary>The same under another key of the partition.</summary>
    public static Row Copy(Row sale, string key)
    {
        var copy = new Row(sale.Partition, key);
        foreach (var (name, value) in sale.Values)
            copy[name] = value;
        return copy;
    }

    public static void SetVoided(Row row, EntryHeader header, string cashier)
    {
        row["voidCashier"] = cashier;
        row["voidEpoch"] = header.Journal.Epoch;
        row["voidedBy"] = header.Number;
        row["voidBusinessDate"] = Text(header.BusinessDate);
    }

    private static string Text(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateOnly Date(string text) =>
        DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
