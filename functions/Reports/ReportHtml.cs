namespace CloudPos.Functions.Reports;

/// <summary>The report as one HTML page that prints on A4 and fetches nothing.</summary>
internal static class ReportHtml
{
    public static string Of(ReportVersion version)
    {
        var title = ReportContent.Title(version.Figures);
        return HtmlBlocks.Page(
            $"{title}: {version.Figures.MerchantName}", title, ReportContent.Lead(version),
            ReportContent.Of(version));
    }
}
