using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>Lines of one sale; more would not fit an entry.</summary>
    public const int LinesMax = 500;

    /// <summary>Tenders of one sale.</summary>
    public const int TendersMax = 8;

    /// <summary>
    /// Completes a sale: its receipt number is drawn, and goods, payments, exposure and card use move, in one
    /// transaction together with attempts that are not journalled yet. Before this returned stored, no
    /// receipt prints and no drawer opens. The same sale again is already stored and answers with the first
    /// entry.
    /// </summary>
    /// <param name="attempts">Attempts of card tenders that were decided offline without a journalled
    /// attempt.</param>
    public WriteOutcome CompleteSale(SaleDraft sale, params IReadOnlyList<AttemptDraft> attempts)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_sales.Find(sale.Sale) is { } first)
                    return Again(sale, first);
                if (CheckSale(sale) is { } malformed)
                    return malformed;
                foreach (var attempt in attempts)
                    if (AddAttempt(batch, attempt) is { IsStored: false } refused)
                        return refused;
                foreach (var tender in sale.Tenders)
                    if (tender.Payment is { } card && CheckPayment(sale, tender, card) is { } wrong)
                        return wrong;
                AddSale(batch, sale);
                return null;
            });
    }

    /// <summary>
    /// Takes a whole sale back: goods are stock again, its payments are undone, the exposure falls at once.
    /// </summary>
    public WriteOutcome VoidSale(Id sale, string cashier, string reason)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_sales.Find(sale) is not { } row || ReadSale(row) is not { } body)
                    return WriteOutcome.Not(
                        WriteStatus.SaleUnknown, $"There is no sale {sale} on this terminal.");
                if (row.VoidedBy is not null)
                    return WriteOutcome.Not(
                        WriteStatus.AlreadyVoided,
                        $"Receipt {row.ReceiptNumber} was voided by entry {row.VoidedBy}.");
                if (_sales.RefundsOf(sale).Count > 0)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        $"A part of receipt {row.ReceiptNumber} was refunded; refund the rest.");
                var payments = body.Tenders.Select(tender => tender.Payment?.Payment).OfType<Id>().ToList();
                if (payments.Select(ChargedBackOf).FirstOrDefault(gone => gone is not null) is { } gone)
                    return WriteOutcome.Not(
                        WriteStatus.OutcomeKnown,
                        $"The card's bank has charged back {gone} of receipt {row.ReceiptNumber} already, "
                        + "and would be paid twice; the office answers the case.");
                var lines = body.Lines.GroupBy(line => line.Sku).Select(
                    group => new StockChange(group.Key, group.Sum(line => line.Quantity))).ToList();
                CancelInvoiceOf(batch, row, cashier);
                batch.Add(
                    new SaleVoided(sale, row.ReceiptNumber, cashier, reason, body.Total, lines, payments),
                    _clocks.Now);
                CloseRefund(batch, sale);
                foreach (var payment in payments)
                    DropCardIfNeverSent(payment, batch);
                return null;
            });
    }

    /// <summary>The receipt is out; until then it is offered again after a start.</summary>
    public WriteOutcome MarkPrinted(Id sale)
    {
        lock (_gate)
            return Commit(_ =>
            {
                if (!_sales.Printed(sale))
                    return WriteOutcome.Not(
                        WriteStatus.SaleUnknown, $"There is no sale {sale} on this terminal.");
                if (_sales.Find(sale) is { } row)
                    _print.TakenBack(new Place(row.Epoch, row.Number));
                return null;
            });
    }

    /// <summary>
    /// Sales whose receipt may not have printed, oldest first: to be offered again, never sold again.
    /// </summary>
    public IReadOnlyList<SaleRow> SalesNotPrinted => Locked(_sales.NotPrinted);

    public int SalesNotPrintedCount => Locked(_sales.CountNotPrinted);

    public SaleRow? FindSale(Id sale) => Locked(() => _sales.Find(sale));

    /// <summary>Finds a sale by its receipt number as printed.</summary>
    public SaleRow? FindSale(string receiptNumber) => Locked(() => _sales.FindReceipt(receiptNumber));

    /// <summary>Finds a sale of the current epoch by its running receipt number.</summary>
    public SaleRow? FindSale(long receipt) => Locked(() =>
        _enrolment is null ? null : _sales.FindReceipt(SaleTable.ReceiptNumber(_enrolment.Journal, receipt)));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<SaleRow> Sales(int most = 1_000) => Locked(() => _sales.Newest(most));

    /// <summary>The sales of a business date, in order.</summary>
    public IReadOnlyList<SaleRow> Sales(DateOnly businessDate) => Locked(() => _sales.On(businessDate));

    /// <summary>The entry of a sale; null when it cannot be read.</summary>
    public Entry? SaleEntry(SaleRow sale) => Locked(() =>
        _enrolment is null
            ? null
            : _journal.Read(_enrolment.Journal with { Epoch = sale.Epoch }, sale.Number).Entry);

    private void AddSale(Batch batch, SaleDraft sale)
    {
        var contact = sale.Contact is null
            ? null
            : Attachment.Create(
                AttachmentKind.Contact,
                System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                    sale.Contact, Wire.WireJson.Default.Contact));
        var journal = batch.Head.Journal;
        var receipt = _sales.NextReceipt(journal);
        var body = new SaleCompleted(
            sale.Sale, receipt, SaleTable.ReceiptNumber(journal, receipt), sale.Cashier, sale.Lines,
            sale.Taxes,
            sale.Total, sale.Tenders, contact?.Digest)
        {
            Customer = sale.Customer,
        };
        batch.Add(body, _clocks.Now, contact is null ? [] : [contact]);
        _baskets.Drop(sale.Sale);
        foreach (var tender in sale.Tenders)
            if (tender.Payment is { Approval: Approval.Online } card)
                DropCard(card.Payment, batch);
            else if (tender.Payment is { } deferred)
                DropCardIfToldOf(deferred.Payment, batch);
    }

    private WriteOutcome Again(SaleDraft sale, SaleRow first) =>
        ReadSale(first) is { } body && body.Total == sale.Total && body.Tenders.SequenceEqual(sale.Tenders)
            ? WriteOutcome.Already(SaleEntry(first))
            : WriteOutcome.Not(
                WriteStatus.Differs, $"Sale {sale.Sale} is journalled with another total or other tenders.");

    private SaleCompleted? ReadSale(SaleRow row) => SaleEntry(row)?.Body as SaleCompleted;

    private static WriteOutcome? CheckSale(SaleDraft sale)
    {
        if (sale.Lines.Count is 0 or > LinesMax || sale.Tenders.Count > TendersMax)
            return WriteOutcome.Not(
                WriteStatus.Malformed, $"A sale has 1 to {LinesMax} lines and at most {TendersMax} tenders.");
        var currency = sale.Total.Currency;
        if (sale.Lines.Any(line => line.Total.Currency != currency)
            || sale.Tenders.Any(tender => tender.Amount.Currency != currency
                || (tender.Tip is { } tip && tip.Currency != currency)))
            return WriteOutcome.Not(WriteStatus.Malformed, "A sale has one currency.");
        var (lines, tenders) = (
            sale.Lines.Sum(line => line.Total.Minor), sale.Tenders.Sum(t => t.Share.Minor));
        if (sale.Tenders.Any(tender => tender.Tip is { } tip && (tip.Minor < 0 || tip > tender.Amount)))
            return WriteOutcome.Not(WriteStatus.Malformed, "A tip is a part of what its tender pays.");
        var payments = sale.Tenders.Select(tender => tender.Payment?.Payment).OfType<Id>().ToList();
        if (payments.Distinct().Count() != payments.Count)
            return WriteOutcome.Not(WriteStatus.Malformed, "A card payment pays one tender of a sale.");
        if (sale.Customer is { Earned: < 0 } or { Redeemed: < 0 })
            return WriteOutcome.Not(WriteStatus.Malformed, "Points of a sale are not negative.");
        return lines == sale.Total.Minor && tenders == sale.Total.Minor
            ? null
            : WriteOutcome.Not(
                WriteStatus.Malformed, "The lines and the tenders of a sale each add up to its total.");
    }

    private WriteOutcome? CheckPayment(SaleDraft sale, Tender tender, CardPayment card)
    {
        if (card.Approval is not (Approval.Online or Approval.Deferred))
            return WriteOutcome.Not(WriteStatus.Malformed, "A card tender is approved online or deferred.");
        if (_payments.FindOpen(card.Payment) is not { } known)
            return NotOpen(card.Payment);
        if (known.OutcomeAt is not null && PaymentStates.IsFinal(known.State))
            return WriteOutcome.Not(
                WriteStatus.OutcomeKnown, $"Payment {card.Payment} has its outcome already: {known.State}.");
        // The issuer may have approved a part of what the attempt was for, never more.
        var fits = known.Amount == tender.Amount
            || (card.Approval == Approval.Online && known.Amount.Currency == tender.Amount.Currency
                && tender.Amount.Minor > 0 && tender.Amount < known.Amount);
        return fits && known.Sale == sale.Sale ? null : Differing(card.Payment);
    }
}
