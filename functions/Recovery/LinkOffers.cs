using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Functions.Recovery;

/// <summary>
/// Has a payment link made. A case that opened before its sale was applied could not know the customer's
/// address; the sale brings it.
/// </summary>
internal sealed class LinkOffers(
    TablePort tables, DueTable due, IBus bus, LinkOptions links, TimeProvider time)
{
    /// <summary>The sale is applied and its customer gave an address.</summary>
    public async Task Sold(string terminal, SaleCompleted sale, string email, CancellationToken cancel)
    {
        if (!links.IsOn)
            return;
        foreach (var tender in sale.Tenders)
            if (tender.Payment is { Approval: Approval.Deferred, Payment: var payment })
                await Change(
                    terminal, payment,
                    known => known is { IsClosed: false, Link: null }
                        ? known.Offer(email, PaymentEvent.BackOffice, time.GetUtcNow(), links.Lasts)
                        : null,
                    cancel);
    }

    /// <summary>Takes a decision about a case until it is committed; null changes nothing.</summary>
    /// <returns>The case as it then is; null when there is none.</returns>
    public async Task<RecoveryCase?> Change(
        string terminal, Id payment, Func<RecoveryCase, RecoveryCase?> decide, CancellationToken cancel)
    {
        RecoveryCase? known = null;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Terminal, terminal, RecoveryCase.KeyOf(payment), cancel);
            known = row is null ? null : RecoveryCase.From(row);
            if (known is null || decide(known) is not { } next)
                return true;
            known = next;
            if (next.Link is { OwesMail: true })
                await due.Owe(
                    SendLink.Queue, PaymentWork.IdOf(terminal, payment), null, cancel,
                    [("terminal", terminal), ("payment", payment.ToString())]);
            return await tables.TryCommit(
                TableNames.Terminal, terminal, [Tables.Change.Replace(next.ToRow(row!.ETag))], cancel)
                is null;
        });
        if (known?.Link is { OwesMail: true })
            await bus.Ring(
                SendLink.Queue, new Doorbell(SendLink.Queue, PaymentWork.IdOf(terminal, payment)),
                cancel: cancel);
        return known;
    }
}
