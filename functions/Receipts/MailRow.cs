using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Receipts;

/// <summary>How far a receipt's mail has come. The numbers are stored and never reused.</summary>
internal enum MailState
{
    /// <summary>
    /// To be sent. Where the sale was paid by deferred payments, once they have an outcome.
    /// </summary>
    Owed = 1,

    /// <summary>Handed to the mail system, or about to be; its answer is not recorded yet.</summary>
    Sending = 2,

    Sent = 3,

    /// <summary>Cannot be sent; the reason says why. The sale is as good as any other.</summary>
    SetAside = 4,
}

/// <summary>What a receipt's mail tells of the sale. The numbers are stored and never reused.</summary>
internal enum MailKind
{
    /// <summary>Paid when the sale was made.</summary>
    Sale = 1,

    /// <summary>Accepted offline; the issuer has said yes since.</summary>
    FinalApproved = 2,

    /// <summary>
    /// Accepted offline; a payment was declined or was never authorised: the amount is open.
    /// </summary>
    FinalDeclined = 3,

    /// <summary>The sale was taken back before the mail left.</summary>
    Voided = 4,

    /// <summary>An invoice, a credit note, or what cancels one.</summary>
    Invoice = 5,
}

/// <summary>
/// The mail that a sale owes, row <c>m.{sale}</c> of the terminal's partition, made with the sale when the
/// customer gave an address. It stands at most once for each sale, so that a receipt is mailed once. An
/// invoice's mail is such a row too, under an id of its own. Immutable.
/// </summary>
/// <param name="Email">Deleted with the sending, as what lies beside the entry is.</param>
internal sealed record MailRow(string Terminal, Id Sale, string ReceiptNumber, string? Email)
{
    public const string KeyPrefix = "m.";

    /// <summary>Owed when the row was just made with the sale.</summary>
    public MailState State { get; init; } = MailState.Owed;

    /// <summary>
    /// Fixed by the first sending, as is the Message-ID: a repeat is recognisably the same mail.
    /// </summary>
    public MailKind? Kind { get; init; }

    public string? MessageId { get; init; }

    /// <summary>The mail's date; fixed by the first sending.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>Until then another handler may be at work on it.</summary>
    public DateTimeOffset? SendingUntil { get; init; }

    /// <summary>When the state became what it is.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Why it was set aside or last not sent; names no address.</summary>
    public string? Reason { get; init; }

    /// <summary>The entry of the invoice that it brings; null for a receipt.</summary>
    public (int Epoch, long Number)? Invoice { get; init; }

    /// <summary>The entry that an invoice's address came with; a receipt's came with its sale.</summary>
    public (int Epoch, long Number)? AddressAt { get; init; }

    public Row? Stored { get; init; }

    /// <summary>A mail that an invoice owes, under an id of its own.</summary>
    public static Row OfInvoice(
        string terminal, Id mail, string number, string email, (int Epoch, long Number) invoice,
        (int Epoch, long Number) addressAt, DateTimeOffset now) =>
        new(terminal, KeyOf(mail))
        {
            ["receiptNumber"] = number,
            ["email"] = email,
            ["createdAt"] = now,
            ["invoiceEpoch"] = invoice.Epoch,
            ["invoiceEntry"] = invoice.Number,
            ["addressEpoch"] = addressAt.Epoch,
            ["addressEntry"] = addressAt.Number,
        };

    public static string KeyOf(Id sale) => KeyPrefix + sale;

    public Row ToRow() => new(Terminal, KeyOf(Sale))
    {
        ETag = Stored?.ETag,
        ["receiptNumber"] = ReceiptNumber,
        ["email"] = Email,
        ["state"] = (int)State,
        ["mailKind"] = (long?)(int?)Kind,
        ["messageId"] = MessageId,
        ["date"] = Date,
        ["sendingUntil"] = SendingUntil,
        ["at"] = At,
        ["reason"] = Reason,
        ["createdAt"] = Stored?["createdAt"] ?? default,
        ["invoiceEpoch"] = (long?)Invoice?.Epoch,
        ["invoiceEntry"] = Invoice?.Number,
        ["addressEpoch"] = (long?)AddressAt?.Epoch,
        ["addressEntry"] = AddressAt?.Number,
    };

    public static MailRow From(Row row) => new(
        row.Partition, Id.Parse(
            row.Key.AsSpan(KeyPrefix.Length)), row.Text("receiptNumber"), row.TextOrNull("email"))
    {
        State = (MailState)(row.NumberOrNull("state") ?? (long)MailState.Owed),
        Kind = (MailKind?)row.NumberOrNull("mailKind"),
        MessageId = row.TextOrNull("messageId"),
        Date = row.TimeOrNull("date"),
        SendingUntil = row.TimeOrNull("sendingUntil"),
        At = row.TimeOrNull("at") ?? row.TimeOrNull("createdAt"),
        Reason = row.TextOrNull("reason"),
        Invoice = PlaceAt(row, "invoiceEpoch", "invoiceEntry"),
        AddressAt = PlaceAt(row, "addressEpoch", "addressEntry"),
        Stored = row,
    };

    private static (int, long)? PlaceAt(Row row, string epoch, string number) =>
        row.NumberOrNull(epoch) is { } known ? ((int)known, row.Number(number)) : null;
}
