using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Telemetry;
using MimeKit;

namespace CloudPos.Functions.Receipts;

/// <summary>
/// Queue send-receipt: mails the receipt of one sale, once. It survives being run twice, at the same time
/// too, and a stop at any moment: before the mail is handed over the row says Sending, so whoever finds it
/// there and overdue knows that the mail may have gone, and sends the same one again under the same
/// Message-ID.
/// </summary>
internal sealed partial class SendReceipt(
    TablePort tables, DueTable due, IBus bus, ReceiptSource source, IMailDelivery mail, TimeProvider time,
    ILogger<SendReceipt> log)
{
    public const string Queue = "send-receipt";

    /// <summary>A due row whose sale has not come by then will not see it come.</summary>
    private static readonly TimeSpan EffectMax = TimeSpan.FromHours(1);

    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(30);

    public static string IdOf(string terminal, Id sale) => $"{terminal}.{sale}";

    public async Task Handle(Doorbell bell, CancellationToken cancel)
    {
        if (await due.Take(Queue, bell.Id, cancel) is not { } owed)
            return;
        var (terminal, sale) = (owed.Ref("terminal"), Id.Parse(owed.Ref("sale")));
        using var trace = Traces.Start("mail receipt", sale);
        if (await source.FindMail(terminal, sale, cancel) is not { } row)
        {
            // A sale without an address owes no mail; one that never came owes nothing after a while.
            if (await source.FindSale(
                terminal, sale, cancel) is not null || time.GetUtcNow() - owed.OwedAt > EffectMax)
                await due.Done(owed, cancel);
            return;
        }
        if (await Send(row, owed, cancel) is { } wait)
            await Later(owed, wait, cancel);
        else
            await due.Done(owed, cancel);
    }

    /// <summary>Null when nothing remains to be done; otherwise when to look again.</summary>
    private async Task<TimeSpan?> Send(MailRow row, DueRow owed, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (row.State is MailState.Sent or MailState.SetAside)
            return null;
        if (row.State == MailState.Sending && row.SendingUntil > now)
            return row.SendingUntil - now;
        var (content, fault) = await source.ContentOf(row, cancel);
        if (fault is not null)
            return await SetAside(row, fault, cancel) ? null : RetryMin;
        if (content is null)
            return Backoff(owed.Attempt); // A deferred payment has no outcome yet.
        if (!ReceiptMessage.TryAddress(row.Email, out var to))
            return await SetAside(row, "the address is none that a mail can go to", cancel) ? null : RetryMin;

        var kind = row.Kind ?? content.Kind;
        var sending = row with
        {
            State = MailState.Sending, Kind = kind, Date = row.Date ?? now, At = now,
                SendingUntil = now + BoundedDelivery.Max,
            MessageId = row.MessageId ?? ReceiptMessage.IdOf(row.Terminal, row.Sale, kind, source.From),
        };
        if (await Write(sending, [], cancel) is not { } stored)
            return RetryMin; // Another handler was faster.
        var message = content.Write(kind, to, sending.MessageId!, sending.Date!.Value);
        var delivery = IsTooLarge(message)
            ? new Handover(DeliveryResult.Refused, "the receipt is too long for a mail")
            : await mail.DeliverInTime(message, time, cancel);
        return await Record(stored, delivery, owed, cancel);
    }

    private async Task<TimeSpan?> Record(
        MailRow row, Handover delivery, DueRow owed, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        switch (delivery.Result)
        {
            case DeliveryResult.Delivered:
                await Write(
                    row with { State = MailState.Sent, At = now, Reason = null, SendingUntil = null,
                        Email = null },
                    await source.ContactGone(row, cancel), cancel);
                return null;
            case DeliveryResult.Refused:
                await SetAside(row, delivery.Why!, cancel);
                return null;
            case DeliveryResult.NotNow:
                LogNotDelivered(row.ReceiptNumber, delivery.Result, delivery.Why!);
                await Write(row with { State = MailState.Owed, At = now, Reason = delivery.Why,
                    SendingUntil = null }, [], cancel);
                return Backoff(owed.Attempt);
            case DeliveryResult.Unknown:
                LogNotDelivered(row.ReceiptNumber, delivery.Result, delivery.Why!);
                await Write(row with { Reason = delivery.Why, SendingUntil = null }, [], cancel);
                return Backoff(owed.Attempt);
            default:
                throw new InvalidOperationException($"{delivery.Result} is no result of a delivery.");
        }
    }

    private async Task<bool> SetAside(MailRow row, string reason, CancellationToken cancel)
    {
        LogSetAside(row.ReceiptNumber, reason);
        var aside = row with
        {
            State = MailState.SetAside, At = time.GetUtcNow(), Reason = reason, SendingUntil = null,
                Email = null,
        };
        return await Write(aside, await source.ContactGone(row, cancel), cancel) is not null;
    }

    /// <summary>The row as it is stored now, or null when it was changed by somebody else.</summary>
    private async Task<MailRow?> Write(MailRow row, IReadOnlyList<Change> beside, CancellationToken cancel)
    {
        IReadOnlyList<Change> changes = [Change.Replace(row.ToRow()), .. beside];
        return await tables.TryCommit(TableNames.Terminal, row.Terminal, changes, cancel) is null
            ? await source.FindMail(row.Terminal, row.Sale, cancel)
            : null;
    }

    private async Task Later(DueRow owed, TimeSpan wait, CancellationToken cancel)
    {
        // Null: it was owed again meanwhile, and that ring is on its way.
        if (await due.Postpone(owed, time.GetUtcNow() + wait, cancel) is not null)
            await bus.Ring(Queue, owed.Doorbell, wait, cancel);
    }

    private static TimeSpan Backoff(int attempt)
    {
        var doubled = TimeSpan.FromTicks(RetryMin.Ticks << Math.Min(attempt, 12));
        return doubled < RetryMax ? doubled : RetryMax;
    }

    private static bool IsTooLarge(MimeMessage message)
    {
        using var measured = new MimeKit.IO.MeasuringStream();
        message.WriteTo(measured);
        return measured.Length > ReceiptMessage.BytesMax;
    }

    [LoggerMessage(1611, LogLevel.Warning, "The mail of receipt {Receipt} is set aside: {Reason}.")]
    private partial void LogSetAside(string receipt, string reason);

    [LoggerMessage(1612, LogLevel.Warning,
        "The mail of receipt {Receipt} was not delivered ({Result}): {Why}; it is tried again.")]
    private partial void LogNotDelivered(string receipt, DeliveryResult result, string why);
}
