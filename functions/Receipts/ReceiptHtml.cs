using System.Text;

namespace CloudPos.Functions.Receipts;

/// <summary>
/// A receipt as HTML: one table for each kind of figure, styles inline, nothing fetched from anywhere.
/// </summary>
internal static class ReceiptHtml
{
    private const string Number = " style=\"text-align:right;padding:2px 0 2px 16px;white-space:nowrap\"";
    private const string Cell = " style=\"text-align:left;padding:2px 0;vertical-align:top\"";

    public static string Of(ReceiptDocument receipt)
    {
        var html = new StringBuilder();
        var (texts, locale) = (receipt.Texts, receipt.Locale);
        html.Append("<!doctype html>\n<html lang=\"").Append(locale.Language)
            .Append("\"><head><meta charset=\"utf-8\"><title>")
            .Append(Printed.Html(receipt.Subject))
            .Append("</title></head>\n<body style=\"font-family:sans-serif;color:#111;max-width:34em\">\n");
        html.Append("<h1 style=\"font-size:1.3em;margin-bottom:0\">").Append(
            Printed.Html(receipt.Merchant)).Append("</h1>\n<p>")
            .AppendJoin("<br>", receipt.Address.Select(Printed.Html)).Append("</p>\n");
        if (receipt.Notice.Length > 0)
            html.Append("<p style=\"border:1px solid #111;padding:8px\"><strong>").Append(
                Printed.Html(receipt.Notice))
                .Append("</strong></p>\n");
        html.Append("<p>").Append(texts["mail.receipt"]).Append(" <strong>")
            .Append(Printed.Html(receipt.Sale.ReceiptNumber)).Append("</strong><br>")
            .Append(Printed.Html(locale.Time(receipt.Header.At))).Append("<br>")
            .Append(texts["mail.terminal"]).Append(' ').Append(Printed.Html(receipt.TerminalId)).Append(", ")
            .Append(texts["mail.merchant"]).Append(' ').Append(Printed.Html(receipt.MerchantId))
            .Append("</p>\n");
        Lines(html, receipt);
        Tenders(html, receipt);
        Taxes(html, receipt);
        html.Append("<p>").Append(Printed.Html(ReceiptText.Thanks(receipt)))
            .Append("</p>\n</body></html>\n");
        return html.ToString();
    }

    private static void Lines(StringBuilder html, ReceiptDocument receipt)
    {
        var (texts, locale) = (receipt.Texts, receipt.Locale);
        Open(
            html, texts["mail.sold"], texts["mail.article"], texts["mail.quantity"], texts["mail.each"],
            receipt.Sale.Total.Currency.Code);
        foreach (var line in receipt.Sale.Lines)
        {
            var name = line.Discount.IsZero
                ? line.Name
                : $"{line.Name} ({texts.With("receipt.discount", locale.Figure(line.Discount))})";
            Row(html, name, $"{line.Quantity}", locale.Figure(line.UnitPrice), locale.Figure(line.Total));
        }
        html.Append(
            "<tr><th scope=\"row\"").Append(Cell).Append('>').Append(texts["mail.total"])
            .Append("</th><td></td><td></td><td").Append(Number)
            .Append("><strong>").Append(
                Printed.Html(locale.Amount(receipt.Sale.Total))).Append("</strong></td></tr>\n</table>\n");
    }

    private static void Tenders(StringBuilder html, ReceiptDocument receipt)
    {
        var texts = receipt.Texts;
        Open(html, texts["mail.paid"], texts["mail.means"], receipt.Sale.Total.Currency.Code);
        if (!receipt.Sale.Tip.IsZero)
        {
            Row(html, texts["mail.goods"], receipt.Locale.Figure(receipt.Sale.Total));
            Row(html, texts["receipt.tip"], receipt.Locale.Figure(receipt.Sale.Tip));
        }
        foreach (var tender in receipt.Tenders)
        {
            var lines = tender.Details.Prepend(tender.Name).Select(Printed.Html);
            html.Append("<tr><td").Append(Cell).Append('>').AppendJoin("<br>", lines).Append("</td>");
            Figure(html, receipt.Locale.Figure(tender.Amount));
            html.Append("</tr>\n");
        }
        html.Append("</table>\n");
    }

    private static void Taxes(StringBuilder html, ReceiptDocument receipt)
    {
        var (texts, locale) = (receipt.Texts, receipt.Locale);
        Open(
            html, texts["mail.taxes"], texts["mail.rate"], texts["mail.net"], texts["mail.tax"],
            texts["mail.gross"]);
        foreach (var tax in receipt.Sale.Taxes)
            Row(
                html, locale.Rate(tax.RateBasisPoints), locale.Figure(tax.Net), locale.Figure(tax.Tax),
                locale.Figure(tax.Gross));
        html.Append("</table>\n");
    }

    private static void Open(
        StringBuilder html, string caption, string first, params IReadOnlyList<string> figures)
    {
        html.Append("<table style=\"border-collapse:collapse;width:100%;margin-bottom:1em\">\n")
            .Append("<caption style=\"text-align:left;font-weight:bold;border-bottom:1px solid #111\">")
            .Append(caption).Append("</caption>\n<tr><th scope=\"col\"").Append(Cell).Append('>')
            .Append(first).Append("</th>");
        foreach (var figure in figures)
            html.Append("<th scope=\"col\"").Append(Number).Append('>').Append(figure).Append("</th>");
        html.Append("</tr>\n");
    }

    private static void Row(StringBuilder html, string first, params IReadOnlyList<string> figures)
    {
        html.Append("<tr><td").Append(Cell).Append('>').Append(Printed.Html(first)).Append("</td>");
        foreach (var figure in figures)
            Figure(html, figure);
        html.Append("</tr>\n");
    }

    private static void Figure(StringBuilder html, string figure) =>
        html.Append("<td").Append(Number).Append('>').Append(Printed.Html(figure)).Append("</td>");
}
