using System.Text;

namespace CloudPos.Terminal.Invoices;

/// <summary>An invoice on A4: PDF for the customer's books, and HTML that loads nothing.</summary>
internal static class InvoicePages
{
    private const double Left = 56, Right = 539, Bottom = 780;

    public static byte[] Pdf(Invoice invoice)
    {
        var page = new PdfPage(595, 842).Title($"{invoice.Title} {invoice.Body.InvoiceNumber}");
        page.Add();
        Head(page, invoice);
        var (texts, top) = (invoice.Texts, 290.0);
        top = Titles(page, invoice, top);
        foreach (var line in invoice.Sale.Lines)
        {
            if (top > Bottom - 160)
            {
                page.Add();
                top = Titles(page, invoice, 60);
            }
            page.Text(Left, top, $"{line.Quantity}");
            page.Text(Left + 60, top, Cut(line.Name, 52));
            page.TextTo(Right - 90, top, invoice.Locale.Figure(line.UnitPrice));
            page.TextTo(Right, top, invoice.Figure(line.Total));
            top += line.Discount.IsZero ? 16 : 12;
            if (line.Discount.IsZero)
                continue;
            page.Text(Left + 60, top, texts.With("receipt.discount", invoice.Locale.Figure(line.Discount)),
                8);
            top += 14;
        }
        page.Rule(Left, Right, top + 4);
        top += 14;
        foreach (var tax in invoice.Sale.Taxes)
        {
            page.TextTo(Right - 90, top,
                $"{texts["receipt.net"]} {invoice.Figure(tax.Net)}   {texts["receipt.tax"]} "
                + invoice.Locale.Rate(tax.RateBasisPoints));
            page.TextTo(Right, top, invoice.Figure(tax.Tax));
            top += 16;
        }
        page.TextTo(Right - 90, top, texts.With("receipt.total", invoice.Sale.Total.Currency), 12,
            bold: true);
        page.TextTo(Right, top, invoice.Figure(invoice.Sale.Total), 12, bold: true);
        page.Text(Left, top + 36, invoice.Paid);
        page.Code(Left, top + 60, 2, invoice.Body.InvoiceNumber);
        return page.ToBytes();
    }

    public static string Html(Invoice invoice)
    {
        var texts = invoice.Texts;
        var html = new StringBuilder("<!doctype html>\n<html lang=\"").Append(invoice.Locale.Language)
            .Append(
                "\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                + "content=\"width=device-width\">\n<title>")
            .Append(E($"{invoice.Title} {invoice.Body.InvoiceNumber}")).Append("</title>\n<style>")
            .Append(
                "body{font:15px/1.5 sans-serif;max-width:44em;margin:2em auto;padding:0 1em}"
                + "table{width:100%;")
            .Append(
                "border-collapse:collapse}th,td{text-align:left;padding:.3em 0;border-bottom:1px solid #ccc}")
            .Append("td.n,th.n{text-align:right}svg{width:8em}</style>\n<body>\n");
        if (invoice.Head.Training)
            html.Append("<p><strong>").Append(E(texts["paper.training"])).Append("</strong></p>\n");
        html.Append("<p><strong>").Append(E(invoice.Head.MerchantName)).Append("</strong><br>")
            .Append(Lines(invoice.Head.StoreAddress)).Append("</p>\n<h1>").Append(E(invoice.Title)).Append(
                "</h1>\n<p>")
            .Append(E(texts["invoice.number"])).Append(' ').Append(E(invoice.Body.InvoiceNumber)).Append(
                "<br>")
            .Append(E(invoice.About)).Append("<br>").Append(E(texts["invoice.date"])).Append(": ")
            .Append(E(invoice.Locale.Time(invoice.Header.At))).Append("</p>\n<h2>").Append(E(
                texts["invoice.to"]))
            .Append("</h2>\n<p>").Append(E(invoice.Party.Name)).Append("<br>").Append(Lines(
                invoice.Party.Address));
        if (invoice.Party.TaxNumber is { } number)
            html.Append("<br>").Append(E(texts.With("invoice.taxNumber", number)));
        html.Append("</p>\n<table>\n<tr><th>").Append(E(texts["invoice.quantity"])).Append("</th><th>")
            .Append(E(texts["invoice.item"])).Append("</th><th class=\"n\">").Append(E(
                texts["invoice.price"]))
            .Append("</th><th class=\"n\">").Append(E(texts["invoice.amount"])).Append("</th></tr>\n");
        foreach (var line in invoice.Sale.Lines)
            html.Append("<tr><td>").Append(line.Quantity).Append("</td><td>").Append(E(line.Name))
                .Append("</td><td class=\"n\">").Append(E(invoice.Locale.Figure(line.UnitPrice)))
                .Append("</td><td class=\"n\">").Append(E(invoice.Figure(line.Total))).Append("</td></tr>\n");
        foreach (var tax in invoice.Sale.Taxes)
            Sum(html, $"{texts["receipt.net"]} {invoice.Figure(tax.Net)}, {texts["receipt.tax"]} "
                + invoice.Locale.Rate(tax.RateBasisPoints), invoice.Figure(tax.Tax));
        Sum(html, texts.With("receipt.total", invoice.Sale.Total.Currency),
            invoice.Figure(invoice.Sale.Total));
        return html.Append("</table>\n<p>").Append(E(invoice.Paid)).Append("</p>\n")
            .Append(PaperPages.Svg(invoice.Body.InvoiceNumber)).Append("\n</body>\n</html>\n").ToString();
    }

