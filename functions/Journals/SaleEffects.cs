using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Stock;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>
/// What a sale and its void do: payments first, since money waits for no other effect; then the sale's own
/// row, with the mail that is owed; then stock and points. Each step finds itself done, so a stop between
/// them is made good by running again.
/// </summary>
internal sealed class SaleEffects(
    TablePort tables, TerminalDays days, PaymentRecorder payments, StockMovements stock, ShopEffects shop,
    ReceiptOwed receipts, LinkOffers links, PaidTwice twice, VoidsSetAside waiting, TimeProvider time)
{
    /// <returns>Why a part of it could not be applied, or null.</returns>
    public async Task<string?> Complete(AppliedEntry entry, SaleCompleted sale, CancellationToken cancel)
    {
        var reasons = new List<string?>();
        var header = entry.Header;
        foreach (var tender in sale.Tenders)
            if (tender.Payment is { } payment)
                reasons.Add(ApplyEntry.Reason(await payments.RecordAccepted(
                    entry.Acceptor, entry.Origin, sale, payment, tender.Amount, header.BusinessDate,
                    header.At, cancel)));
        if (Paid(sale) != sale.Total)
            reasons.Add($"its tenders pay {Paid(sale)} of {sale.Total}, tips left out");

        if (await Keep(entry, sale, cancel) is { } other)
            return $"the sale is known from entry {other.Epoch}.{other.Number} already";
        var sold = sale.Lines.Select(line => new StockChange(line.Sku, -line.Quantity));
        await stock.Apply(entry.Stock(MovementKind.Sale, [.. sold]), cancel);
        await shop.Sold(entry, sale, cancel);
        return Joined(reasons);
    }

    /// <returns>Why a part of it could not be applied, or null.</returns>
    public async Task<string?> Void(AppliedEntry entry, SaleVoided voided, CancellationToken cancel)
    {
        // First the sale's row, which decides between a void and a refund of another terminal.
        var (struck, reason) = await Strike(entry, voided, cancel);
        if (struck == Struck.Refused)
            return reason;
        var reasons = new List<string?> { reason };
        foreach (var payment in voided.Payments)
            reasons.Add(ApplyEntry.Reason(await payments.RecordVoided(
                entry.Acceptor, voided, payment, entry.Header.BusinessDate, cancel)));
        // A chargeback may have been told between striking out and giving back.
        foreach (var payment in await PaymentsOf(entry.Journal.Terminal, voided, cancel))
        {
            await twice.Look(payment, cancel);
            await waiting.Done(payment, cancel);
        }
        if (struck == Struck.Unknown)
            return Joined(reasons);
        await stock.Apply(entry.Stock(MovementKind.Void, voided.Lines), cancel);
        await shop.Voided(entry, voided, cancel);
        return Joined(reasons);
    }

    /// <summary>
    /// Writes the sale's row and its mail. The sale that has its id already, if that is another one.
    /// </summary>
    private async Task<SaleRow?> Keep(AppliedEntry entry, SaleCompleted sale, CancellationToken cancel)
    {
        var (terminal, header) = (entry.Journal.Terminal, entry.Header);
        var row = SaleRow.New(header, sale, time.GetUtcNow());
        var mail = ReceiptOwed.MailOf(entry, sale, time.GetUtcNow());
        SaleRow? first = null;
        await Attempts.UntilCommitted(async () =>
        {
            var known = await tables.Get(TableNames.Terminal, terminal, SaleRow.KeyOf(sale.Sale), cancel);
            first = known is null ? null : SaleRow.From(known);
            if (first is not null)
                return true;
            if (mail is not null)
                await receipts.Owe(terminal, sale.Sale, cancel);
            var changes = new List<Change> { Change.Insert(row) };
            if (mail is not null)
                changes.Add(Change.Insert(mail));
            changes.AddRange(await days.Sold(row, cancel));
            return await tables.TryCommit(TableNames.Terminal, terminal, changes, cancel) is null;
        });
        if (first is null && mail is not null)
            await receipts.Ring(terminal, sale.Sale, cancel);
        if (mail is not null && (first is null || first.IsOf(header)))
            await links.Sold(terminal, sale, mail.Text("email"), cancel);
        return first is null || first.IsOf(header) ? null : first;
    }

    /// <summary>
    /// Marks the sale as voided. A reason where there is no such sale, or another entry voided it.
    /// </summary>
    private async Task<(Struck Struck, string? Reason)> Strike(AppliedEntry entry, SaleVoided voided,
        CancellationToken cancel)
    {
        var (terminal, header) = (entry.Journal.Terminal, entry.Header);
        (Struck, string?) result = (Struck.Done, null);
        PaymentRow? inCase = null;
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Terminal, terminal, SaleRow.KeyOf(voided.Sale), cancel);
            var sale = row is null ? null : SaleRow.From(row);
            var refunded = row is null ? [] : TakenRefund.Read(row);
            (inCase, var gone) = sale is { VoidedBy: null }
                ? await ChargedBack(terminal, voided, cancel)
                : default;
            result = sale switch
            {
                null => (Struck.Unknown, "the sale that it voids is not known"),
                { VoidedBy: null } when refunded.Any(one => IsTaken(one, terminal)) =>
                    (Struck.Refused, "a part of the sale was refunded: refund the rest"),
                { VoidedBy: null } when inCase is not null =>
                    (Struck.Refused, $"the card's bank has charged back {gone} already, and would be paid "
                        + "twice: answer the case, and try the entry again if it is won"),
                { VoidedBy: null } => (Struck.Done, null),
                _ when sale.IsVoidedBy(header) => (Struck.Done, null),
                _ => (Struck.Unknown,
                    $"the sale is voided by entry {sale.VoidEpoch}.{sale.VoidedBy} already"),
            };
            if (sale is null or { VoidedBy: not null } || result.Item1 == Struck.Refused)
                return true;
            SaleRow.SetVoided(row!, header, voided.Cashier);
            IReadOnlyList<Change> changes = [Change.Replace(row!), .. await days.Voided(row!, cancel)];
            return await tables.TryCommit(TableNames.Terminal, terminal, changes, cancel) is null;
        });
        if (result.Item1 == Struck.Refused && inCase is not null)
            await waiting.Mark(inCase, header, cancel);
        return result;
    }

    /// <summary>
    /// What the terminal that voids has reserved is not: its entry would have come before, and none comes
    /// after.
    /// </summary>
    private bool IsTaken(TakenRefund one, string voiding) => one.Until is not { } until
        || (until > time.GetUtcNow() && one.Terminal != voiding);

    /// <summary>Of the payments that the void would undo, the first that is charged back.</summary>
    private async Task<(PaymentRow? Payment, Money Gone)> ChargedBack(
        string terminal, SaleVoided voided, CancellationToken cancel)
    {
        foreach (var payment in await PaymentsOf(terminal, voided, cancel))
            if (await Chargebacks.Of(tables, payment, cancel) is { Minor: > 0 } gone)
                return (payment, gone);
        return default;
    }

    /// <summary>Those that the void names, and the tries that brought a lost one in.</summary>
    private async Task<IReadOnlyList<PaymentRow>> PaymentsOf(
        string terminal, SaleVoided voided, CancellationToken cancel)
    {
        var found = new List<PaymentRow>();
        foreach (var payment in voided.Payments)
        {
            var known = await tables.Get(
                TableNames.Terminal, terminal, RecoveryCase.KeyOf(payment), cancel);
            foreach (var id in (known is null ? [] : RecoveryCase.From(known).Tries)
                .Select(tried => tried.Payment).Prepend(payment))
                if (await tables.Get(
                    TableNames.Terminal, terminal, PaymentRowCodec.KeyOf(id), cancel) is { } row)
                    found.Add(PaymentRowCodec.From(row));
        }
        return found;
    }

    /// <summary>What became of striking a sale out.</summary>
    private enum Struck
    {
        Done = 1,

        /// <summary>No such sale, or another entry voided it: its payments are undone all the same.</summary>
        Unknown = 2,

        /// <summary>It stays as it is, payments and all.</summary>
        Refused = 3,
    }

    private static Money Paid(SaleCompleted sale) => sale.Tenders.Aggregate(
        Money.Zero(sale.Total.Currency), (sum, tender) => sum + tender.Share);

    private static string? Joined(IEnumerable<string?> reasons)
    {
        var joined = string.Join("; ", reasons.Where(reason => reason is not null));
        return joined.Length == 0 ? null : joined;
    }
}
