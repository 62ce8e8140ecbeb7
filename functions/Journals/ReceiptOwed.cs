using System.Text.Json;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>Which receipt is owed at the sale. Numbers are stored and never reused.</summary>
internal enum ReceiptKind
{
    /// <summary>
    /// Accepted at the merchant's risk: "OFFLINE - subject to authorisation"; the final one follows.
    /// </summary>
    OfflineAccepted = 1,

    Final = 2,
}

/// <summary>
/// The receipt that a customer wants by mail: row `m.{sale}`, written in the commit of the sale's row, and a
/// due row send-receipt with the ids that lead there.
/// </summary>
internal sealed class ReceiptOwed(DueTable due, IBus bus)
{
    public const string Kind = "send-receipt";
    public const string Prefix = "m.";

    public static string KeyOf(Id sale) => Prefix + sale;

    /// <summary>
    /// The mail's row; null when nobody gave an address, or what is beside the entry is not theirs.
    /// </summary>
    public static Row? MailOf(AppliedEntry entry, SaleCompleted sale, DateTimeOffset now)
    {
        var beside = entry.Attachments.FirstOrDefault(
            attachment => attachment.Content.Kind == AttachmentKind.Contact)?.Content;
        if (beside is null || beside.Digest != sale.ContactDigest || EmailOf(beside) is not { } email)
            return null;
        var deferred = sale.Tenders.Any(tender => tender.Payment?.Approval == Approval.Deferred);
        return new Row(entry.Journal.Terminal, KeyOf(sale.Sale))
        {
            ["email"] = email,
            ["kind"] = (int)(deferred ? ReceiptKind.OfflineAccepted : ReceiptKind.Final),
            ["receiptNumber"] = sale.ReceiptNumber,
            ["createdAt"] = now,
        };
    }

    public async Task Owe(string terminal, Id sale, CancellationToken cancel) => await due.OweFirst(
        Kind, IdOf(terminal, sale), cancel: cancel,
        refs: [("terminal", terminal), ("sale", sale.ToString())]);

    public Task Ring(string terminal, Id sale, CancellationToken cancel) =>
        bus.Ring(Kind, new Doorbell(Kind, IdOf(terminal, sale)), cancel: cancel);

    private static string IdOf(string terminal, Id sale) => $"{terminal}.{sale}";

    private static string? EmailOf(Attachment contact)
    {
        try
        {
            var email = JsonSerializer.Deserialize(contact.Content.Span, WireJson.Default.Contact)?.Email;
            return string.IsNullOrWhiteSpace(email) ? null : email.Trim();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
