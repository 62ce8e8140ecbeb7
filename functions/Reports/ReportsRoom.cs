using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Settlement;
using CloudPos.Languages;
using CloudPos.Wire;

namespace CloudPos.Functions.Reports;

/// <summary>
/// GET /api/backoffice/reports/{merchant}/{date}/{currency}?format=html|csv|json|pdf|outage&amp;version=
/// &amp;locale=, without which it is as the merchant writes; JSON and CSV are for programs, and the same
/// in every language.
/// </summary>
internal sealed class ReportApi(ReportVersions versions)
{
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Dates.TryParse(call.Route("date"), out var date)
            || !Currency.TryParse(call.Route("currency"), out var currency))
            return Answer.NotFound("such report");
        int? version = null;
        if (call.Query("version") is { } text)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return Answer.Refuse(ProblemCode.Malformed, "version", "A version is a whole number.");
            version = number;
        }
        var locale = call.Query("locale") is { } name ? Locale.Find(name) : null;
        if (locale is null && call.Query("locale") is not null)
            return Answer.Refuse(ProblemCode.Malformed, "locale",
                "Known are " + string.Join(", ", Locale.All.Select(one => one.Name)) + ".");
        if (await versions.Find(call.Route("merchant"), date, currency, version, cancel) is not { } report)
            return Answer.NotFound("such report; one is made when a day is closed");
        return (call.Query("format") ?? "json") switch
        {
            "json" => Answer.Text("application/json", Json(report)),
            "html" => Answer.Text("text/html; charset=utf-8", ReportHtml.Of(report, locale)),
            "csv" => new Answer(StatusCodes.Status200OK, "text/csv; charset=utf-8", ReportCsv.Of(report)),
            "pdf" => new Answer(StatusCodes.Status200OK, "application/pdf", ReportPdf.Of(report, locale)),
            "outage" => Answer.Text("text/html; charset=utf-8", OutageLetter.Html(report, locale)),
            _ => Answer.Refuse(
                ProblemCode.Malformed, "format", "A format is html, csv, json, pdf or outage."),
        };
    }

    /// <summary>One object: version, at and changes, and every figure beside them.</summary>
    internal static string Json(ReportVersion report)
    {
        var json = JsonSerializer.SerializeToNode(
            report.Figures, ReportsJson.Default.SettlementFigures)!.AsObject();
        json.Insert(0, "version", report.Version);
        json.Insert(1, "at", report.At);
        json.Insert(2, "changes", new JsonArray([.. report.Changes.Select(change => (JsonNode)change)]));
        return json.ToJsonString(ReportsJson.Default.Options);
    }
}

/// <summary>Settlement reports.</summary>
internal static class ReportsRoom
{
    public static IServiceCollection AddReports(this IServiceCollection services) => services
        .AddSingleton<ReportReader>()
        .AddSingleton<ReportFiles>()
        .AddSingleton<ReportVersions>()
        .AddSingleton<ReportApi>()
        .AddSingleton<RangeReport>();

    public static void MapReports(this FunctionTable functions)
    {
        var readers = Access.People(Role.Finance, Role.Manager);
        functions.Http<ReportApi>(
            "reports", "GET", "/api/backoffice/reports/{merchant}/{date}/{currency}", readers,
            api => api.Get);
        functions.Http<RangeReport>(
            "ranges", "GET", "/api/backoffice/ranges/{merchant}/{currency}", readers, range => range.Get);
    }
}
