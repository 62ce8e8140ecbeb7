using System.Globalization;
using System.Text;

namespace CloudPos.Local.Printer;

/// <summary>A sheet as an SVG picture, a unit a dot, which any browser shows.</summary>
internal static class PaperPicture
{
    private const int Edge = 24;

    public static string Of(Sheet sheet)
    {
        var svg = new StringBuilder();
        var (width, height) = (sheet.Width + 2 * Edge, sheet.Height + 2 * Edge);
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" ")
            .Append(
                CultureInfo.InvariantCulture, $"height=\"{height}\">\n<rect width=\"100%\" height=\"100%\" ")
            .Append("fill=\"#fffdf6\"/>\n<g font-family=\"DejaVu Sans Mono,monospace\" font-size=\"20\" ")
            .Append(CultureInfo.InvariantCulture, $"transform=\"translate({Edge} {Edge})\">\n");
        foreach (var mark in sheet.Marks)
            Draw(svg, mark);
        return svg.Append("</g>\n</svg>\n").ToString();
    }

    private static void Draw(StringBuilder svg, Mark mark)
    {
        switch (mark)
        {
            case TextMark text:
                // The baseline lies 20 dots below the top of a character of 24.
                svg.Append(CultureInfo.InvariantCulture,
                    $"<text xml:space=\"preserve\" transform=\"translate({text.Left} {text.Top}) ")
                    .Append(CultureInfo.InvariantCulture, $"scale({text.Wide} {text.High})\" y=\"20\" ")
                    .Append(CultureInfo.InvariantCulture, $"textLength=\"{text.Text.Length * text.Column}\" ")
                    .Append("lengthAdjust=\"spacingAndGlyphs\"")
                    .Append(text.Bold ? " font-weight=\"bold\">" : ">")
                    .Append(System.Security.SecurityElement.Escape(text.Text)).Append("</text>\n");
                break;
            case PictureMark picture:
                Dots(svg, picture.Left, picture.Top, 1, RowsOf(picture));
                break;
            case QrMark qr:
                Dots(svg, qr.Left, qr.Top, qr.Dots, QrPicture.FieldsOf(qr.Content));
                break;
            default:
                throw new InvalidOperationException($"{mark.GetType().Name} cannot be drawn.");
        }
    }

    /// <summary>Runs of dark dots as one path.</summary>
    private static void Dots(StringBuilder svg, int left, int top, int size, IEnumerable<bool[]> rows)
    {
        svg.Append(CultureInfo.InvariantCulture,
            $"<path transform=\"translate({left} {top}) scale({size})\" shape-rendering=\"crispEdges\" d=\"");
        foreach (var (y, row) in rows.Index())
            for (var x = 0; x < row.Length; x++)
            {
                var from = x;
                while (x < row.Length && row[x])
                    x++;
                if (x > from)
                    svg.Append(CultureInfo.InvariantCulture, $"M{from} {y}h{x - from}v1h-{x - from}z");
            }
        svg.Append("\"/>\n");
    }

    private static IEnumerable<bool[]> RowsOf(PictureMark picture) =>
        picture.Rows.Chunk(picture.RowBytes).Select(
        row => row.SelectMany(eight => Enumerable.Range(0, 8).Select(bit => (eight >> (7 - bit) & 1) == 1))
            .ToArray());
}
