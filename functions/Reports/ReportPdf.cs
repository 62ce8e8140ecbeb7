using System.Globalization;
using System.Text;
using CloudPos.Functions.Receipts;
using CloudPos.Languages;
using OxyPlot;

namespace CloudPos.Functions.Reports;

/// <summary>
/// Blocks as PDF on A4, in a font that every reader has, so none is embedded. Characters that its encoding
/// (Windows-1252) does not have become question marks; HTML and CSV have them all.
/// </summary>
internal sealed class ReportPdf
{
    private const double Left = 42;
    private const double Right = 553;
    private const double Top = 800;
    private const double Bottom = 50;
    private const double TextSize = 8.5;
    private const double LineHeight = 12;
    private const double CellGap = 10;

    /// <summary>What is as wide as its room may be wider by what adding and subtracting rounds.</summary>
    private const double Hair = 0.005;
    private const double WholeMax = 300;
    private const string Font = "Arial";

    private readonly PortableDocument _document = new();
    private readonly string _footer;
    private readonly int _pagesOfAll;
    private readonly ReportWords _say;
    private double _y;
    private int _pages;

    private ReportPdf(string footer, int pagesOfAll, ReportWords say)
    {
        (_footer, _pagesOfAll, _say) = (footer, pagesOfAll, say);
        NewPage();
    }

    public static byte[] Of(ReportVersion version, Locale? asked = null)
    {
        var say = ReportWords.In(asked ?? Locale.Of(version.Figures.Locale));
        var title = ReportContent.Title(version.Figures, say);
        return Of(
            title, ReportContent.Lead(version, say), ReportContent.Of(version, say),
            $"{version.Figures.MerchantName}, {title}, {say.Of("version {0}", version.Version)}", version.At,
            say);
    }

    /// <param name="at">What the document says of when it was made. The same report is the same bytes,
    /// whenever it is asked for.</param>
    public static byte[] Of(
        string title, IEnumerable<string> lead, IEnumerable<Block> blocks, string footer, DateTimeOffset at,
        ReportWords say)
    {
        // Laid out twice: each page says how many there are, and only the first run knows.
        List<Block> all = [.. blocks];
        List<string> first = [.. lead];
        var counted = new ReportPdf(footer, 0, say);
        counted.Lay(title, first, all);
        var pdf = new ReportPdf(footer, counted._pages, say);
        pdf.Lay(title, first, all);
        using var stream = new MemoryStream();
        pdf._document.Save(stream);
        var bytes = stream.ToArray();
        SetDate(bytes, at);
        return bytes;
    }

    private void Lay(string title, List<string> lead, List<Block> blocks)
    {
        _document.Title = WinAnsi(title);
        Text(title, 16, bold: true, after: 4);
        foreach (var line in lead)
            Text(line, TextSize, after: 1);
        _y -= 6;
        foreach (var block in blocks)
            Write(block);
    }

    /// <summary>The writer puts the clock of this machine there, and in its time zone.</summary>
    private static void SetDate(Span<byte> pdf, DateTimeOffset at)
    {
        var date = "/CreationDate (D:"u8;
        var place = pdf.IndexOf(date);
        if (place >= 0)
            Encoding.ASCII.GetBytes(
                at.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + "+00'00",
                pdf[(place + date.Length)..]);
    }

    private void Write(Block block)
    {
        switch (block)
        {
            case Heading heading:
                // A heading stays with what follows it.
                Need(120);
                _y -= 8;
                Text(heading.Text, 12, bold: true, after: 2);
                Rule(1);
                break;
            case Paragraph paragraph:
                Text(paragraph.Text, paragraph.IsMono ? 6.5 : TextSize, after: 2);
                break;
            case Bullets bullets:
                foreach (var text in bullets.Texts)
                    Text($"• {text}", TextSize, after: 1);
                break;
            case FindingList list:
                foreach (var finding in list.Findings)
                    Text(
                        (finding.IsGood ? "" : _say.Of("Look here: ").ToUpperInvariant())
                            + finding.Sentence, TextSize + 0.5,
                        bold: !finding.IsGood, after: 2);
                break;
            case TableBlock table:
                Write(table);
                break;
            case ChartBlock chart:
                Write(chart);
                break;
            default:
                throw new ArgumentException($"{block.GetType().Name} cannot be laid out.", nameof(block));
        }
    }

