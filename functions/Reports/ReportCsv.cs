using System.Globalization;
using CloudPos.Functions.Receipts;
using CsvHelper;

namespace CloudPos.Functions.Reports;

/// <summary>
/// The report as CSV (RFC 4180, UTF-8): one figure a row. Amounts are in the currency's own decimals with a
/// point, so that a spreadsheet adds them up; a text that a spreadsheet would run as a formula is escaped.
/// </summary>
internal static class ReportCsv
{
    public static byte[] Of(ReportVersion version)
    {
        using var stream = new MemoryStream();
        using (var csv = CsvWriter.Create(
            stream, new CsvWriterOptions { Injection = CsvInjection.Escape, NewLine = "\r\n" },
                leaveOpen: true))
        {
            csv.WriteRecord([
                "merchant", "businessDate", "currency", "version", "section", "name", "column", "count",
                    "amount", "text"]);
            foreach (var line in FigureLines.Of(version.Figures))
                Write(csv, version, line);
        }
        return stream.ToArray();
    }

    private static void Write(CsvWriter csv, ReportVersion version, FigureLine line)
    {
        csv.WriteField(version.Figures.Merchant);
        csv.WriteField(version.Figures.Date, "yyyy-MM-dd");
        csv.WriteField(version.Figures.Currency);
        csv.WriteField(version.Version, "", CultureInfo.InvariantCulture);
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
