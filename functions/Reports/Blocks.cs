using CloudPos.Languages;

namespace CloudPos.Functions.Reports;

/// <summary>
/// A piece of a report in reading order. Every format that is laid out is made of the same pieces, so none
/// says something else than the others.
/// </summary>
internal abstract record Block;

internal sealed record Heading(string Text) : Block;

/// <param name="IsMono">A digest, or the like: read digit by digit.</param>
internal sealed record Paragraph(string Text, bool IsMono = false) : Block;

/// <summary>What has to be known first, good or bad, in words.</summary>
internal sealed record FindingList(IReadOnlyList<Finding> Findings) : Block;

internal sealed record Bullets(IReadOnlyList<string> Texts) : Block;

/// <summary>Accepted against lost, one pair of bars a date.</summary>
internal sealed record ChartBlock(string Caption, Currency Currency, IReadOnlyList<ChartDay> Days) : Block;

/// <param name="LostMinor">Of what was accepted: declined or expired.</param>
internal sealed record ChartDay(DateOnly Date, long AcceptedMinor, long LostMinor);

/// <summary>A cell's text and whether it is a number, which stands at the right.</summary>
internal readonly record struct Cell(string Text, bool IsNumber);

/// <param name="IsSum">Ruled off above and doubly below.</param>
internal sealed record TableRow(string Name, IReadOnlyList<Cell> Cells, bool IsSum);

/// <summary>A table being filled; the columns are its headings, those of numbers begin with #.</summary>
internal sealed record TableBlock(string Caption, IReadOnlyList<string> Columns) : Block
{
    private readonly List<TableRow> _rows = [];

    public IReadOnlyList<TableRow> Rows => _rows;

    /// <summary>How its figures are written.</summary>
    public Locale Locale { get; init; } = Locale.Default;

    public TableBlock Row(string name, params ReadOnlySpan<object> cells) => Add(name, cells, false);

    public TableBlock Sum(string name, params ReadOnlySpan<object> cells) => Add(name, cells, true);

    private TableBlock Add(string name, ReadOnlySpan<object> cells, bool isSum)
    {
        var texts = new List<Cell>();
        foreach (var cell in cells)
            switch (cell)
            {
                case Figure figure:
                    texts.Add(new Cell(figure.Count.ToString(
                        System.Globalization.CultureInfo.InvariantCulture), true));
                    texts.Add(new Cell(Locale.Figure(figure.Amount), true));
                    break;
                case Money amount:
                    texts.Add(new Cell(Locale.Figure(amount), true));
                    break;
                default:
                    texts.Add(new Cell(cell.ToString() ?? "", false));
                    break;
            }
        _rows.Add(new TableRow(name, texts, isSum));
        return this;
    }
}
