using System.Globalization;
using System.Text;
using CloudPos.Functions.Receipts;

namespace CloudPos.Functions.Reports;

/// <summary>
/// Tables for people and screen readers: a caption, headings with their scope, figures at the right edge.
/// Every text is escaped here and nowhere else.
/// </summary>
internal sealed class HtmlTable
{
    private readonly StringBuilder _html;

    /// <param name="columns">Headings; the first is that of the rows' names. One that begins with '#' heads
    /// figures.</param>
    public HtmlTable(StringBuilder html, string caption, params IReadOnlyList<string> columns)
    {
        _html = html;
        html.Append("<table>\n<caption>").Append(Printed.Html(caption)).Append("</caption>\n<thead><tr>");
        foreach (var column in columns)
            html.Append(column.StartsWith('#') ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
                .Append(Printed.Html(column.TrimStart('#'))).Append("</th>");
        html.Append("</tr></thead>\n<tbody>\n");
    }

    /// <summary>A row; the cells are texts, figures (count and amount, two cells), or amounts.</summary>
    public HtmlTable Row(string name, params IReadOnlyList<object> cells) => Row("", name, cells);

    /// <summary>The row that adds up those above it.</summary>
    public HtmlTable Sum(string name, params IReadOnlyList<object> cells) =>
        Row(" class=\"sum\"", name, cells);

    public void End() => _html.Append("</tbody></table>\n");

    private HtmlTable Row(string attribute, string name, IReadOnlyList<object> cells)
    {
        _html.Append(
            "<tr").Append(attribute).Append("><th scope=\"row\">").Append(Printed.Html(name)).Append("</th>");
        foreach (var cell in cells)
            switch (cell)
            {
                case Figure figure:
                    Number(figure.Count.ToString(CultureInfo.InvariantCulture));
                    Number(Printed.Figure(figure.Amount));
                    break;
                case Money amount:
                    Number(Printed.Figure(amount));
                    break;
                default:
                    _html.Append("<td>").Append(Printed.Html(cell.ToString() ?? "")).Append("</td>");
                    break;
            }
        _html.Append("</tr>\n");
        return this;
    }

    private void Number(string text) =>
        _html.Append("<td class=\"n\">").Append(Printed.Html(text)).Append("</td>");
}
