using CloudPos.Languages;

namespace CloudPos.Functions.Reports;

/// <summary>The report as one HTML page that prints on A4 and fetches nothing.</summary>
internal static class ReportHtml
{
    public static string Of(ReportVersion version, Locale? asked = null)
    {
        var say = ReportWords.In(asked ?? Locale.Of(version.Figures.Locale));
        var title = ReportContent.Title(version.Figures, say);
        return HtmlBlocks.Page(
            $"{version.Figures.MerchantName}, {title}, {say.Of("version {0}", version.Version)}", title,
            ReportContent.Lead(version, say), ReportContent.Of(version, say), say);
    }
}
