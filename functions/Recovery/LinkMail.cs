using System.Text;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using MimeKit;
using MimeKit.Utils;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// The two mails of a payment link: the way to pay, and that it was paid. Text and HTML say the same;
/// nothing is fetched. Of a card they name the last four digits.
/// </summary>
internal static class LinkMail
{
    public static MimeMessage Offer(
        RecoveryCase known, Merchant merchant, Store store, Uri address, MailboxAddress from,
        MailboxAddress to, string messageId, DateTimeOffset now) => Of(
        $"Please pay: receipt {known.ReceiptNumber}, {merchant.Name}", merchant,
        [
            $"A card payment of {known.Amount} at {merchant.Name}, {store.Name}, on "
                + $"{Printed.Date(known.BusinessDate)} was not authorised (receipt {known.ReceiptNumber}). "
                + "The amount is still open.",
            $"You can pay it here with a card, until {Printed.Utc(known.Link!.ExpiresAt)}:",
            address.ToString(),
            "The address is for you alone and works for one payment. Nobody from the shop asks for your "
                + "card number by mail or telephone. You can also pay at the shop: "
                + $"{string.Join(", ", store.Address.Prepend(store.Name))}.",
        ],
        address, from, to, messageId, now);

    public static MimeMessage Paid(
        RecoveryCase known, PaymentRow payment, Merchant merchant, Store store, MailboxAddress from,
        MailboxAddress to, string messageId, DateTimeOffset now) => Of(
        $"Paid: receipt {known.ReceiptNumber}, {merchant.Name}", merchant,
        [
            $"Thank you. {known.Amount} for receipt {known.ReceiptNumber} of "
                + $"{Printed.Date(known.BusinessDate)} is paid.",
            $"{merchant.Name}, {string.Join(", ", store.Address.Prepend(store.Name))}",
            $"Paid online with {payment.Facts!.Scheme} **** {payment.Facts.LastFour} on "
                + $"{Printed.Utc(payment.Answer?.At ?? now)}",
            $"Authorisation code {payment.Answer?.AuthorisationCode ?? "none"}, reference "
                + $"{payment.Asked?.RetrievalReference}",
            $"Merchant {known.Merchant}, terminal {known.Terminal}, payment {payment.Payment}",
        ],
        null, from, to, messageId, now);

    private static MimeMessage Of(
        string subject, Merchant merchant, IReadOnlyList<string> lines, Uri? address, MailboxAddress from,
        MailboxAddress to, string messageId, DateTimeOffset now)
    {
        var html = new StringBuilder("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<title>").Append(Printed.Html(subject)).Append("</title></head>\n")
            .Append("<body style=\"font-family:sans-serif\">\n");
        foreach (var line in lines)
            html.Append(line == address?.ToString()
                ? $"<p><a href=\"{Printed.Html(line)}\">{Printed.Html(line)}</a></p>\n"
                : $"<p>{Printed.Html(line)}</p>\n");
        html.Append("</body></html>\n");
        var body = new MultipartAlternative
        {
            new TextPart("plain") { Text = string.Join("\n\n", lines.Select(Printed.Line)) + "\n" },
            new TextPart("html") { Text = html.ToString() },
        };
        var message = new MimeMessage
        {
            MessageId = messageId, Date = now.ToUniversalTime(), Subject = Printed.Line(subject), Body = body,
        };
        message.From.Add(new MailboxAddress(Printed.Line(merchant.Name), from.Address));
        message.To.Add(to);
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Prepare(EncodingConstraint.SevenBit);
        return message;
    }
}
