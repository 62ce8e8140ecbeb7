using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Invoices;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using MimeKit;

namespace CloudPos.Functions.Receipts;

/// <summary>A mail that can be written: the same one each time for the same arguments.</summary>
internal sealed record MailContent(
    MailKind Kind, Func<MailKind, MailboxAddress, string, DateTimeOffset, MimeMessage> Write);

/// <summary>
/// Reads what a receipt's mail is made of: the sale's entry, its payments, the shop, and the address.
/// </summary>
internal sealed class ReceiptSource(
    TablePort tables, StoredEntries entries, Terminals terminals, Stores stores, Merchants merchants,
    InvoiceSource invoices, BackOfficeOptions options)
{
    public MailboxAddress From { get; } = MailboxAddress.Parse(options.MailFrom);

    public async Task<MailRow?> FindMail(string terminal, Id sale, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, terminal, MailRow.KeyOf(sale), cancel) is { } row
            ? MailRow.From(row)
            : null;

    public async Task<SaleRow?> FindSale(string terminal, Id sale, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, terminal, SaleRow.KeyOf(sale), cancel) is { } row
            ? SaleRow.From(row)
            : null;

    /// <summary>
    /// What the mail holds; both null while a deferred payment has no outcome; a fault when there can never
    /// be one.
    /// </summary>
    public async Task<(MailContent? Content, string? Fault)> ContentOf(MailRow row, CancellationToken cancel)
    {
        if (row.Invoice is { } place)
        {
            var (invoice, wrong) = await invoices.Compose(row.Terminal, place.Epoch, place.Number, cancel);
            return (invoice is null ? null : new MailContent(MailKind.Invoice, (_, to, id, date) =>
                InvoiceMessage.Of(invoice, From, to, id, date)), wrong);
        }
        var (receipt, fault) = await Compose(row, cancel);
        return (receipt is null ? null : new MailContent(receipt.Kind, (kind, to, id, date) =>
            ReceiptMessage.Of(receipt with { Kind = kind }, From, to, id, date)), fault);
    }

    /// <summary>
    /// The receipt; both null while a deferred payment has no outcome; a fault when there can never be one.
    /// </summary>
    public async Task<(
        ReceiptDocument? Receipt, string? Fault)> Compose(MailRow row, CancellationToken cancel)
    {
        if (await FindSale(row.Terminal, row.Sale, cancel) is not { } known)
            return (null, "the sale is not there");
        if (await entries.Find(
            new JournalId(row.Terminal, known.Epoch), known.Number, cancel) is not { } stored)
            return (null, "the sale's entry is not there");
        if (!Entry.TryRead(stored.Bytes, out var entry, out _) || entry!.Body is not SaleCompleted sale)
            return (null, "the entry is no sale");
        if (await terminals.Find(row.Terminal, cancel) is not { } identity
            || await stores.Find(identity.Store, cancel) is not { } store
            || await merchants.Find(identity.Merchant, cancel) is not { } merchant)
            return (null, "the shop is not known");
        var payments = await PaymentsOf(row.Terminal, sale, cancel);
        return KindOf(sale, payments, known.VoidedBy is not null) is { } kind
            ? (ReceiptDocument.Of(merchant, store, entry.Header, sale, kind, payments), null)
            : (null, null);
    }

    /// <summary>
    /// The changes that delete the address beside the entry that it came with: it is kept no longer than it
    /// takes to send the mail.
    /// </summary>
    public async Task<IReadOnlyList<Change>> ContactGone(MailRow row, CancellationToken cancel)
    {
        var place = row.AddressAt;
        if (place is null && await FindSale(row.Terminal, row.Sale, cancel) is { } sale)
            place = (sale.Epoch, sale.Number);
        if (place is null)
            return [];
        var prefix = JournalRows.AttachmentPrefix(place.Value.Epoch, place.Value.Number);
        var changes = new List<Change>();
        await foreach (var beside in tables.Range(
            TableNames.Terminal, row.Terminal, prefix, Keys.After(prefix), cancel))
            if (beside.Number("kind") == (int)AttachmentKind.Contact)
                changes.Add(Change.Delete(beside));
        return changes;
    }

    private async Task<IReadOnlyDictionary<Id, PaymentRow>> PaymentsOf(
        string terminal, SaleCompleted sale, CancellationToken cancel)
    {
        var found = new Dictionary<Id, PaymentRow>();
        foreach (var tender in sale.Tenders)
            if (tender.Payment is { Payment: var id }
                && await tables.Get(
                    TableNames.Terminal, terminal, PaymentRowCodec.KeyOf(id), cancel) is { } row)
                found[id] = PaymentRowCodec.From(row);
        return found;
    }

    /// <summary>
    /// One mail for each receipt: of an online sale at once; of a deferred one, whose provisional receipt was
    /// printed at the till, when every deferred payment has its outcome. Null: not yet.
    /// </summary>
    private static MailKind? KindOf(
        SaleCompleted sale, IReadOnlyDictionary<Id, PaymentRow> payments, bool isVoided)
    {
        if (isVoided)
            return MailKind.Voided;
        var kind = MailKind.Sale;
        foreach (var tender in sale.Tenders)
        {
            if (tender.Payment is not { Approval: Approval.Deferred, Payment: var id })
                continue;
            switch (payments.GetValueOrDefault(id)?.State)
            {
                case PaymentState.Approved or PaymentState.Batched or PaymentState.Settled:
                    kind = kind == MailKind.Sale ? MailKind.FinalApproved : kind;
                    break;
                case PaymentState.Declined or PaymentState.Expired or PaymentState.Voided
                    or PaymentState.Reversing or PaymentState.Reversed or PaymentState.Abandoned:
                    kind = MailKind.FinalDeclined;
                    break;
                default:
                    return null;
            }
        }
        return kind;
    }
}
