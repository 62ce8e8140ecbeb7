using System.Net;
using System.Text;

namespace CloudPos.Papers;

/// <summary>An invoice on A4: PDF for the customer's books, and HTML that loads nothing.</summary>
public static class InvoicePages
{
    private const double Left = 56, Right = 539, Bottom = 780, Foot = 806;

    public static byte[] Pdf(InvoiceDocument invoice)
    {
        var page = new PdfPage(595, 842).Title($"{invoice.Title} {invoice.Number}");
        var pages = 1;
        page.Add();
        Head(page, invoice);
        var top = Titles(page, invoice, 290);
        foreach (var line in invoice.Lines)
        {
            if (top > Bottom - 160)
            {
                NextPage(page, invoice, ref pages);
                top = Titles(page, invoice, 60);
            }
            top = Line(page, invoice, line, top);
        }
        page.Rule(Left, Right, top + 4);
        Sums(page, invoice, top + 14);
        if (pages > 1)
            page.TextTo(Right, Foot, invoice.Texts.With("invoice.page", pages), 8);
        return page.ToBytes();
    }

    public static string Html(InvoiceDocument invoice)
    {
        var texts = invoice.Texts;
        var html = new StringBuilder("<!doctype html>\n<html lang=\"").Append(invoice.Locale.Language)
            .Append("\">\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">\n")
            .Append("<title>").Append(E($"{invoice.Title} {invoice.Number}")).Append("</title>\n<style>")
            .Append("body{font:15px/1.5 sans-serif;max-width:44em;margin:2em auto;padding:0 1em}")
            .Append("table{width:100%;border-collapse:collapse}")
            .Append("th,td{text-align:left;padding:.3em .4em .3em 0;border-bottom:1px solid #ccc}")
            .Append("td.n,th.n{text-align:right}td.n{white-space:nowrap}svg{width:8em}</style>\n<body>\n");
        foreach (var mark in invoice.Marks)
            html.Append("<p><strong>").Append(E(mark)).Append("</strong></p>\n");
        html.Append("<p><strong>").Append(E(invoice.Seller.Name)).Append("</strong><br>")
            .Append(Lines([.. invoice.Seller.Address, .. OwnNumber(invoice)])).Append("</p>\n<h1>")
            .Append(E(invoice.Title)).Append("</h1>\n<p>").Append(E(texts["invoice.number"])).Append(' ')
            .Append(E(invoice.Number)).Append("<br>").Append(E(invoice.About));
        foreach (var (name, value) in invoice.Dates)
            html.Append("<br>").Append(E($"{name}: {value}"));
        html.Append("</p>\n<h2>").Append(E(texts["invoice.to"])).Append("</h2>\n<p>")
            .Append(Lines(PartyOf(invoice))).Append("</p>\n<table>\n<tr><th>")
            .Append(E(texts["invoice.quantity"])).Append("</th><th>").Append(E(texts["invoice.item"]))
            .Append("</th><th class=\"n\">").Append(E(texts["invoice.price"]))
            .Append("</th><th class=\"n\">").Append(E(texts["receipt.tax"]))
            .Append("</th><th class=\"n\">").Append(E(texts["invoice.amount"])).Append("</th></tr>\n");
        foreach (var line in invoice.Lines)
            Row(html, invoice, line);
        foreach (var tax in invoice.Taxes)
            Sum(html, $"{texts["receipt.net"]} {invoice.Locale.Figure(tax.Net)}, {texts["receipt.tax"]} "
                + invoice.Locale.Rate(tax.RateBasisPoints), invoice.Locale.Figure(tax.Tax));
        Sum(html, texts.With("receipt.total", invoice.Total.Currency), invoice.Locale.Figure(invoice.Total));
        return html.Append("</table>\n<p>").Append(E(invoice.Paid)).Append("</p>\n")
            .Append(QrFields.Svg(invoice.Number)).Append("\n</body>\n</html>\n").ToString();
    }

    private static void Head(PdfPage page, InvoiceDocument invoice)
    {
        var (texts, top) = (invoice.Texts, 54.0);
        page.Text(Left, 50, Cut(invoice.Seller.Name, 60), 14, bold: true);
        foreach (var line in invoice.Seller.Address.Concat(OwnNumber(invoice)))
            page.Text(Left, top += 13, Cut(line, 70), 9);
        top = 34;
        foreach (var mark in invoice.Marks)
            page.TextTo(Right, top += 16, mark, 12, bold: true);
        page.Text(Left, 150, texts["invoice.to"], 8);
        top = 150;
        foreach (var line in PartyOf(invoice))
            page.Text(Left, top += 14, Cut(line, 48));
        page.TextTo(Right, 140, invoice.Title, 16, bold: true);
        page.TextTo(Right, 164, $"{texts["invoice.number"]} {invoice.Number}");
        top = 166;
        foreach (var (name, value) in invoice.Dates)
        {
            page.TextTo(Right, top += 14, name, 8);
            page.TextTo(Right, top += 11, value);
        }
        page.TextTo(Right, top + 17, invoice.About, 8);
    }

    private static void NextPage(PdfPage page, InvoiceDocument invoice, ref int pages)
    {
        page.TextTo(Right, Foot, invoice.Texts.With("invoice.page", pages++), 8);
        page.Add();
        page.Text(Left, 36, $"{invoice.Title} {invoice.Number}", 9);
    }

    private static double Titles(PdfPage page, InvoiceDocument invoice, double top)
    {
        var texts = invoice.Texts;
        page.Text(Left, top, texts["invoice.quantity"], 9, bold: true);
        page.Text(Left + 60, top, texts["invoice.item"], 9, bold: true);
        page.TextTo(Right - 150, top, texts["invoice.price"], 9, bold: true);
        page.TextTo(Right - 90, top, texts["receipt.tax"], 9, bold: true);
        page.TextTo(Right, top, texts["invoice.amount"], 9, bold: true);
        page.Rule(Left, Right, top + 14);
        return top + 22;
    }

    private static double Line(PdfPage page, InvoiceDocument invoice, InvoiceLine line, double top)
    {
        page.Text(Left, top, $"{line.Quantity}");
        page.Text(Left + 60, top, Cut(line.Name, 46));
        if (line.UnitPrice is { } price)
            page.TextTo(Right - 150, top, invoice.Locale.Figure(price));
        page.TextTo(Right - 90, top, invoice.RateOf(line));
        page.TextTo(Right, top, invoice.Locale.Figure(line.Total));
        if (line.Discount.IsZero)
            return top + 16;
        page.Text(
            Left + 60, top + 12, invoice.Texts.With("receipt.discount", invoice.Locale.Figure(line.Discount)),
            8);
        return top + 26;
    }

    private static void Sums(PdfPage page, InvoiceDocument invoice, double top)
    {
        var texts = invoice.Texts;
        foreach (var tax in invoice.Taxes)
        {
            page.TextTo(Right - 90, top,
                $"{texts["receipt.net"]} {invoice.Locale.Figure(tax.Net)}   {texts["receipt.tax"]} "
                + invoice.Locale.Rate(tax.RateBasisPoints));
            page.TextTo(Right, top, invoice.Locale.Figure(tax.Tax));
            top += 16;
        }
        page.TextTo(
            Right - 90, top, texts.With("receipt.total", invoice.Total.Currency), 12, bold: true);
        page.TextTo(Right, top, invoice.Locale.Figure(invoice.Total), 12, bold: true);
        page.Text(Left, top + 36, Cut(invoice.Paid, 100));
        page.Code(Left, top + 60, 2, invoice.Number);
    }

    private static void Row(StringBuilder html, InvoiceDocument invoice, InvoiceLine line)
    {
        var discount = line.Discount.IsZero ? ""
            : "<br><small>" + E(invoice.Texts.With(
                "receipt.discount", invoice.Locale.Figure(line.Discount))) + "</small>";
        html.Append("<tr><td>").Append(line.Quantity).Append("</td><td>").Append(E(line.Name))
            .Append(discount).Append("</td><td class=\"n\">")
            .Append(line.UnitPrice is { } price ? E(invoice.Locale.Figure(price)) : "")
            .Append("</td><td class=\"n\">").Append(E(invoice.RateOf(line)))
            .Append("</td><td class=\"n\">").Append(E(invoice.Locale.Figure(line.Total)))
            .Append("</td></tr>\n");
    }

    private static void Sum(StringBuilder html, string name, string figure) => html
        .Append("<tr><td colspan=\"4\" class=\"n\">").Append(E(name)).Append("</td><td class=\"n\">")
        .Append(E(figure)).Append("</td></tr>\n");

    private static IEnumerable<string> OwnNumber(InvoiceDocument invoice) =>
        invoice.Seller.TaxNumber is { } number ? [invoice.Texts.With("invoice.ourTaxNumber", number)] : [];

    private static IEnumerable<string> PartyOf(InvoiceDocument invoice) =>
    [
        invoice.Party.Name, .. invoice.Party.Address,
        .. invoice.Party.TaxNumber is { } number
            ? (IEnumerable<string>)[invoice.Texts.With("invoice.taxNumber", number)] : [],
    ];

    private static string Lines(IEnumerable<string> lines) => string.Join("<br>", lines.Select(E));

    private static string E(string text) => WebUtility.HtmlEncode(text);

    private static string Cut(string text, int most) =>
        text.Length > most ? text[..(most - 1)] + "…" : text;
}
