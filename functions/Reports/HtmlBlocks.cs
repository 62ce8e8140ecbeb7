using System.Globalization;
using System.Text;
using CloudPos.Functions.Receipts;
using CloudPos.Languages;

namespace CloudPos.Functions.Reports;

/// <summary>
/// Blocks as HTML, for people and screen readers: tables with a caption and headings that say their scope,
/// figures at the right edge. Every text is escaped here and nowhere else.
/// </summary>
internal static class HtmlBlocks
{
    private const int ShortMax = 12;

    /// <summary>A whole page that fetches nothing.</summary>
    public static string Page(
        string title, string heading, IEnumerable<string> lead, IEnumerable<Block> blocks,
        ReportWords? words = null)
    {
        var say = words ?? ReportWords.In(Locale.Default);
        var html = new StringBuilder();
        html.Append("<!doctype html>\n<html lang=\"").Append(say.Language)
            .Append("\"><head><meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>")
            .Append(Printed.Html(title)).Append("</title>\n<style>\n").Append(ReportStyle.Css)
            .Append('\n').Append(Foot(title, say))
            .Append("\n</style></head>\n<body>\n<header><h1>").Append(Printed.Html(heading))
            .Append("</h1>\n");
        foreach (var line in lead)
            html.Append("<p>").Append(Printed.Html(line)).Append("</p>\n");
        html.Append("</header>\n<main>\n");
        foreach (var block in blocks)
            Write(html, block, say);
        return html.Append("</main></body></html>\n").ToString();
    }

    /// <summary>
    /// What stands below each page on paper: which document it is, and which page of how many.
    /// </summary>
    private static string Foot(string title, ReportWords say) =>
        "@page { @bottom-left { content: \"" + InStyle(title) + "\"; font: 7pt Arial, sans-serif } "
        + "@bottom-right { content: \""
        + say.Of("page {0} of {1}", "\" counter(page) \"", "\" counter(pages) \"")
        + "\"; font: 7pt Arial, sans-serif } }";

    /// <summary>As a string of the style sheet: all but plain characters by their numbers.</summary>
    private static string InStyle(string text) => string.Concat(Printed.Line(text).EnumerateRunes().Select(
        rune => rune.IsAscii && (Rune.IsLetterOrDigit(rune) || " ,.:-".Contains((char)rune.Value))
            ? rune.ToString()
            : string.Create(CultureInfo.InvariantCulture, $"\\{rune.Value:x} ")));

    private static void Write(StringBuilder html, Block block, ReportWords say)
    {
        switch (block)
        {
            case Heading heading:
                html.Append("<h2>").Append(Printed.Html(heading.Text)).Append("</h2>\n");
                break;
            case Paragraph paragraph:
                html.Append(paragraph.IsMono ? "<p class=\"mono\">" : "<p>")
                    .Append(Printed.Html(paragraph.Text)).Append("</p>\n");
                break;
            case Bullets bullets:
                html.Append("<ul>\n");
                foreach (var text in bullets.Texts)
                    html.Append("<li>").Append(Printed.Html(text)).Append("</li>\n");
                html.Append("</ul>\n");
                break;
            case FindingList list:
                // Colour says nothing that the words do not.
                html.Append("<ul class=\"facts\" aria-label=\"").Append(say.Of("Findings")).Append("\">\n");
                foreach (var finding in list.Findings)
                    html.Append(finding.IsGood
                            ? "<li>" : $"<li class=\"bad\"><strong>{say.Of("Look here: ")}</strong>")
                        .Append(Printed.Html(finding.Sentence)).Append("</li>\n");
                html.Append("</ul>\n");
                break;
            case TableBlock table:
                Write(html, table);
                break;
            case ChartBlock chart:
                html.Append("<figure><figcaption>").Append(Printed.Html(chart.Caption))
                    .Append("</figcaption>\n").Append(ReportChart.Svg(chart, say)).Append("</figure>\n");
                break;
            default:
                throw new ArgumentException($"{block.GetType().Name} cannot be laid out.", nameof(block));
        }
    }

    private static void Write(StringBuilder html, TableBlock table)
    {
        html.Append("<table>\n<caption>").Append(Printed.Html(table.Caption))
            .Append("</caption>\n<thead><tr>");
        foreach (var column in table.Columns)
            html.Append(column.StartsWith('#') ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
                .Append(Printed.Html(column.TrimStart('#'))).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            // A date or a terminal is not to be torn at its hyphens; a name may be.
            html.Append(row.IsSum ? "<tr class=\"sum\">" : "<tr>")
                .Append(row.Name.Length <= ShortMax ? "<th scope=\"row\" class=\"k\">" : "<th scope=\"row\">")
                .Append(Printed.Html(row.Name)).Append("</th>");
            foreach (var cell in row.Cells)
                html.Append(cell.IsNumber ? "<td class=\"n\">" : "<td>").Append(Printed.Html(cell.Text))
                    .Append("</td>");
            html.Append("</tr>\n");
        }
        html.Append("</tbody></table>\n");
    }
}
