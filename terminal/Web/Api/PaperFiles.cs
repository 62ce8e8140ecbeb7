using CloudPos.Journal;
using CloudPos.Papers;
using CloudPos.Terminal.Invoices;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Web.Api;

/// <summary>
/// Invoices, and counted copies of receipts, as files for whoever wants no paper. Only for who is signed in.
/// </summary>
internal sealed class PaperFiles(TerminalStore store, Sessions sessions)
{
    /// <summary>A page for a person: it has its style within and loads nothing.</summary>
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

    public void Map(IEndpointRouteBuilder app)
    {
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
                ? Html(http, PaperPages.Html(paper, store.Locale.Language, number)) : Results.NotFound());
    }

    private InvoiceDocument? InvoiceOf(HttpContext http, string number, int? copy) =>
        sessions.Of(http) is null ? null : InvoicePaper.Of(store, number, Math.Max(0, copy ?? 0));

    /// <summary>The first print is paper or screen; a file is a copy that was counted.</summary>
    private ReceiptPaper? ReceiptOf(HttpContext http, string number, int? copy) =>
        sessions.Of(http) is not null && copy > 0 && store.FindSale(number) is { } row
        && copy <= store.CopiesOf(row.Sale)
        && store.SaleEntry(row) is { Body: SaleCompleted sale } entry
            ? SaleReceipt.Paper(ReceiptHead.Of(store), entry.Header, sale, isCopy: true, copy.Value)
            : null;

    private static IResult Pdf(byte[] content) => Results.Bytes(content, "application/pdf");

    private static IResult Html(HttpContext http, string page)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        return Results.Content(page, "text/html; charset=utf-8");
    }
}
