using System.Text.Json;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>
    /// Makes the invoice of a sale; its number is drawn in the transaction. A sale has one invoice that
    /// stands: another
    /// one needs the first to be cancelled.
    /// </summary>
    public WriteOutcome IssueInvoice(Id sale, InvoiceParty party, string cashier)
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
                AddInvoice(batch, row, PartyOf(party), null, cashier);
                return null;
            });
    }

    /// <summary>Cancels an invoice by another one, with the next number.</summary>
    public WriteOutcome CancelInvoice(string number, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_invoices.Find(number) is not { Cancels: null } invoice
                    || Standing(invoice.Sale)?.InvoiceNumber != number || _sales.Find(invoice.Sale)
                        is not { } row)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, $"There is no invoice '{number}' that could be cancelled.");
                AddInvoice(batch, row, PartyBeside(invoice) ?? PartyOf(NoParty), number, cashier);
                return null;
            });
    }

    public InvoiceRow? FindInvoice(string number) => Locked(() => _invoices.Find(number));

    /// <summary>The invoices of a sale and what cancels them, in order.</summary>
    public IReadOnlyList<InvoiceRow> InvoicesOf(Id sale) => Locked(() => _invoices.Of(sale));

    /// <summary>Newest first.</summary>
    public IReadOnlyList<InvoiceRow> Invoices(int most = 200) => Locked(() => _invoices.Newest(most));

    /// <summary>The entry of an invoice, and whom it is made out to; null when it cannot be read.</summary>
    public (Entry Entry, InvoiceParty Party)? ReadInvoice(InvoiceRow row) =>
        Locked<(Entry, InvoiceParty)?>(() => _enrolment is not null
            && _journal.Read(_enrolment.Journal with { Epoch = row.Place.Epoch }, row.Place.Number).Entry
                is { } entry
            ? (entry, PartyOf(PartyBeside(row)))
            : null);

    private static InvoiceParty NoParty { get; } = new("-", []);

    /// <summary>The invoice of a sale that nothing has cancelled.</summary>
    private InvoiceRow? Standing(Id sale)
    {
        var all = _invoices.Of(sale);
        return all.FirstOrDefault(
            one => one.Cancels is null && all.All(other => other.Cancels != one.InvoiceNumber));
    }

    /// <summary>A sale that is taken back takes its invoice along, in the same transaction.</summary>
    private void CancelInvoiceOf(Batch batch, SaleRow sale, string cashier)
    {
        if (Standing(sale.Sale) is { } invoice)
            AddInvoice(
                batch, sale, PartyBeside(invoice) ?? PartyOf(NoParty), invoice.InvoiceNumber, cashier);
    }

    private void AddInvoice(Batch batch, SaleRow sale, Attachment party, string? cancels, string cashier)
    {
        var running = _invoices.Next(batch.Head.Journal);
        batch.Add(
            new InvoiceIssued(
                Id.New(), sale.Sale, sale.ReceiptNumber, running,
                InvoiceTable.NumberOf(batch.Head.Journal, running), cancels, cashier, party.Digest),
            _clocks.Now, party);
    }

    private Attachment? PartyBeside(InvoiceRow row) => _journal
        .Attachments(_enrolment!.Journal with { Epoch = row.Place.Epoch }, row.Place.Number, out _)
        .FirstOrDefault(beside => beside.Kind == AttachmentKind.InvoiceParty);

    private static Attachment PartyOf(InvoiceParty party) => Attachment.Create(
        AttachmentKind.InvoiceParty,
        JsonSerializer.SerializeToUtf8Bytes(party, WireJson.Default.InvoiceParty));

    private static InvoiceParty PartyOf(Attachment? beside) => beside is null
        ? NoParty
        : JsonSerializer.Deserialize(beside.Content.Span, WireJson.Default.InvoiceParty) ?? NoParty;
}
