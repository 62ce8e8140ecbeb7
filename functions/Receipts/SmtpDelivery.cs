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

    private static async Task<Handover> Send(SmtpClient client, MimeMessage message, CancellationToken cancel)
    {
        try
        {
            await client.SendAsync(FormatOptions.Default, message, cancel);
            return Handover.Done;
        }
        catch (SmtpCommandException refused)
        {
            var code = (int)refused.StatusCode;
            // RFC 5321, 4.2.1: 4yz is passing, 5yz is for good; anything else cannot be understood.
            var result = code is >= 500 and < 600 ? DeliveryResult.Refused : DeliveryResult.NotNow;
            return new Handover(result, $"the mail server answered {code} ({refused.ErrorCode})");
        }
        catch (Exception fault) when (IsFault(fault))
        {
            return new Handover(
                DeliveryResult.Unknown, $"the mail server did not answer: {fault.GetType().Name}");
        }
    }

    private static bool IsFault(Exception fault) =>
        fault is IOException or SocketException or ProtocolException
        or CommandException or SslHandshakeException or TimeoutException or ServiceNotConnectedException;

    [LoggerMessage(1601, LogLevel.Information,
        "The mail server's connection was not closed properly; the mail: {Result}.")]
    private partial void LogNotClosed(Exception fault, DeliveryResult result);
}
