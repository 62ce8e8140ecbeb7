using System.Globalization;
using CloudPos.Functions.Receipts;
using CsvHelper;

namespace CloudPos.Functions.Reports;

/// <summary>
/// Reports as CSV (RFC 4180, UTF-8): one figure a row, behind what says of which report it is. Amounts are in
/// the currency's own decimals with a point, so that a spreadsheet adds them up; a text that a spreadsheet
/// would run as a formula is escaped.
/// </summary>
internal static class ReportCsv
{
    public static byte[] Of(ReportVersion version) => Of(
        ["merchant", "businessDate", "currency", "version"],
        [
            version.Figures.Merchant, Printed.Date(version.Figures.Date), version.Figures.Currency,
            version.Version.ToString(CultureInfo.InvariantCulture),
        ],
        FigureLines.Of(version.Figures));

    public static byte[] Of(
        IReadOnlyList<string> columns, IReadOnlyList<string> values, IEnumerable<FigureLine> lines)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(
            stream, new CsvWriterOptions { Injection = CsvInjection.Escape, NewLine = "\r\n" },
                leaveOpen: true))
        {
            csv.WriteRecord([.. columns, "section", "name", "column", "count", "amount", "text"]);
            foreach (var line in lines)
                Write(csv, values, line);
        }
        return stream.ToArray();
    }

    private static void Write(CsvWriter csv, IReadOnlyList<string> values, FigureLine line)
    {
        foreach (var value in values)
            csv.WriteField(value);
        csv.WriteField(line.Section);
        csv.WriteField(Printed.Line(line.Name));
        csv.WriteField(line.Column);
        csv.WriteField(line.Count, "");
        csv.WriteField(
            line.Amount is { } amount
                ? decimal.Parse(Printed.Figure(amount), CultureInfo.InvariantCulture) : (decimal?)null, "");
        csv.WriteField(Printed.Line(line.Text));
        csv.EndRecord();
    }
}