    private void Write(TableBlock table)
    {
        var widths = Widths(table);
        // A table that fits is not torn.
        var whole = (table.Rows.Count + 3) * (LineHeight + 3);
        Need(whole <= WholeMax ? whole : 4 * LineHeight);
        _y -= 6;
        Text(table.Caption, TextSize + 0.5, bold: true, after: 2);
        Heading(table, widths);
        foreach (var row in table.Rows)
        {
            var cells = Cells(row, table.Columns.Count);
            _document.SetFont(Font, TextSize, row.IsSum, false);
            var lines = cells.Select((cell, i) => Wrap(cell.Text, widths[i] - CellGap, TextSize)).ToList();
            if (Need(lines.Max(cell => cell.Count) * LineHeight + 4))
                Heading(table, widths);
            if (row.IsSum)
                Rule(0.8);
            Row(lines, cells, widths, bold: row.IsSum);
            Rule(row.IsSum ? 1.2 : 0.25);
        }
        _y -= 6;
    }

    private void Heading(TableBlock table, double[] widths)
    {
        var cells = table.Columns.Select(column => new Cell(column.TrimStart('#'), column.StartsWith('#')));
        List<Cell> all = [.. cells];
        _document.SetFont(Font, TextSize, true, false);
        Row([.. all.Select((cell, i) => Wrap(cell.Text, widths[i] - CellGap, TextSize))], all, widths, true);
        Rule(0.8);
    }

    private void Row(
        IReadOnlyList<IReadOnlyList<string>> lines, IReadOnlyList<Cell> cells, double[] widths, bool bold)
    {
        _document.SetFont(Font, TextSize, bold, false);
        var x = Left;
        for (var i = 0; i < cells.Count; i++)
        {
            for (var line = 0; line < lines[i].Count; line++)
            {
                var text = lines[i][line];
                var at = cells[i].IsNumber ? x + widths[i] - CellGap / 2 - Measure(text) : x;
                _document.DrawText(at, _y - (line + 1) * LineHeight + 1.5, text);
            }
            x += widths[i];
        }
        _y -= lines.Max(cell => cell.Count) * LineHeight - 1;
    }

    /// <summary>
    /// Each column as wide as its widest text; where that is too wide, texts give way as far as no word of
    /// them is torn.
    /// </summary>
    private double[] Widths(TableBlock table)
    {
        var count = table.Columns.Count;
        var (widths, least) = (new double[count], new double[count]);
        _document.SetFont(Font, TextSize, true, false);
        for (var i = 0; i < count; i++)
            foreach (var text in table.Rows.Select(row => Cells(row, count)[i].Text)
                .Append(table.Columns[i].TrimStart('#')))
            {
                widths[i] = Math.Max(widths[i], Measure(WinAnsi(text)) + CellGap);
                least[i] = Math.Max(
                    least[i], text.Split(' ').Max(word => Measure(WinAnsi(word))) + CellGap + 0.01);
            }
        var excess = widths.Sum() - (Right - Left);
        if (excess < 0)
            widths[0] -= excess;
        if (excess <= 0)
            return widths;
        var slack = widths.Sum() - least.Sum();
        var part = slack > 0 ? Math.Min(1, excess / slack) : 0;
        for (var i = 0; i < count; i++)
            widths[i] -= part * (widths[i] - least[i]);
        // Words that do not fit side by side are torn after all; what is lost in rounding tears none.
        var scale = excess > slack ? (Right - Left) / widths.Sum() : 1;
        for (var i = 0; i < count; i++)
            widths[i] *= scale;
        return widths;
    }

    private static List<Cell> Cells(TableRow row, int count)
    {
        List<Cell> cells = [new Cell(row.Name, false), .. row.Cells];
        while (cells.Count < count)
            cells.Add(new Cell("", false));
        return cells;
    }

