using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using MimeKit;
using MimeKit.Utils;

namespace CloudPos.Functions.Receipts;

/// <summary>
/// A receipt as a mail: a text and an HTML part. Everything that identifies it (Message-ID, date, boundary)
/// follows from the sale, so that making it again makes the same mail.
/// </summary>
internal static partial class ReceiptMessage
{
    /// <summary>A mail server need not take more; a sale of that size is set aside.</summary>
    public const int BytesMax = 1024 * 1024;

    private const int AddressLengthMax = 254;

    /// <summary>One for each receipt and kind.</summary>
    /// <param name="from">The sender, whose domain the id ends in.</param>
    public static string IdOf(string terminal, Id sale, MailKind kind, MailboxAddress from) =>
        $"receipt.{terminal.ToLowerInvariant()}.{sale}.{(int)kind}@{from.Domain}";

    /// <summary>
    /// An address to which exactly one mail goes. A line break, a second address, a display name or a route
    /// is refused: an address is data from outside, and nothing of it may become a header.
    /// </summary>
    public static bool TryAddress(string? text, [NotNullWhen(true)] out MailboxAddress? address)
    {
        address = null;
        if (text is null || text.Length > AddressLengthMax || text.Any(char.IsControl)
            || !MailboxAddress.TryParse(text, out var parsed))
            return false;
        // MimeKit accepts "name <a@b>" and "a"; what was given must be the address and nothing else.
        if (parsed.Address != text || !Plain().IsMatch(text))
            return false;
        address = parsed;
        return true;
    }

    public static MimeMessage Of(
        ReceiptDocument receipt, MailboxAddress from, MailboxAddress to, string messageId,
            DateTimeOffset date)
    {
        var body = new MultipartAlternative
        {
            new TextPart("plain") { Text = ReceiptText.Of(receipt) },
            new TextPart("html") { Text = ReceiptHtml.Of(receipt) },
        };
        body.Boundary = $"=-receipt-{receipt.Sale.Sale}";
        var message = new MimeMessage { MessageId = messageId, Date = date.ToUniversalTime(),
            Subject = Printed.Line(receipt.Subject), Body = body };
        message.From.Add(new MailboxAddress(Printed.Line(receipt.Merchant), from.Address));
        message.To.Add(to);
        // Asks holiday answers and the like to stay away (RFC 3834).
        message.Headers.Add("Auto-Submitted", "auto-generated");
        message.Prepare(EncodingConstraint.SevenBit);
        return message;
    }

    // What RFC 5321 calls a mailbox, without quoted local parts and address literals, which no customer has.
    [GeneratedRegex(@"\A[\p{L}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}@[\p{L}\p{N}]([\p{L}\p{N}.-]*[\p{L}\p{N}])?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
