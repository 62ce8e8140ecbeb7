using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// GET /api/sales/{receipt}: a sale of the merchant as another of its terminals needs it for a refund.
/// Receipts count up with the entries of a journal, so a sale is found there by halving; no row names it.
/// </summary>
internal sealed class SaleLookup(
    TablePort tables, Terminals terminals, Refunds refunds, SaleInvoices invoices, JournalHeads heads,
    StoredEntries entries, TimeProvider time)
{
    /// <summary>Entries looked at from one place on, to find the next sale there.</summary>
    private const int StrideMax = 256;

    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        var identity = call.Terminal.Identity;
        if (identity.Standing != TerminalStanding.Active || !call.Terminal.KeyIsCurrent)
            return Answer.Refuse(ProblemCode.Forbidden, null, "This terminal may not refund at the moment.");
        if (!ReceiptNumber.TryParse(call.Route("receipt"), out var receipt)
            || (await terminals.Find(receipt.Terminal, cancel))?.Merchant != identity.Merchant)
            return Answer.Refuse(ProblemCode.NotFound, null, "No till of this merchant has that receipt.");
        if (await Find(receipt, cancel) is not { } sale)
            return Answer.Refuse(
                ProblemCode.NotFound, null,
                $"Receipt {receipt} has not arrived; till {receipt.Terminal} may not have sent it yet.");
        var row = await tables.Get(TableNames.Terminal, receipt.Terminal, SaleRow.KeyOf(sale.Sale), cancel);
        if (row is null || await refunds.Sold(row, cancel) is not { } known)
            return Answer.Refuse(
                ProblemCode.WrongState, null,
                $"Receipt {receipt} has arrived and is not worked off yet; try again in a minute.");
        return Answer.Json(
            new ForeignSale(
                receipt.Terminal, Stripped(known.Sale), known.Row.BusinessDate,
                [.. Taken(known, identity.Terminal)], await RefusalOf(known, cancel)),
            WireJson.Default.ForeignSale);
    }

    private async Task<SaleCompleted?> Find(ReceiptNumber receipt, CancellationToken cancel)
    {
        if (await heads.Find(receipt.Journal, cancel) is not { Number: > 0 } head)
            return null;
        var (low, high) = (1L, head.Number);
        while (low <= high)
        {
            var middle = low + (high - low) / 2;
            if (await NextSale(receipt.Journal, middle, high, cancel) is not var (number, sale))
                high = middle - 1;
            else if (sale.Receipt == receipt.Running)
                return sale;
            else if (sale.Receipt < receipt.Running)
                low = number + 1;
            else
                high = middle - 1;
        }
        return null;
    }

    /// <summary>The first sale from an entry on; null when there is none up to the other one.</summary>
    private async Task<(long Number, SaleCompleted Sale)?> NextSale(
        JournalId journal, long from, long to, CancellationToken cancel)
    {
        for (var first = from; first <= to; first += StrideMax)
            await foreach (var stored in entries.Range(
                journal, first, Math.Min(to, first + StrideMax - 1), cancel))
                if (EntryHeader.TryRead(stored.Bytes.Span, out var header, out _, out _)
                    && header!.Kind == EntryKind.SaleCompleted
                    && Entry.TryRead(stored.Bytes, out var entry, out _)
                    && entry!.Body is SaleCompleted sale)
                    return (stored.Number, sale);
        return null;
    }

    /// <summary>
    /// What was taken of it, and what others have reserved, as the refunds that they are. What the asking
    /// terminal has reserved itself it knows, or asks for again when the answer was lost.
    /// </summary>
    private IEnumerable<SaleRefunded> Taken(RefundableSale known, string asking) =>
        from one in known.Taken
        where one.Until is null || (one.Until > time.GetUtcNow() && one.Terminal != asking)
        select new SaleRefunded(
            one.Refund, known.Sale.Sale, known.Row.Terminal, known.Sale.ReceiptNumber, "", null, "",
            one.Lines, one.Taxes ?? [], one.Total, one.Tenders, true)
        {
            Tip = one.Tip,
        };

    private async Task<string?> RefusalOf(RefundableSale known, CancellationToken cancel) =>
        RefundDecisions.FaultOfSale(known) is { } fault
            ? $"Nothing can be given back of receipt {known.Sale.ReceiptNumber}: {fault}."
            : await invoices.Standing(known, cancel) is { } invoice
                ? $"Receipt {known.Sale.ReceiptNumber} has invoice {invoice}: give it back at till "
                    + $"{known.Row.Terminal}, which reduces the invoice with it."
                : null;

    private static SaleCompleted Stripped(SaleCompleted sale) => sale with
    {
        Customer = null, ContactDigest = null,
        Tenders =
        [
            .. sale.Tenders.Select(tender => tender.Payment is null
                ? tender
                : tender with { Payment = tender.Payment with { Decision = null } }),
        ],
    };
}
