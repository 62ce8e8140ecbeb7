using System.Text;
using CloudPos.Functions.Receipts;
using CloudPos.Journal;
using CloudPos.Papers;
using MimeKit;

namespace CloudPos.Functions.Invoices;

/// <summary>
/// An invoice as a mail: a few words, the invoice as PDF for the customer's books and as HTML for a screen.
/// Made again it is the same mail.
/// </summary>
internal static class InvoiceMessage
{
    public static MimeMessage Of(
        InvoiceDocument invoice, MailboxAddress from, MailboxAddress to, string messageId,
        DateTimeOffset date)
    {
        var texts = invoice.Texts;
        var words = new StringBuilder(texts.With(
            "mail.invoice.body", invoice.Number, invoice.Locale.Amount(invoice.Total))).Append("\n\n")
            .Append(invoice.About).Append('\n').Append(invoice.Paid).Append("\n\n")
            .AppendJoin('\n', invoice.Seller.Address.Prepend(invoice.Seller.Name)).Append('\n');
        var body = new Multipart("mixed")
        {
            new TextPart("plain")
            {
                Text = string.Join('\n', words.ToString().Split('\n').Select(Printed.Line)),
            },
            Attached("application", "pdf", invoice.Number + ".pdf", InvoicePages.Pdf(invoice)),
            Attached(
                "text", "html", invoice.Number + ".html", Encoding.UTF8.GetBytes(InvoicePages.Html(invoice))),
        };
        body.Boundary = $"=-invoice-{invoice.Body.Invoice}";
        var message = new MimeMessage
        {
            MessageId = messageId, Date = date.ToUniversalTime(), Body = body,
            Subject = Printed.Line(texts.With(SubjectOf(invoice.Body), invoice.Number, invoice.Seller.Name)),
        };
        message.From.Add(new MailboxAddress(Printed.Line(invoice.Seller.Name), from.Address));
        message.To.Add(to);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Prepare(EncodingConstraint.SevenBit);
        return message;
    }

    private static string SubjectOf(InvoiceIssued body) => body switch
    {
        { Cancels: not null } => "mail.invoice.cancelled",
        { Credit: not null } => "mail.invoice.credit",
        _ => "mail.invoice.subject",
    };

    private static MimePart Attached(string type, string subtype, string name, byte[] content) =>
        new(type, subtype)
        {
            Content = new MimeContent(new MemoryStream(content)),
            ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = name },
            ContentTransferEncoding = ContentEncoding.Base64,
        };
}
