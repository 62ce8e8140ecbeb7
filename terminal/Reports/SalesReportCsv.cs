using System.Globalization;
using System.Text;
using CloudPos.Languages;

namespace CloudPos.Terminal.Reports;

/// <summary>
/// A sales report as CSV (RFC 4180): one figure a row, in the store's language. Amounts have the store's
/// decimal sign and no groups, and a semicolon stands between fields where that sign is a comma, so that a
/// spreadsheet of the store's own language opens it and adds it up. A text that a spreadsheet would run as a
/// formula is kept from it by an apostrophe.
/// </summary>
internal static class SalesReportCsv
{
    private const string FormulaStarts = "=+-@\t\r";

    private static readonly string[] Heads = ["by", "key", "name", "count", "quantity", "amount", "currency"];

    public static string Of(SalesReport report, Locale locale)
    {
        var (text, texts) = (new StringBuilder(), locale.Texts);
        var between = locale.DecimalPoint == "," ? ';' : ',';
        Row(text, between, [.. Heads.Select(head => texts[$"csv.{head}"])]);
        (string By, IReadOnlyList<ReportLine> Lines)[] sections =
        [
            ("day", report.Days), ("weekBefore", report.DaysWeekBefore), ("hour", report.Hours),
            ("product", report.Products), ("category", report.Categories), ("cashier", report.Cashiers),
            ("tender", report.Tenders), ("tip", report.Tips), ("customer", report.Customers),
        ];
        foreach (var (by, lines) in sections)
            foreach (var line in lines)
                Row(text, between, [
                    texts[$"csv.{by}"], Safe(line.Key), Safe(line.Name), Digits(line.Count),
                    Digits(line.Quantity), AmountOf(line.Amount, locale), line.Amount.Currency.Code,
                ]);
        return text.ToString();
    }

    private static void Row(StringBuilder text, char between, IReadOnlyList<string> fields) => text
        .AppendJoin(between, fields.Select(field => Quoted(field, between))).Append("\r\n");

    private static string Quoted(string field, char between) =>
        !field.Contains(between) && field.AsSpan().IndexOfAny("\"\r\n") < 0
        ? field
        : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Safe(string field) =>
        field.Length > 0 && FormulaStarts.Contains(field[0], StringComparison.Ordinal) ? $"'{field}" : field;

    private static string Digits(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The figure of "12.34 EUR".</summary>
    private static string AmountOf(Money amount, Locale locale) => amount.ToString().Split(' ')[0].Replace(
        ".", locale.DecimalPoint, StringComparison.Ordinal);
}
