using System.Net.Sockets;
using CloudPos.Functions.Hosting;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace CloudPos.Functions.Receipts;

/// <summary>
/// Hands mails to an SMTP server, a connection for each, encrypted when the server offers STARTTLS. Up to the
/// beginning of the sending a failure means that nothing was taken; after it, without the server's word,
/// nobody knows.
/// </summary>
internal sealed partial class SmtpDelivery(HostAndPort server, ILogger<SmtpDelivery> log) : IMailDelivery
{
    /// <summary>Of each step of the dialogue.</summary>
    private static readonly TimeSpan StepMax = TimeSpan.FromSeconds(30);

    public async Task<Handover> Deliver(MimeMessage message, CancellationToken cancel)
    {
        using var client = new SmtpClient { Timeout = (int)StepMax.TotalMilliseconds };
        try
        {
            await client.ConnectAsync(
                server.Host, server.Port, SecureSocketOptions.StartTlsWhenAvailable, cancel);
        }
        catch (Exception fault) when (IsFault(fault))
        {
            return new Handover(
                DeliveryResult.NotNow, $"no connection to the mail server: {fault.GetType().Name}");
        }

        var sent = await Send(client, message, cancel);
        try
        {
            await client.DisconnectAsync(quit: sent.Result == DeliveryResult.Delivered, cancel);
        }
        catch (Exception fault) when (IsFault(fault))
        {
            // The mail's fate is known already.
            LogNotClosed(fault, sent.Result);
        }
        return sent;
    }

    private async Task<Handover> Send(SmtpClient client, MimeMessage message, CancellationToken cancel)
    {
        try
        {
            await client.SendAsync(FormatOptions.Default, message, cancel);
            return Handover.Done;
        }
        catch (SmtpCommandException refused)
        {
            var code = (int)refused.StatusCode;
            var why = $"the mail server answered {code} ({refused.ErrorCode})";
            // RFC 5321, 4.2.1: 4yz is passing, 5yz is for good; anything else cannot be understood.
            if (code is not (>= 500 and < 600))
                return new Handover(DeliveryResult.NotNow, why);
            if (IsForTheAddress(refused))
                return new Handover(DeliveryResult.Refused, why);
            LogTakesNothing(why);
            return new Handover(DeliveryResult.NotNow, why);
        }
        catch (Exception fault) when (IsFault(fault))
        {
            return new Handover(
                DeliveryResult.Unknown, $"the mail server did not answer: {fault.GetType().Name}");
        }
    }

    /// <summary>
    /// Only a recipient is refused for good by itself. A sender or a mail that is refused, and a recipient
    /// for reasons of policy (RFC 3463, 5.7: relaying is denied, say), is for people to mend at the server or
    /// here: until then mails are kept.
    /// </summary>
    private static bool IsForTheAddress(SmtpCommandException refused) =>
        refused.ErrorCode == SmtpErrorCode.RecipientNotAccepted
        && !refused.Message.StartsWith("5.7.", StringComparison.Ordinal);

    private static bool IsFault(Exception fault) =>
        fault is IOException or SocketException or ProtocolException
        or CommandException or SslHandshakeException or TimeoutException or ServiceNotConnectedException;

    [LoggerMessage(1602, LogLevel.Error,
        "The mail server takes no mail from us: {Why}. Mails are kept and tried again until it is mended.")]
    private partial void LogTakesNothing(string why);

    [LoggerMessage(1601, LogLevel.Information,
        "The mail server's connection was not closed properly; the mail: {Result}.")]
    private partial void LogNotClosed(Exception fault, DeliveryResult result);
}