    private static void Head(PdfPage page, Invoice invoice)
    {
        var (texts, top) = (invoice.Texts, 50.0);
        page.Text(Left, top, invoice.Head.MerchantName, 14, bold: true);
        foreach (var line in invoice.Head.StoreAddress)
            page.Text(Left, top += 15, Cut(line, 70));
        if (invoice.Head.Training)
            page.TextTo(Right, 50, texts["paper.training"], 12, bold: true);
        page.Text(Left, 140, texts["invoice.to"], 8);
        top = 154;
        foreach (var line in invoice.Party.Address.Prepend(invoice.Party.Name))
        {
            page.Text(Left, top, Cut(line, 48));
            top += 14;
        }
        if (invoice.Party.TaxNumber is { } number)
            page.Text(Left, top, texts.With("invoice.taxNumber", number));
        page.TextTo(Right, 140, invoice.Title, 16, bold: true);
        page.TextTo(Right, 164, $"{texts["invoice.number"]} {invoice.Body.InvoiceNumber}");
        page.TextTo(Right, 180, texts["invoice.date"], 8);
        page.TextTo(Right, 191, invoice.Locale.Time(invoice.Header.At));
        page.TextTo(Right, 208, invoice.About, 8);
    }

    private static double Titles(PdfPage page, Invoice invoice, double top)
    {
        var texts = invoice.Texts;
        page.Text(Left, top, texts["invoice.quantity"], 9, bold: true);
        page.Text(Left + 60, top, texts["invoice.item"], 9, bold: true);
        page.TextTo(Right - 90, top, texts["invoice.price"], 9, bold: true);
        page.TextTo(Right, top, texts["invoice.amount"], 9, bold: true);
        page.Rule(Left, Right, top + 14);
        return top + 22;
    }

    private static void Sum(StringBuilder html, string name, string figure) => html
        .Append("<tr><td colspan=\"3\" class=\"n\">").Append(E(name)).Append("</td><td class=\"n\">").Append(
            E(figure))
        .Append("</td></tr>\n");

    private static string Lines(IEnumerable<string> lines) => string.Join("<br>", lines.Select(E));

    private static string E(string text) => PaperPages.Encode(text);

    private static string Cut(string text, int most) => text.Length > most ? text[..(most - 1)] + "…" : text;
}
