using System.Net;
using System.Text;
using CloudPos.Papers;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Invoices;

/// <summary>A receipt's paper as a PDF of the roll's width, and as a page of HTML that loads
/// nothing.</summary>
internal static class PaperPages
{
    /// <summary>80 mm in points.</summary>
    private const double RollWidth = 226.8;
    private const double Edge = 12, Size = 8, LineHeight = 10;

    public static byte[] Pdf(ReceiptPaper paper, string title)
    {
        const double field = 2;
        var code = paper.Code is { } content ? QrFields.Of(content).Count * field + 2 * Edge : 0;
        var page = new PdfPage(
            RollWidth, 2 * Edge + code + paper.Lines.Sum(line => HeightOf(line.Style))).Title(title);
        page.Add();
        var top = Edge;
        foreach (var line in paper.Lines)
        {
            // Courier is 0.6 wide: 42 columns at 8 points are 201.6.
            page.Text(Edge, top, line.Text, Size, line.Style.HasFlag(PaperStyle.Bold), "Courier");
            top += HeightOf(line.Style);
        }
        if (paper.Code is { } qr)
            page.Code((RollWidth - (code - 2 * Edge)) / 2, top + Edge, field, qr);
        return page.ToBytes();
    }

    public static string Html(ReceiptPaper paper, string language, string title)
    {
        var html = new StringBuilder("<!doctype html>\n<html lang=\"")
            .Append(language).Append("\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" ")
            .Append("content=\"width=device-width\">\n<title>").Append(Encode(title))
            .Append(
                "</title>\n<style>body{font:14px/1.3 monospace;white-space:pre;width:42ch;margin:2em auto}")
            .Append(
                "h1{font-size:1em;margin:0}svg{display:block;width:10em;margin:1em auto}</style>\n<body>");
        foreach (var line in paper.Lines)
            if (line.Style.HasFlag(PaperStyle.Bold))
                html.Append("<b>").Append(Encode(line.Text)).Append("</b>\n");
            else
                html.Append(Encode(line.Text)).Append('\n');
        if (paper.Code is { } code)
            html.Append(QrFields.Svg(code));
        return html.Append("</body>\n</html>\n").ToString();
    }

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static double HeightOf(PaperStyle style) => style.HasFlag(
        PaperStyle.Tall) ? LineHeight * 1.5 : LineHeight;
}
