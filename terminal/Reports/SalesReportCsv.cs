using System.Globalization;
using System.Text;

namespace CloudPos.Terminal.Reports;

/// <summary>
/// A sales report as CSV (RFC 4180): one figure a row, amounts with a point, so that a spreadsheet adds them
/// up. A text that a spreadsheet would run as a formula is kept from it by an apostrophe.
/// </summary>
internal static class SalesReportCsv
{
    private const string FormulaStarts = "=+-@\t\r";

    public static string Of(SalesReport report)
    {
        var text = new StringBuilder();
        Row(text, "by", "key", "name", "count", "quantity", "amount", "currency");
        (string By, IReadOnlyList<ReportLine> Lines)[] sections =
        [
            ("day", report.Days), ("day a week before", report.DaysWeekBefore), ("hour", report.Hours),
            ("product", report.Products), ("category", report.Categories), ("cashier", report.Cashiers),
            ("tender", report.Tenders), ("tip", report.Tips), ("customer", report.Customers),
        ];
        foreach (var (by, lines) in sections)
            foreach (var line in lines)
                Row(text, by, Safe(line.Key), Safe(line.Name), Digits(line.Count), Digits(line.Quantity),
                    AmountOf(line.Amount), line.Amount.Currency.Code);
        return text.ToString();
    }

    private static void Row(StringBuilder text, params ReadOnlySpan<string> fields)
    {
        for (var index = 0; index < fields.Length; index++)
            text.Append(index == 0 ? "" : ",").Append(Quoted(fields[index]));
        text.Append("\r\n");
    }

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(",\"\r\n") < 0
        ? field
        : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Safe(string field) =>
        field.Length > 0 && FormulaStarts.Contains(field[0], StringComparison.Ordinal) ? $"'{field}" : field;

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The figure of "12.34 EUR".</summary>
    private static string AmountOf(Money amount) => amount.ToString().Split(' ')[0];
}
