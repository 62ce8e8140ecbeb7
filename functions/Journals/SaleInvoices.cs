using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>
/// Whether a sale has an invoice that stands. It is reduced in the journal that issued it, so such a sale is
/// given back at the till that sold.
/// </summary>
internal sealed class SaleInvoices(TablePort tables)
{
    private const int RecordsMax = 20_000;

    /// <summary>The number of the sale's invoice that is not cancelled; null when there is none.</summary>
    public async Task<string?> Standing(RefundableSale known, CancellationToken cancel)
    {
        var (row, seen, standing) = (known.Row, 0, (string?)null);
        await foreach (var record in tables.Range(
            TableNames.Terminal, row.Terminal, JournalRows.Recorded(row.Epoch, row.Number),
            Keys.After(JournalRows.RecordedPrefix(row.Epoch)), cancel))
        {
            if (seen++ == RecordsMax)
                break;
            if (record.Number("kind") != (int)EntryKind.InvoiceIssued)
                continue;
            using var body = JsonDocument.Parse(record.Chunked("body"));
            if (body.RootElement.GetProperty("sale").GetString() != known.Sale.Sale.ToString())
                continue;
            if (Text(body.RootElement, "cancels") is { } cancelled)
                standing = standing == cancelled ? null : standing;
            else if (!body.RootElement.TryGetProperty("credit", out var credit)
                || credit.ValueKind == JsonValueKind.Null)
                standing = Text(body.RootElement, "invoiceNumber");
        }
        return standing;
    }

    private static string? Text(JsonElement body, string name) =>
        body.TryGetProperty(name, out var value) ? value.GetString() : null;
}
