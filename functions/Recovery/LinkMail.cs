using System.Text;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Languages;
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
        MailboxAddress to, string messageId, DateTimeOffset now)
    {
        var (texts, locale) = (PayTexts.In(store.Locale), store.Locale);
        return Of(
            texts["mail.offer", known.ReceiptNumber, merchant.Name], merchant, locale,
            [
                texts["mail.offer.why", locale.Amount(known.Amount), $"{merchant.Name}, {store.Name}",
                    locale.Date(known.BusinessDate), known.ReceiptNumber],
                texts["mail.offer.how", locale.Time(
                    TimeZoneInfo.ConvertTime(known.Link!.ExpiresAt, store.TimeZone))],
                address.ToString(),
                texts["mail.offer.safe", string.Join(", ", store.Address.Prepend(store.Name))],
            ],
            address, from, to, messageId, now);
    }

    public static MimeMessage Paid(
        RecoveryCase known, PaymentRow payment, Merchant merchant, Store store, MailboxAddress from,
        MailboxAddress to, string messageId, DateTimeOffset now)
    {
        var (texts, locale) = (PayTexts.In(store.Locale), store.Locale);
        return Of(
            texts["mail.paid", known.ReceiptNumber, merchant.Name], merchant, locale,
            [
                texts["mail.paid.what", locale.Amount(known.Amount), known.ReceiptNumber,
                    locale.Date(known.BusinessDate)],
                $"{merchant.Name}, {string.Join(", ", store.Address.Prepend(store.Name))}",
                texts["mail.paid.card", payment.Facts!.Scheme, payment.Facts.LastFour, locale.Time(
                    TimeZoneInfo.ConvertTime(payment.Answer?.At ?? now, store.TimeZone))],
                texts["mail.paid.code", payment.Answer?.AuthorisationCode ?? "-",
                    payment.Asked?.RetrievalReference],
                $"{known.Merchant} / {known.Terminal} / {payment.Payment}",
            ],
            null, from, to, messageId, now);
    }

    private static MimeMessage Of(
        string subject, Merchant merchant, Locale locale, IReadOnlyList<string> lines, Uri? address,
        MailboxAddress from, MailboxAddress to, string messageId, DateTimeOffset now)
    {
        var html = new StringBuilder($"<!doctype html>\n<html lang=\"{locale.Language}\"><head>")
            .Append("<meta charset=\"utf-8\">")
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
