using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Invoices;

/// <summary>
/// What entries do to invoices: each is known by its number, a mail is owed where an address came with it,
/// and whom it was made out to is forgotten when a terminal says so. Every step finds itself done.
/// </summary>
internal sealed class InvoiceRecords(TablePort tables, ReceiptOwed mails, TimeProvider time)
{
    /// <returns>Why it cannot be applied, or null.</returns>
    public async Task<string?> Issued(AppliedEntry entry, InvoiceIssued body, CancellationToken cancel)
    {
        if (!InvoiceRow.IsNumber(body.InvoiceNumber))
            return "the invoice's number is none";
        var row = InvoiceRow.New(entry.Header, body);
        var conflict = await tables.TryCommit(
            TableNames.Terminal, row.Partition, [Change.Insert(row)], cancel);
        if (conflict is not null && await Find(row.Partition, body.InvoiceNumber, cancel) is { } known
            && (known.Epoch, known.Number) != (entry.Header.Journal.Epoch, entry.Header.Number))
            return $"the invoice is known from entry {known.Epoch}.{known.Number} already";
        await Owe(
            entry, body.Invoice, body.InvoiceNumber, (entry.Header.Journal.Epoch, entry.Header.Number),
            body.ContactDigest, cancel);
        return null;
    }

    /// <returns>Why it cannot be applied, or null.</returns>
    public async Task<string?> Mailed(AppliedEntry entry, InvoiceMailed body, CancellationToken cancel)
    {
        if (!InvoiceRow.IsNumber(body.InvoiceNumber))
            return "the invoice's number is none";
        await Owe(
            entry, body.Mail, body.InvoiceNumber, (body.Epoch, body.Number), body.ContactDigest, cancel);
        return null;
    }

    public Task Erased(AppliedEntry entry, InvoicePartyErased body, CancellationToken cancel) =>
        InvoiceRow.IsNumber(body.InvoiceNumber)
            ? Forget(entry.Journal.Terminal, body.InvoiceNumber, tell: false, cancel)
            : Task.CompletedTask;

    /// <summary>
    /// Deletes what lies beside the entry of an invoice. A person's word is told to the terminal, which
    /// keeps its own copy.
    /// </summary>
    /// <returns>False when there is no such invoice.</returns>
    public async Task<bool> Forget(string terminal, string number, bool tell, CancellationToken cancel)
    {
        var found = false;
        await Attempts.UntilCommitted(async () =>
        {
            if (await Find(terminal, number, cancel) is not { } invoice)
                return true;
            found = true;
            var beside = await Beside(invoice, cancel);
            if (invoice.ForgottenAt is not null && beside.Count == 0)
                return true;
            var row = invoice.Stored;
            row["forgottenAt"] = time.GetUtcNow();
            var feed = await FeedAppend.Begin(tables, TableNames.Terminal, terminal, cancel);
            if (tell)
                await feed.Add(row, new FeedRow { ForgottenInvoice = number }, cancel);
            return await tables.TryCommit(
                TableNames.Terminal, terminal,
                [Change.Replace(row), .. beside.Select(Change.Delete), .. feed.Changes], cancel) is null;
        });
        return found;
    }

    public async Task<InvoiceRow?> Find(string terminal, string number, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, terminal, InvoiceRow.KeyOf(number), cancel) is { } row
            ? InvoiceRow.From(row)
            : null;

    private async Task<List<Row>> Beside(InvoiceRow invoice, CancellationToken cancel)
    {
        var prefix = JournalRows.AttachmentPrefix(invoice.Epoch, invoice.Number);
        var found = new List<Row>();
        await foreach (var row in tables.Range(
            TableNames.Terminal, invoice.Terminal, prefix, Keys.After(prefix), cancel))
            found.Add(row);
        return found;
    }

    /// <summary>
    /// The mail's row is the dedupe: it stays when the mail is sent, so a second run owes nothing new.
    /// </summary>
    private async Task Owe(
        AppliedEntry entry, Id mail, string number, (int Epoch, long Number) invoice, string? digest,
        CancellationToken cancel)
    {
        var beside = entry.Attachments.FirstOrDefault(
            one => one.Content.Kind == AttachmentKind.Contact)?.Content;
        if (digest is null || beside?.Digest != digest || EmailOf(beside) is not { } email)
            return;
        var header = entry.Header;
        var row = MailRow.OfInvoice(
            header.Journal.Terminal, mail, number, email, invoice, (header.Journal.Epoch, header.Number),
            time.GetUtcNow());
        if (await tables.Get(TableNames.Terminal, row.Partition, row.Key, cancel) is not null)
            return;
        await mails.Owe(row.Partition, mail, cancel);
        // Another run may have been faster; its row is the same.
        await tables.TryCommit(TableNames.Terminal, row.Partition, [Change.Insert(row)], cancel);
        await mails.Ring(row.Partition, mail, cancel);
    }

    private static string? EmailOf(Attachment contact)
    {
        try
        {
            var email = JsonSerializer.Deserialize(contact.Content.Span, WireJson.Default.Contact)?.Email;
            return string.IsNullOrWhiteSpace(email) ? null : email.Trim();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
