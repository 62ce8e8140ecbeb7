using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Stock;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// Refunds: POST /api/refunds reserves one while the customer waits; its entry takes it for good, asks for
/// the money and puts the goods back. Reservation and entry are decided by the sale's row in the partition of
/// the terminal that sold, so two terminals never give the same thing back.
/// </summary>
internal sealed class Refunds(
    TablePort tables, Terminals terminals, StoredEntries entries, PaymentStore store,
    PaymentRecorder payments, StockMovements stock, TerminalDays days, SaleInvoices invoices,
    PaidTwice twice, TimeProvider time)
{
    public async Task<Answer> Post(Call call, CancellationToken cancel)
    {
        if (!call.TryRead(WireJson.Default.RefundRequest, out var request, out var refusal))
            return refusal;
        var identity = call.Terminal.Identity;
        if (identity.Standing != TerminalStanding.Active || !call.Terminal.KeyIsCurrent)
            return Answer.Refuse(ProblemCode.Forbidden, null, "This terminal may not refund at the moment.");
        var acceptor = new Acceptor(identity.Merchant, identity.Store, identity.Terminal);
        var why = await Take(acceptor, request.Refund, null, cancel);
        return Answer.Json(
            new RefundAnswer(
                request.Refund.Refund, why is null, why is null ? null : $"Not refunded: {why}.",
                why is null ? time.GetUtcNow() + RefundDecisions.ReservedFor : null),
            WireJson.Default.RefundAnswer);
    }

    /// <returns>Why a part of the entry could not be applied, or null.</returns>
    public async Task<string?> Apply(AppliedEntry entry, SaleRefunded refund, CancellationToken cancel)
    {
        if (await Take(entry.Acceptor, refund, entry.Header, cancel) is { } refused)
            return refused;
        string? reason = null;
        foreach (var tender in refund.Tenders)
            if (tender is { Payment: { } paid, Refund: { } id }
                && await Effective(refund.Terminal, paid, cancel) is { } original)
            {
                reason ??= ApplyEntry.Reason(await payments.RecordRefund(
                    original, id, tender.Amount, entry.Header.BusinessDate, refund.ReceiptNumber,
                    entry.Header.At, cancel, entry.Acceptor.Terminal));
                // A chargeback may have been told since it was promised.
                await twice.Look(original, cancel);
            }
        var returned = refund.Lines.GroupBy(line => line.Sku)
            .Select(lines => new StockChange(lines.Key, lines.Sum(line => line.Quantity)));
        await stock.Apply(entry.Stock(MovementKind.Void, [.. returned]), cancel);
        return reason;
    }

    /// <summary>Null when it is taken, now or before; else why not.</summary>
    private async Task<string?> Take(
        Acceptor by, SaleRefunded refund, EntryHeader? entry, CancellationToken cancel)
    {
        if (!Names.IsTerminal(refund.Terminal) || refund.Tenders.Count > EntryShape.TendersMax
            || refund.Lines.Count > EntryShape.LinesMax)
            return "it is not formed as a refund is";
        if (refund.Terminal != by.Terminal
            && (await terminals.Find(refund.Terminal, cancel))?.Merchant != by.Merchant)
            return "the sale is not known";
        string? reason = null;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(
                TableNames.Terminal, refund.Terminal, SaleRow.KeyOf(refund.Sale), cancel);
            if (row is null || await Sold(row, cancel) is not { } known)
            {
                reason = "the sale is not known";
                return true;
            }
            // Asked again here: the till may have looked the sale up before its invoice had arrived.
            if (entry is null && refund.Terminal != by.Terminal
                && await invoices.Standing(known, cancel) is { } invoice)
            {
                reason = $"receipt {known.Sale.ReceiptNumber} has invoice {invoice}: give it back at till "
                    + $"{known.Row.Terminal}, which reduces the invoice with it";
                return true;
            }
            known = known with { ChargedBack = await ChargedBack(known, refund, cancel) };
            (var taken, reason) = RefundDecisions.Take(known, refund, by.Terminal, entry, time.GetUtcNow());
            if (taken is null)
                return true;
            TakenRefund.Write(row, taken);
            // Only its entry counts; what is asked for may never come.
            IReadOnlyList<Change> counted = entry is null ? [] : await days.Refunded(row, taken[^1], cancel);
            return await tables.TryCommit(
                TableNames.Terminal, refund.Terminal, [Change.Replace(row), .. counted], cancel) is null;
        });
        return reason;
    }

    /// <summary>The sale of a row with what was taken of it and what became of its payments.</summary>
    public async Task<RefundableSale?> Sold(Row row, CancellationToken cancel)
    {
        var known = SaleRow.From(row);
        var stored = await entries.Find(new JournalId(known.Terminal, known.Epoch), known.Number, cancel);
        if (stored is null || !Entry.TryRead(stored.Bytes, out var entry, out _)
            || entry!.Body is not SaleCompleted sale)
            return null;
        var found = new Dictionary<Id, PaymentRow>();
        foreach (var tender in sale.Tenders)
            if (tender.Payment is { } paid && await Effective(known.Terminal, paid.Payment, cancel)
                is { } payment)
                found[paid.Payment] = payment;
        return new RefundableSale(known, sale, TakenRefund.Read(row), found);
    }

    /// <summary>Of the payments that the refund gives back.</summary>
    private async Task<IReadOnlyDictionary<Id, Money>> ChargedBack(
        RefundableSale known, SaleRefunded refund, CancellationToken cancel)
    {
        var found = new Dictionary<Id, Money>();
        foreach (var paid in refund.Tenders.Select(tender => tender.Payment).OfType<Id>().Distinct())
            if (known.Payments.TryGetValue(paid, out var payment)
                && await Chargebacks.Of(tables, payment, cancel) is { IsZero: false } gone)
                found[paid] = gone;
        return found;
    }

    /// <summary>The payment that has the money: of a declined one, the try that recovered it.</summary>
    private async Task<PaymentRow?> Effective(string terminal, Id payment, CancellationToken cancel)
    {
        var known = await tables.Get(TableNames.Terminal, terminal, RecoveryCase.KeyOf(payment), cancel);
        return await store.Find(
            terminal,
            known is not null && RecoveryCase.From(known) is { State: CaseState.Recovered, Tries: [..,
                var last] }
                ? last.Payment
                : payment,
            cancel);
    }
}
