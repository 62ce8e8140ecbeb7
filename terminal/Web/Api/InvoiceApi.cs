using CloudPos.Journal;
using CloudPos.Papers;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Invoices;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Web.Api;

/// <param name="Email">Where the back office sends it; null for nowhere.</param>
internal sealed record InvoiceBody(
    string ReceiptNumber, string Name, IReadOnlyList<string> Address, string? TaxNumber = null,
    string? Email = null);

internal sealed record InvoiceNumberBody(string InvoiceNumber);

internal sealed record InvoiceMailBody(string InvoiceNumber, string Email);

/// <summary>The invoices of one sale, oldest first.</summary>
/// <param name="CanIssue">Nothing stands: another one may be made.</param>
internal sealed record InvoicesDocument(IReadOnlyList<InvoiceItemDocument> Invoices, bool CanIssue);

/// <param name="Party">Whom it is made out to; null when they were forgotten.</param>
/// <param name="IsStanding">The invoice that holds: it can be cancelled.</param>
internal sealed record InvoiceItemDocument(
    string InvoiceNumber, string? Cancels, string? Credits, Money Total, DateTimeOffset At, string? Party,
    bool IsStanding);

/// <summary>Invoices of a sale: made, printed again, mailed, cancelled, their customer forgotten.</summary>
internal sealed class InvoiceApi(TerminalContext context)
{
    private TerminalStore Store => context.Store;

    public void Map(ApiRoutes api)
    {
        var (slip, list) = (UiJson.Default.SlipDocument, UiJson.Default.InvoicesDocument);
        var number = UiJson.Default.InvoiceNumberBody;
        api.Get("/api/invoices", list, Need.Cashier, List);
        api.Post("/api/invoices", UiJson.Default.InvoiceBody, slip, Need.Cashier, Issue);
        api.Post("/api/invoices/copy", number, slip, Need.Cashier, (call, body) =>
            Tell(Store.CopyInvoice(body.InvoiceNumber, call.Cashier)));
        api.Post("/api/invoices/cancel", number, slip, Need.Manager, (call, body) =>
            Tell(Store.CancelInvoice(body.InvoiceNumber, call.Cashier)));
        api.Post("/api/invoices/forget", number, UiJson.Default.DoneDocument, Need.Manager, (call, body) =>
            Done(Store.EraseInvoiceParty(body.InvoiceNumber, call.Cashier)));
        api.Post("/api/invoices/mail", UiJson.Default.InvoiceMailBody, UiJson.Default.DoneDocument,
            Need.Cashier, Mail);
    }

    private ApiAnswer<InvoicesDocument> List(ApiCall call)
    {
        if (Store.FindSale(call.Query("receipt")) is not { } sale)
            return ApiFault.Of(FaultCode.BadInput, "There is no such receipt on this terminal.");
        var rows = Store.InvoicesOf(sale.Sale);
        var standing = rows.FirstOrDefault(row => row is { Cancels: null, Credits: null }
            && rows.All(other => other.Cancels != row.InvoiceNumber));
        var items = rows.Select(row => (row, InvoicePaper.Of(Store, row.InvoiceNumber)))
            .Where(one => one.Item2 is not null)
            .Select(one => new InvoiceItemDocument(
                one.row.InvoiceNumber, one.row.Cancels, one.row.Credits, one.Item2!.Total, one.Item2.At,
                one.Item2.Party == InvoiceDocument.NoParty ? null : one.Item2.Party.Name,
                one.row == standing));
        return new InvoicesDocument([.. items], standing is null && sale.VoidedBy is null);
    }

    private async Task<ApiAnswer<SlipDocument>> Issue(ApiCall call, InvoiceBody body)
    {
        if (Store.FindSale(body.ReceiptNumber) is not { } sale)
            return ApiFault.Of(FaultCode.BadInput, "There is no such receipt on this terminal.");
        if (InvoiceOrder.TryRead(body.Name, body.Address, body.TaxNumber, out var fault) is not { } party)
            return ApiFault.Of(FaultCode.BadInput, fault!);
        if (!InvoiceOrder.TryMail(body.Email, out var email))
            return ApiFault.Of(FaultCode.BadInput, InvoiceOrder.NoMail);
        return await context.Foreign().NoInvoice(sale, CancellationToken.None) is { } refused
            ? ApiFault.Of(FaultCode.BadInput, refused)
            : Tell(Store.IssueInvoice(sale.Sale, party, call.Cashier, email));
    }

    private ApiAnswer<DoneDocument> Mail(ApiCall call, InvoiceMailBody body) =>
        InvoiceOrder.TryMail(body.Email, out var email) && email is not null
            ? Done(Store.MailInvoice(body.InvoiceNumber, email, call.Cashier))
            : ApiFault.Of(FaultCode.BadInput, InvoiceOrder.NoMail);

    private static ApiAnswer<DoneDocument> Done(WriteOutcome outcome) =>
        outcome.IsStored ? new DoneDocument() : ApiFault.Of(outcome);

    /// <summary>With a printer it prints; without one, what the screen shows is all there is.</summary>
    private ApiAnswer<SlipDocument> Tell(WriteOutcome outcome)
    {
        if (outcome is not { IsStored: true, Entry: { } entry })
            return ApiFault.Of(outcome);
        var (number, copy) = entry.Body is InvoiceCopied copied
            ? (copied.InvoiceNumber, copied.Copy)
            : (((InvoiceIssued)entry.Body).InvoiceNumber, 0);
        if (InvoicePaper.Of(Store, number, copy) is not { } invoice)
            return ApiFault.Of(FaultCode.BadInput, $"What {number} is made of cannot be read.");
        if (context.Printing.HasPrinter)
            context.Printing.Ring();
        else
            Store.MarkPrinted(entry);
        return new SlipDocument(number, InvoicePaper.Paper(invoice, ReceiptHead.Of(Store)).ToString())
        {
            Copy = copy == 0 ? null : copy,
        };
    }
}
