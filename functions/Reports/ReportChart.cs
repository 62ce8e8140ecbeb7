using System.Globalization;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace CloudPos.Functions.Reports;

/// <summary>
/// The chart of accepted against lost as SVG that stands inside the page. What it shows is also a table, for
/// whoever cannot see it. Bars are told apart by place, and on paper without colours by dark and light.
/// </summary>
internal static class ReportChart
{
    private const double Width = 720;
    private const double Height = 260;
    private const double BarWidth = 0.38;

    public static string Svg(ChartBlock chart, ReportWords say)
    {
        var svg = SvgExporter.ExportToString(Model(chart, say), Width, Height, isDocument: false);
        // The document type would be a second one inside the page.
        return svg[svg.IndexOf("<svg", StringComparison.Ordinal)..] + "\n";
    }

    private static PlotModel Model(ChartBlock chart, ReportWords say)
    {
        var divisor = Math.Pow(10, chart.Currency.MinorDigits);
        var model = new PlotModel
        {
            DefaultFont = "Arial", PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
            Culture = CultureInfo.InvariantCulture, PlotMargins = new OxyThickness(80, 8, 8, 28),
        };
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Left, Minimum = 0, MajorGridlineStyle = LineStyle.Dot,
            Title = say.Of("Amount, {0}", chart.Currency.Code), MinorTickSize = 0,
            AxisTitleDistance = 22,
        });
        model.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom, Minimum = -0.6, Maximum = Math.Max(0.6, chart.Days.Count - 0.4),
            MajorStep = Math.Max(1, Math.Ceiling(chart.Days.Count / 10.0)), MinorTickSize = 0,
            LabelFormatter = at => Math.Round(at) is >= 0 and var day && day < chart.Days.Count
                ? chart.Days[(int)day].Date.ToString("MM-dd", CultureInfo.InvariantCulture)
                : "",
        });
        var accepted = Bars(say.Of("Accepted offline"), OxyColor.FromRgb(0x1a, 0x6b, 0x2f));
        var lost = Bars(say.Of("Lost"), OxyColor.FromRgb(0xf6, 0xc3, 0xc3));
        for (var i = 0; i < chart.Days.Count; i++)
        {
            Add(accepted, i - BarWidth, i, chart.Days[i].AcceptedMinor / divisor);
            Add(lost, i, i + BarWidth, chart.Days[i].LostMinor / divisor);
        }
        model.Series.Add(accepted);
        model.Series.Add(lost);
        return model;
    }

    private static RectangleBarSeries Bars(string title, OxyColor color) => new()
    {
        Title = title, FillColor = color, StrokeColor = OxyColors.Black, StrokeThickness = 0.5,
    };

    private static void Add(RectangleBarSeries bars, double from, double to, double amount) =>
        bars.Items.Add(new RectangleBarItem(from, 0, to, amount));
}
