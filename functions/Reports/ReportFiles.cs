using System.Text;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Receipts;

namespace CloudPos.Functions.Reports;

/// <summary>
/// The newest version of each report as files, so that a person finds it without asking a server:
/// <c>reports/{merchant}-{date}-{currency}.html</c>, <c>.csv</c>, <c>.pdf</c> below the data folder. The
/// versions in the tables are what counts; a file that cannot be written is logged, and written with the next
/// version.
/// Under the Functions host none is written.
/// </summary>
internal sealed partial class ReportFiles(BackOfficeOptions options, ILogger<ReportFiles> log)
{
    public void Write(ReportVersion version)
    {
        if (options.FunctionsHostPort is not null)
            return;
        var folder = Path.Combine(options.Data, "reports");
        var figures = version.Figures;
        var name = Path.Combine(
            folder, $"{figures.Merchant}-{Printed.Date(figures.Date)}-{figures.Currency}");
        try
        {
            Directory.CreateDirectory(folder);
            Replace(name + ".html", Encoding.UTF8.GetBytes(ReportHtml.Of(version)));
            Replace(name + ".csv", ReportCsv.Of(version));
            Replace(name + ".pdf", ReportPdf.Of(version));
            if (figures.Outages.Count > 0)
                Replace(name + "-outage.html", Encoding.UTF8.GetBytes(OutageLetter.Html(version)));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(fault, name);
        }
    }

    private static void Replace(string path, byte[] content)
    {
        var beside = $"{path}.{Id.New()}.tmp";
        File.WriteAllBytes(beside, content);
        File.Move(beside, path, overwrite: true);
    }

    [LoggerMessage(1801, LogLevel.Warning, "The report {Name} could not be written as files.")]
    private partial void LogNotWritten(Exception fault, string name);
}
