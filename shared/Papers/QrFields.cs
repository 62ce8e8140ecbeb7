using System.Globalization;
using System.Net;
using System.Text;
using QRCoder;

namespace CloudPos.Papers;

/// <summary>The fields of a QR code, for what no printer draws: HTML and PDF.</summary>
public static class QrFields
{
    /// <summary>Rows of fields without the quiet zone; true is dark.</summary>
    public static List<bool[]> Of(string content)
    {
        const int quiet = 4;
        using var generator = new QRCodeGenerator();
        using var code = generator.CreateQrCode(content, QRCodeGenerator.ECCLevel.M);
        var rows = code.ModuleMatrix;
        return [.. rows.Skip(quiet).Take(rows.Count - 2 * quiet).Select(row =>
            Enumerable.Range(quiet, rows.Count - 2 * quiet).Select(at => row[at]).ToArray())];
    }

    /// <summary>A code as a picture within a page.</summary>
    public static string Svg(string content)
    {
        var rows = Of(content);
        var svg = new StringBuilder();
        svg.Append(
                CultureInfo.InvariantCulture,
                $"<svg viewBox=\"-1 -1 {rows.Count + 2} {rows.Count + 2}\" role=\"img\" ")
            .Append("aria-label=\"").Append(WebUtility.HtmlEncode(content)).Append("\"><path d=\"");
        foreach (var (y, row) in rows.Index())
            foreach (var (x, dark) in row.Index())
                if (dark)
                    svg.Append(CultureInfo.InvariantCulture, $"M{x} {y}h1v1h-1z");
        return svg.Append("\"/></svg>").ToString();
    }
}
