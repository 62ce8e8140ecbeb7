using System.Globalization;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Telemetry;
using MimeKit;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// Queue send-link: mails a case's payment link, and once it was paid with, the receipt. The secret of a
/// link is made for the mail that carries it and is nowhere else; so a mail that has to be sent again carries
/// another one, and both lead to the case. The digest is committed before the mail leaves.
/// </summary>
internal sealed partial class SendLink(
    TablePort tables, PaymentStore payments, Merchants merchants, Stores stores, ReceiptSource source,
    IMailDelivery mail, LinkOptions links, OwedWork work, TimeProvider time, ILogger<SendLink> log)
{
    public const string Queue = "send-link";

    private static readonly TimeSpan RetryMin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryMax = TimeSpan.FromMinutes(30);

    public async Task Run(Doorbell bell, CancellationToken cancel)
    {
        if (await work.Take(bell, cancel) is not var (owed, terminal, payment))
            return;
        using var trace = Traces.Start("mail payment link", payment);
        var row = await tables.Get(TableNames.Terminal, terminal, RecoveryCase.KeyOf(payment), cancel);
        if (row is null)
            await work.NotYet(owed, cancel);
        else if (await Send(RecoveryCase.From(row), row.ETag!, owed.Attempt, cancel) is { } wait)
            await work.Later(owed, wait, cancel);
        else
            await work.Done(owed, cancel);
    }

    /// <summary>Null when nothing remains to be done; otherwise when to look again.</summary>
    private async Task<TimeSpan?> Send(
        RecoveryCase known, string etag, int attempt, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (known.Link is not { OwesMail: true } link
            || (!link.ReceiptOwed && (known.IsClosed || link.ExpiresAt <= now)))
            return null;
        if (link.SendingUntil > now)
            return link.SendingUntil - now;
        var shop = await ShopOf(known, cancel);
        if (!ReceiptMessage.TryAddress(link.Email, out var to) || shop is null)
        {
            var why = shop is null ? "the shop is not known" : "the address is none that a mail can go to";
            return await Write(Ended(known, LinkState.SetAside, why, now), etag, cancel) ? null : RetryMin;
        }
        var (token, digest) = LinkToken.New(known.Terminal);
        var begun = link.ReceiptOwed
            ? link with { SendingUntil = now + BoundedDelivery.Max }
            : link.Sending(digest, now + BoundedDelivery.Max);
        IReadOnlyList<Change> leads = link.ReceiptOwed
            ? []
            : [Change.Insert(LinkToken.RowOf(known, digest))];
        if (!await Write(known with { Link = begun }, etag, cancel, leads))
            return RetryMin; // Somebody else changed the case.
        using var message = link.ReceiptOwed
            ? await Receipt(known, shop.Value, to, now, cancel)
            : LinkMail.Offer(
                known, shop.Value.Merchant, shop.Value.Store, links.Of(token), source.From, to,
                IdOf("link", known, begun.Digests.Count), now);
        var delivery = await mail.DeliverInTime(message, time, cancel);
        return await Record(known, delivery, attempt, cancel);
    }

    private async Task<MimeMessage> Receipt(
        RecoveryCase known, (Merchant Merchant, Store Store) shop, MailboxAddress to, DateTimeOffset now,
        CancellationToken cancel)
    {
        var paid = await payments.Find(known.Terminal, known.Tries[^1].Payment, cancel)
            ?? throw new RowShapeException($"The payment of a recovered case {known.Payment} is gone.");
        return LinkMail.Paid(
            known, paid, shop.Merchant, shop.Store, source.From, to, IdOf("paid", known, 1),
            paid.Answer?.At ?? now);
    }

    private async Task<(Merchant Merchant, Store Store)?> ShopOf(
        RecoveryCase known, CancellationToken cancel) =>
        await merchants.Find(known.Merchant, cancel) is { } merchant
        && await stores.Find(known.Store, cancel) is { } store
            ? (merchant, store)
            : null;

    /// <summary>What came of the mail. The case may have changed meanwhile; what was owed may not be
    /// any more.</summary>
    private async Task<TimeSpan?> Record(
        RecoveryCase sent, Handover delivery, int attempt, CancellationToken cancel)
    {
        var (now, wait) = (time.GetUtcNow(), (TimeSpan?)null);
        if (delivery.Result != DeliveryResult.Delivered)
            LogNotDelivered(sent.ReceiptNumber, delivery.Result, delivery.Why!);
        await Attempts.UntilCommitted(async () =>
        {
            wait = null;
            var row = await tables.Get(
                TableNames.Terminal, sent.Terminal, RecoveryCase.KeyOf(sent.Payment), cancel);
            if (row is null || RecoveryCase.From(row) is not { Link: { } link } known
                || link.Number != sent.Link!.Number || link.ReceiptOwed != sent.Link.ReceiptOwed)
            {
                wait = RetryMin;
                return true;
            }
            if (link is { State: not LinkState.Owed, ReceiptOwed: false })
                return true;
            wait = delivery.Result is DeliveryResult.Delivered or DeliveryResult.Refused
                ? null
                : Backoff(attempt);
            var next = delivery.Result switch
            {
                DeliveryResult.Delivered => Ended(known, LinkState.Sent, null, now),
                DeliveryResult.Refused => Ended(known, LinkState.SetAside, delivery.Why, now),
                _ => known with { Link = link with { Reason = delivery.Why, SendingUntil = null } },
            };
            return await Write(next, row.ETag!, cancel);
        });
        return wait;
    }

    /// <summary>No mail is owed any more. A link that was paid with stays so.</summary>
    private static RecoveryCase Ended(
        RecoveryCase known, LinkState state, string? reason, DateTimeOffset now) => (known with
        {
            Link = known.Link! with
            {
                State = known.Link.ReceiptOwed ? LinkState.Paid : state, ReceiptOwed = false, Reason = reason,
                SendingUntil = null, At = now,
            },
        }).Step(
            now,
            (known.Link.ReceiptOwed ? "receipt of the link" : $"payment link {known.Link.Number}")
                + (reason is null ? " mailed" : $" not mailed: {reason}"),
            PaymentEvent.BackOffice);

    private async Task<bool> Write(
        RecoveryCase next, string etag, CancellationToken cancel, params IReadOnlyList<Change> beside) =>
        await tables.TryCommit(
            TableNames.Terminal, next.Terminal, [Change.Replace(next.ToRow(etag)), .. beside], cancel)
            is null;

    private string IdOf(string what, RecoveryCase known, int mails) => string.Create(
        CultureInfo.InvariantCulture,
        $"{what}.{known.Terminal.ToLowerInvariant()}.{known.Payment}.{known.Link!.Number}.{mails}")
        + $"@{source.From.Domain}";

    private static TimeSpan Backoff(int attempt)
    {
        var doubled = TimeSpan.FromTicks(RetryMin.Ticks << Math.Min(attempt, 12));
        return doubled < RetryMax ? doubled : RetryMax;
    }

    [LoggerMessage(1621, LogLevel.Warning,
        "A mail about the open payment of receipt {Receipt} was not delivered ({Result}): {Why}.")]
    private partial void LogNotDelivered(string receipt, DeliveryResult result, string why);
}
