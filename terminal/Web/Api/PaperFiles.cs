using CloudPos.Journal;
using CloudPos.Papers;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Invoices;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;
using Microsoft.AspNetCore.Http.Features;

namespace CloudPos.Terminal.Web.Api;

/// <summary>
/// Invoices, counted copies of receipts, and the journal itself, as files. Only for who is signed in.
/// </summary>
internal sealed class PaperFiles(TerminalContext terminal, Sessions sessions)
{
    /// <summary>A page for a person: it has its style within and loads nothing.</summary>
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    private readonly TerminalStore _store = terminal.Store;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/journal.jsonl", Export);
        app.MapGet("/invoices/{number}.pdf", (string number, int? copy, HttpContext http) =>
            InvoiceOf(http, number, copy) is { } invoice
                ? Pdf(InvoicePages.Pdf(invoice)) : Results.NotFound());
        app.MapGet("/invoices/{number}.html", (string number, int? copy, HttpContext http) =>
            InvoiceOf(http, number, copy) is { } invoice
                ? Html(http, InvoicePages.Html(invoice)) : Results.NotFound());
        app.MapGet("/receipts/{number}.pdf", (string number, int? copy, HttpContext http) =>
            ReceiptOf(http, number, copy) is { } paper
                ? Pdf(PaperPages.Pdf(paper, number)) : Results.NotFound());
        app.MapGet("/receipts/{number}.html", (string number, int? copy, HttpContext http) =>
            ReceiptOf(http, number, copy) is { } paper
                ? Html(http, PaperPages.Html(paper, _store.Locale.Language, number)) : Results.NotFound());
    }

    /// <summary>
    /// What `journal export` writes, damaged or not, for whoever has to part with this terminal before all of
    /// it is sent. Only for a manager.
    /// </summary>
    private Task Export(HttpContext http)
    {
        if (sessions.Of(http) is not { IsManager: true } || _store.Enrolment is not { } enrolment)
        {
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }
        http.Response.ContentType = "application/jsonl";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition =
            $"attachment; filename=\"{enrolment.Terminal}-{enrolment.Epoch}.journal.jsonl\"";
        // Line by line as it is read: the whole of a year fits no till's memory.
        http.Features.GetRequiredFeature<IHttpBodyControlFeature>().AllowSynchronousIO = true;
        JournalExport.Write(terminal, http.Response.Body);
        return Task.CompletedTask;
    }

    private InvoiceDocument? InvoiceOf(HttpContext http, string number, int? copy) =>
        sessions.Of(http) is null ? null : InvoicePaper.Of(_store, number, Math.Max(0, copy ?? 0));

    /// <summary>The first print is paper or screen; a file is a copy that was counted.</summary>
    private ReceiptPaper? ReceiptOf(HttpContext http, string number, int? copy) =>
        sessions.Of(http) is not null && copy > 0 && _store.FindSale(number) is { } row
        && copy <= _store.CopiesOf(row.Sale)
        && _store.SaleEntry(row) is { Body: SaleCompleted sale } entry
            ? SaleReceipt.Paper(ReceiptHead.Of(_store), entry.Header, sale, isCopy: true, copy.Value)
            : null;

    private static IResult Pdf(byte[] content) => Results.Bytes(content, "application/pdf");

    private static IResult Html(HttpContext http, string page)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        return Results.Content(page, "text/html; charset=utf-8");
    }
}