    private void Write(ChartBlock chart)
    {
        const double height = 130;
        Need(height + 40);
        Text(chart.Caption, TextSize + 0.5, bold: true, after: 4);
        var (floor, most) = (_y - height, Math.Max(1, chart.Days.Max(day => day.AcceptedMinor)));
        var step = (Right - Left) / Math.Max(1, chart.Days.Count);
        for (var i = 0; i < chart.Days.Count; i++)
        {
            var (day, x) = (chart.Days[i], Left + i * step);
            Bar(x + step * 0.1, step * 0.4, day.AcceptedMinor, (0.10, 0.42, 0.18));
            Bar(x + step * 0.5, step * 0.4, day.LostMinor, (0.96, 0.76, 0.76));
            if (i % Math.Max(1, chart.Days.Count / 10) != 0)
                continue;
            _document.SetFont(Font, 6.5, false, false);
            _document.DrawText(
                x, floor - 9, day.Date.ToString("MM-dd", CultureInfo.InvariantCulture));
        }
        _document.SetLineWidth(0.8);
        _document.DrawLine(Left, floor, Right, floor);
        _y = floor - 14;
        Text(
            _say.Of(
                "Left bars: accepted offline; right bars: lost. The highest is {0}.",
                new Money(most, chart.Currency)), 7, after: 4);

        void Bar(double x, double width, long minor, (double R, double G, double B) color)
        {
            _document.SetFillColor(color.R, color.G, color.B);
            _document.FillRectangle(x, floor, width, height * minor / most);
            _document.SetFillColor(0, 0, 0);
            _document.SetLineWidth(0.5);
            if (minor > 0)
                _document.DrawRectangle(x, floor, width, height * minor / most);
        }
    }

    private void Text(string text, double size, bool bold = false, double after = 0)
    {
        _document.SetFont(Font, size, bold, false);
        foreach (var line in Wrap(text, Right - Left, size))
        {
            if (Need(size + 4))
                _document.SetFont(Font, size, bold, false);
            _y -= size + 3;
            _document.DrawText(Left, _y, line);
        }
        _y -= after;
    }

    private void Rule(double width)
    {
        _document.SetLineWidth(width);
        _document.DrawLine(Left, _y - 1, Right, _y - 1);
        _y -= 2;
    }

    /// <summary>Begins a page where so much does not fit; true when it did.</summary>
    private bool Need(double height)
    {
        if (_y - height >= Bottom)
            return false;
        NewPage();
        return true;
    }

    private void NewPage()
    {
        _document.AddPage(PageSize.A4);
        _pages++;
        _y = Top;
        _document.SetColor(0, 0, 0);
        _document.SetFillColor(0, 0, 0);
        _document.SetFont(Font, 7, false, false);
        _document.DrawText(Left, 30, WinAnsi(
            $"{_footer}, {_say.Of("page {0} of {1}", _pages, _pagesOfAll)}"));
    }

    /// <summary>Lines no wider than the room; a word that is wider is cut.</summary>
    private List<string> Wrap(string text, double width, double size)
    {
        var lines = new List<string>();
        var line = new StringBuilder();
        foreach (var word in WinAnsi(text).Split(' '))
        {
            var rest = word;
            while (rest.Length > 0 || word.Length == 0)
            {
                var candidate = line.Length == 0 ? rest : $"{line} {rest}";
                if (Measure(candidate) <= width + Hair || word.Length == 0)
                {
                    line.Clear().Append(candidate);
                    break;
                }
                if (line.Length > 0)
                {
                    lines.Add(line.ToString());
                    line.Clear();
                    continue;
                }
                var fits = Math.Max(1, rest.Length - 1);
                while (fits > 1 && Measure(rest[..fits]) > width)
                    fits--;
                lines.Add(rest[..fits]);
                rest = rest[fits..];
            }
        }
        lines.Add(line.ToString());
        return lines;
    }

    private double Measure(string text)
    {
        _document.MeasureText(text, out var width, out _);
        return width;
    }

    /// <summary>
    /// Each character as its code in Windows-1252: the writer takes the low byte of what it is given.
    /// </summary>
    private static string WinAnsi(string text)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(
            1252, new EncoderReplacementFallback("?"), DecoderFallback.ReplacementFallback)!;
        return Encoding.Latin1.GetString(encoding.GetBytes(Printed.Line(text)));
    }
}
