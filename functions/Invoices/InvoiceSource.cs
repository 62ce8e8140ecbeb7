using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Languages;
using CloudPos.Papers;
using CloudPos.Wire;

namespace CloudPos.Functions.Invoices;

/// <summary>Puts an invoice together from the stored entries, as the terminal does from its own.</summary>
internal sealed class InvoiceSource(
    TablePort tables, StoredEntries entries, Terminals terminals, Stores stores, Merchants merchants)
{
    /// <returns>The document, or why there is none.</returns>
    public async Task<(InvoiceDocument? Document, string? Fault)> Compose(
        string terminal, int epoch, long number, CancellationToken cancel)
    {
        var journal = new JournalId(terminal, epoch);
        var (entry, issued) = await Read<InvoiceIssued>(journal, number, cancel);
        if (issued is null)
            return (null, "the invoice's entry is not there");
        if (await Party(journal, number, cancel) is not { } party)
            return (null, "whom it is made out to is not known any more");
        if (await tables.Get(TableNames.Terminal, terminal, SaleRow.KeyOf(issued.Sale), cancel)
            is not { } stored)
            return (null, "its sale is not there");
        var row = SaleRow.From(stored);
        var (sold, sale) = await Read<SaleCompleted>(journal with { Epoch = row.Epoch }, row.Number, cancel);
        if (sale is null)
            return (null, "its sale's entry is not there");
        var refund = issued.Credit is { } credit
            ? (await Read<SaleRefunded>(journal with { Epoch = credit.Epoch }, credit.Number, cancel)).Body
            : null;
        if (issued.Credit is not null && refund?.Refund != issued.Credit.Refund)
            return (null, "the refund that it credits is not there");
        if (await terminals.Find(terminal, cancel) is not { } identity
            || await stores.Find(identity.Store, cancel) is not { } store
            || await merchants.Find(identity.Merchant, cancel) is not { } merchant)
            return (null, "the shop is not known");
        var seller = issued.Seller ?? new InvoiceSeller(merchant.Name, store.Address, merchant.TaxNumber);
        return (new InvoiceDocument(
            issued, entry!.Header.At, seller, party, Locale.Find(issued.Locale) ?? store.Locale,
            sold!.Header.At, sale, refund), null);
    }

    /// <summary>Null when they are forgotten.</summary>
    public async Task<InvoiceParty?> Party(JournalId journal, long number, CancellationToken cancel)
    {
        if (await entries.Find(journal, number, cancel) is not { } stored)
            return null;
        var beside = (await entries.Attachments(stored, cancel)).FirstOrDefault(
            one => one.Content.Kind == AttachmentKind.InvoiceParty);
        try
        {
            return beside is null
                ? null
                : JsonSerializer.Deserialize(beside.Content.Content.Span, WireJson.Default.InvoiceParty);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<(Entry? Entry, T? Body)> Read<T>(
        JournalId journal, long number, CancellationToken cancel) where T : EntryBody =>
        await entries.Find(journal, number, cancel) is { } stored
        && Entry.TryRead(stored.Bytes, out var entry, out _) && entry!.Body is T body
            ? (entry, body)
            : (null, null);
}
