using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Invoices;

/// <summary>
/// An invoice, a credit note or a cancellation that is known here: row `iv.{number}` of the terminal's
/// partition. What stands on it is in the entry that (epoch, number) leads to; whose it is, beside that.
/// </summary>
internal sealed record InvoiceRow(
    string Terminal, string InvoiceNumber, int Epoch, long Number, Id Sale, string ReceiptNumber,
    string? Cancels, string? Credits, DateTimeOffset At, Row Stored)
{
    public const string Prefix = "iv.";

    /// <summary>Whom it was made out to is no longer known anywhere.</summary>
    public DateTimeOffset? ForgottenAt { get; init; }

    public static string KeyOf(string number) => Prefix + number;

    /// <summary>Terminal, epoch, R and the running number, as terminals write it; nothing else is a
    /// key.</summary>
    public static bool IsNumber(string number) =>
        number.Length is > 0 and <= 32 && number.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    public static Row New(EntryHeader header, InvoiceIssued body) =>
        new(header.Journal.Terminal, KeyOf(body.InvoiceNumber))
        {
            ["epoch"] = header.Journal.Epoch,
            ["number"] = header.Number,
            ["sale"] = body.Sale.ToString(),
            ["receiptNumber"] = body.ReceiptNumber,
            ["cancels"] = body.Cancels,
            ["credits"] = body.Credit?.Invoice,
            ["at"] = header.At,
        };

    public static InvoiceRow From(Row row) => new(
        row.Partition, row.Key[Prefix.Length..], (int)row.Number("epoch"), row.Number("number"),
        Id.Parse(row.Text("sale")), row.Text("receiptNumber"), row.TextOrNull("cancels"),
        row.TextOrNull("credits"), row.Time("at"), row)
    {
        ForgottenAt = row.TimeOrNull("forgottenAt"),
    };
}
