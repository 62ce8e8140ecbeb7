using System.Globalization;

namespace CloudPos.Benchmarks;

/// <summary>A table as Markdown, so that it can be copied into the README as it is.</summary>
internal sealed class ResultTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params object[] cells) => _rows.Add([.. cells.Select(Text)]);

    public async Task Print()
    {
        await Console.Out.WriteLineAsync(Line(columns));
        await Console.Out.WriteLineAsync(Line(columns.Select(_ => "---")));
        foreach (var row in _rows)
            await Console.Out.WriteLineAsync(Line(row));
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>Three digits that mean something; what lies behind them is noise.</summary>
    private static string Text(object cell) => cell switch
    {
        double number when double.IsNaN(number) => "-",
        double number when Math.Abs(number) >= 100 => number.ToString("#,0", CultureInfo.InvariantCulture),
        double number when Math.Abs(number) >= 10 => number.ToString("0.0", CultureInfo.InvariantCulture),
        double number => number.ToString("0.00", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => cell.ToString() ?? "",
    };
}
