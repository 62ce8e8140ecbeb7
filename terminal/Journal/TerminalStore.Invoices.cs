using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Papers;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>
    /// Makes the invoice of a sale; its number is drawn in the transaction. A sale has one invoice that
    /// stands: another one needs the first to be cancelled. What was given back already is credited at once,
    /// each refund by a note of its own.
    /// </summary>
    public WriteOutcome IssueInvoice(Id sale, InvoiceParty party, string cashier, string? email = null)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_sales.Find(sale) is not { } row)
                    return WriteOutcome.Not(
                        WriteStatus.SaleUnknown, $"There is no sale {sale} on this terminal.");
                if (row.VoidedBy is not null)
                    return WriteOutcome.Not(
                        WriteStatus.AlreadyVoided,
                            $"Receipt {row.ReceiptNumber} is void; it gets no invoice.");
                if (Standing(sale) is { } standing)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        $"Receipt {row.ReceiptNumber} has {standing.InvoiceNumber}; cancel that first.");
                if (Seller.TaxNumber is null && Locale.InvoicesNeedTaxNumber)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        "An invoice needs the shop's own tax number, and none is known here. Have it entered "
                        + "in the back office (the merchant's taxNumber); it comes with the next contact.");
                var refunds = _sales.RefundsOf(sale);
                if (refunds.Count >= Batch.EntriesMax)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        $"Receipt {row.ReceiptNumber} was given back in too many parts for an invoice.");
                var beside = PartyOf(party);
                var number = AddInvoice(batch, row, beside, cashier, email: email);
                batch.Answer = batch.Last;
                foreach (var place in refunds)
                    if (ReadRefund(place) is { Total.IsZero: false } refund)
                        AddInvoice(batch, row, beside, cashier, credit: CreditOf(number, refund, place));
                return null;
            });
    }

    /// <summary>
    /// Cancels an invoice by another one, with the next number; its credit notes are cancelled before it.
    /// </summary>
    public WriteOutcome CancelInvoice(string number, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_invoices.Find(number) is not { Cancels: null, Credits: null } invoice
                    || _sales.Find(invoice.Sale) is not { } row
                    || Standing(invoice.Sale)?.InvoiceNumber != number)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, $"There is no invoice '{number}' that could be cancelled.");
                return Cancel(batch, row, invoice, cashier);
            });
    }

    /// <summary>An invoice is about to be printed again: the entry counts it.</summary>
    public WriteOutcome CopyInvoice(string number, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_invoices.Find(number) is not { } row
                    || ReadInvoice(row) is not ({ Body: InvoiceIssued issued }, _))
                    return NoInvoice(number);
                batch.Add(
                    new InvoiceCopied(issued.Invoice, number, _print.Copies(issued.Invoice) + 1, cashier),
                    _clocks.Now);
                return null;
            });
    }

    /// <summary>Has the back office send an invoice by mail, now or when the line is back.</summary>
    public WriteOutcome MailInvoice(string number, string email, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_invoices.Find(number) is not { } row)
                    return NoInvoice(number);
                var contact = ContactOf(email);
                batch.Add(
                    new InvoiceMailed(
                        Id.New(), number, row.Place.Epoch, row.Place.Number, cashier, contact.Digest),
                    _clocks.Now, contact);
                return null;
            });
    }

    /// <summary>
    /// Forgets whom an invoice and what belongs to it were made out to, here and in the back office. Numbers
    /// and figures stay.
    /// </summary>
    public WriteOutcome EraseInvoiceParty(string number, string cashier)
    {
        lock (_gate)
        {
            var outcome = Commit(batch =>
            {
                if (_invoices.Find(number) is not { } row)
                    return NoInvoice(number);
                foreach (var one in _invoices.Of(row.Sale).Take(Batch.EntriesMax))
                    batch.Add(
                        new InvoicePartyErased(
                            one.InvoiceNumber, one.Place.Epoch, one.Place.Number, cashier),
                        _clocks.Now);
                batch.After(() => _scrubDue = true);
                return null;
            });
            if (_scrubDue && outcome.IsStored)
                Scrub();
            return outcome;
        }
    }

    public InvoiceRow? FindInvoice(string number) => Locked(() => _invoices.Find(number));

    /// <summary>The invoices of a sale and what cancels them, in order.</summary>
    public IReadOnlyList<InvoiceRow> InvoicesOf(Id sale) => Locked(() => _invoices.Of(sale));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<InvoiceRow> Invoices(int most = 200) => Locked(() => _invoices.Newest(most));

    /// <summary>The credit note of a refund; null where its sale has no invoice.</summary>
    public Entry? CreditNoteOf(SaleRefunded refund) => Locked(() => _invoices.Of(refund.Sale)
        .Where(row => row is { Credits: not null, Cancels: null })
        .Select(row => ReadInvoice(row)?.Entry)
        .FirstOrDefault(entry => entry?.Body is InvoiceIssued { Credit: { } credit }
            && credit.Refund == refund.Refund));

    /// <summary>The entry of an invoice, and whom it is made out to, null when they were forgotten; null when
    /// it cannot be read.</summary>
    public (Entry Entry, InvoiceParty? Party)? ReadInvoice(InvoiceRow row) =>
        Locked<(Entry, InvoiceParty?)?>(() => _enrolment is not null
            && _journal.Read(_enrolment.Journal with { Epoch = row.Place.Epoch }, row.Place.Number).Entry
                is { } entry
            ? (entry, PartyBeside(row) is { } beside ? PartyOf(beside) : null)
            : null);

    /// <summary>The invoice of a sale that nothing has cancelled.</summary>
    private InvoiceRow? Standing(Id sale)
    {
        var all = _invoices.Of(sale);
        return all.FirstOrDefault(
            one => one is { Cancels: null, Credits: null } && !IsCancelled(one, all));
    }

    private static bool IsCancelled(InvoiceRow row, IReadOnlyList<InvoiceRow> all) =>
        all.Any(other => other.Cancels == row.InvoiceNumber);

    /// <summary>A sale that is taken back takes its invoice along, in the same transaction.</summary>
    private void CancelInvoiceOf(Batch batch, SaleRow sale, string cashier)
    {
        if (Standing(sale.Sale) is { } invoice)
            Cancel(batch, sale, invoice, cashier);
    }

    /// <summary>
    /// A part that is given back reduces the invoice that stands, in the same transaction. A tip stands on no
    /// invoice.
    /// </summary>
    private void CreditInvoiceOf(Batch batch, SaleRow sale, SaleRefunded refund, Place place)
    {
        if (!refund.Total.IsZero && Standing(sale.Sale) is { } invoice)
            AddInvoice(
                batch, sale, PartyBeside(invoice) ?? PartyOf(InvoiceDocument.NoParty), refund.Cashier,
                credit: CreditOf(invoice.InvoiceNumber, refund, place));
    }

    private WriteOutcome? Cancel(Batch batch, SaleRow sale, InvoiceRow invoice, string cashier)
    {
        var party = PartyBeside(invoice) ?? PartyOf(InvoiceDocument.NoParty);
        var all = _invoices.Of(sale.Sale);
        var notes = all.Where(one => one.Cancels is null && one.Credits == invoice.InvoiceNumber
            && !IsCancelled(one, all)).ToList();
        if (notes.Count >= Batch.EntriesMax - 2)
            return WriteOutcome.Not(
                WriteStatus.Malformed, $"{invoice.InvoiceNumber} has too many credit notes to be cancelled.");
        foreach (var note in notes)
            AddInvoice(
                batch, sale, party, cashier, cancels: note.InvoiceNumber,
                credit: (ReadInvoice(note)?.Entry.Body as InvoiceIssued)?.Credit);
        AddInvoice(batch, sale, party, cashier, cancels: invoice.InvoiceNumber);
        return null;
    }

    private string AddInvoice(
        Batch batch, SaleRow sale, Attachment party, string cashier, string? cancels = null,
        InvoiceCredit? credit = null, string? email = null)
    {
        var running = _invoices.Next(batch.Head.Journal);
        var contact = email is null ? null : ContactOf(email);
        var body = new InvoiceIssued(
            Id.New(), sale.Sale, sale.ReceiptNumber, running,
            InvoiceTable.NumberOf(batch.Head.Journal, running), cancels, cashier, party.Digest)
        {
            Seller = Seller,
            Locale = Locale.Name,
            Credit = credit,
            ContactDigest = contact?.Digest,
        };
        batch.Add(body, _clocks.Now, contact is null ? [party] : [party, contact]);
        return body.InvoiceNumber;
    }

    private static InvoiceCredit CreditOf(string invoice, SaleRefunded refund, Place place) =>
        new(invoice, refund.Refund, place.Epoch, place.Number);

    private SaleRefunded? ReadRefund(Place place) => _journal
        .Read(_enrolment!.Journal with { Epoch = place.Epoch }, place.Number).Entry?.Body as SaleRefunded;

    private static WriteOutcome NoInvoice(string number) => WriteOutcome.Not(
        WriteStatus.Malformed, $"There is no invoice '{number}' on this terminal.");

    private Attachment? PartyBeside(InvoiceRow row) => _journal
        .Attachments(_enrolment!.Journal with { Epoch = row.Place.Epoch }, row.Place.Number, out _)
        .FirstOrDefault(beside => beside.Kind == AttachmentKind.InvoiceParty);

    private static Attachment ContactOf(string email) => Attachment.Create(
        AttachmentKind.Contact,
        JsonSerializer.SerializeToUtf8Bytes(new Contact(email, null), WireJson.Default.Contact));

    private static Attachment PartyOf(InvoiceParty party) => Attachment.Create(
        AttachmentKind.InvoiceParty,
        JsonSerializer.SerializeToUtf8Bytes(party, WireJson.Default.InvoiceParty));

    private static InvoiceParty? PartyOf(Attachment beside) =>
        JsonSerializer.Deserialize(beside.Content.Span, WireJson.Default.InvoiceParty);
}
