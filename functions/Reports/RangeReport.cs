using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Languages;
using CloudPos.Wire;

namespace CloudPos.Functions.Reports;

/// <summary>
/// The report over a range, made from the kept totals of terminals and days: no sale and no payment is read,
/// so a year costs what its days cost.
/// </summary>
internal sealed class RangeReport(
    TablePort tables, Merchants merchants, Stores stores, MerchantPayments payments, TerminalDays days,
    FourWay fourWay)
{
    private const int DaysMax = 800;

    /// <summary>
    /// GET /api/backoffice/ranges/{merchant}/{currency}?from=&amp;to=&amp;format=html|pdf|csv|json
    /// &amp;locale=
    /// </summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Currency.TryParse(call.Route("currency"), out var currency)
            || await merchants.Find(call.Route("merchant"), cancel) is not { } merchant)
            return Answer.NotFound("such merchant and currency");
        if (Dates.Range(call, DaysMax, out var from, out var to) is { } refusal)
            return refusal;
        var locale = call.Query("locale") is { } asked ? Locale.Find(asked) : null;
        if (locale is null && call.Query("locale") is not null)
            return Answer.Refuse(ProblemCode.Malformed, "locale",
                "Known are " + string.Join(", ", Locale.All.Select(one => one.Name)) + ".");
        var figures = await Of(merchant.Id, merchant.Name, currency, from, to, cancel) with
        {
            Locale = await LocaleOf(merchant, cancel),
        };
        return (call.Query("format") ?? "json") switch
        {
            "json" => Answer.Json(figures, RangeJson.Default.RangeFigures),
            "html" => Answer.Text("text/html; charset=utf-8", RangeContent.Html(figures, locale)),
            "csv" => new Answer(
                StatusCodes.Status200OK, "text/csv; charset=utf-8", RangeContent.Csv(figures)),
            "pdf" => new Answer(
                StatusCodes.Status200OK, "application/pdf", RangeContent.Pdf(figures, locale)),
            _ => Answer.Refuse(ProblemCode.Malformed, "format", "A format is html, pdf, csv or json."),
        };
    }

    private async Task<string?> LocaleOf(Merchant merchant, CancellationToken cancel)
    {
        var named = new List<string?>();
        foreach (var id in (await payments.TerminalsOf(merchant.Id, cancel))
            .Select(terminal => terminal.Store).Distinct())
            if (await stores.Find(id, cancel) is { } store)
                named.Add(store.Locale == Locale.Default ? null : store.Locale.Name);
        return ReportWords.LocaleOf(merchant.Locale, named);
    }

    public async Task<RangeFigures> Of(
        string merchant, string name, Currency currency, DateOnly from, DateOnly to,
        CancellationToken cancel)
    {
        var (byDate, all) = (new SortedDictionary<DateOnly, DayTallies>(), new DayTallies());
        var terminals = await payments.TerminalsOf(merchant, cancel);
        var groups = new RangeGroups(currency, terminals);
        var stamps = new List<RebuildStamp>();
        foreach (var terminal in terminals)
        {
            if (await RebuildTotals.StampOf(tables, terminal.Terminal, cancel) is { } stamp)
                stamps.Add(stamp);
            foreach (var (date, tallies) in await days.Read(terminal.Terminal, from, to, cancel))
            {
                groups.Add(terminal.Terminal, tallies);
                if (!byDate.TryGetValue(date, out var day))
                    byDate[date] = day = new DayTallies();
                foreach (var (key, tally) in tallies.All)
                {
                    day.Add(key, tally);
                    all.Add(key, tally);
                }
            }
        }
        return new RangeFigures(
            merchant, name, from, to, currency.Code,
            [
                .. byDate.Where(day => day.Value.All.Keys.Any(key => key.StartsWith(
                    currency.Code + "/", StringComparison.Ordinal)))
                    .Select(day => Day(day.Key, day.Value, currency)),
            ],
            Schemes(all, currency), Vat(all, currency),
            await fourWay.Of(merchant, currency, from, to, cancel))
        {
            Stores = groups.ByStore(), Terminals = groups.ByTerminal(), Cashiers = groups.ByCashier(),
            Rebuilt = stamps.MaxBy(stamp => stamp.At),
        };
    }

    private static RangeDay Day(DateOnly date, DayTallies day, Currency currency) => new(
        date, At(day, currency, "sales"), At(day, currency, "voids"), At(day, currency, "refunds"),
        Under(day, currency, "card", $"{Approval.Online}"),
        Under(day, currency, "card", $"{Approval.Deferred}"),
        Under(day, currency, "place", $"{Approval.Deferred}", $"{Bucket.Declined}")
            + Under(day, currency, "place", $"{Approval.Deferred}", $"{Bucket.Expired}")
            - At(day, currency, "recovered"),
        Under(day, currency, "place", $"{Approval.Deferred}", $"{Bucket.Pending}"));

    private static IReadOnlyList<SchemeLine> Schemes(DayTallies all, Currency currency) =>
    [
        .. Parts(all, currency, "card").Select(parts => parts[3]).Distinct().Order(StringComparer.Ordinal)
            .Select(scheme => new SchemeLine(
                scheme, At(all, currency, "card", $"{Approval.Online}", scheme),
                At(all, currency, "card", $"{Approval.Deferred}", scheme))),
    ];

    private static IReadOnlyList<VatLine> Vat(DayTallies all, Currency currency) =>
    [
        .. Parts(all, currency, "tax").Select(parts => parts[2]).Distinct()
            .OrderBy(rate => int.Parse(rate, CultureInfo.InvariantCulture))
            .Select(rate => new VatLine(
                int.Parse(rate, CultureInfo.InvariantCulture),
                At(all, currency, "tax", rate, "net").Amount, At(all, currency, "tax", rate, "tax").Amount,
                At(all, currency, "tax", rate, "gross").Amount)),
    ];

    private static IEnumerable<string[]> Parts(DayTallies all, Currency currency, string section) =>
        all.All.Keys.Select(key => key.Split('/'))
            .Where(parts => parts[0] == currency.Code && parts[1] == section);

    private static Figure At(DayTallies day, Currency currency, params ReadOnlySpan<string> parts)
    {
        var tally = day.All.GetValueOrDefault(Contributions.Key(currency, parts));
        return new Figure(tally.Count, new Money(tally.Minor, currency));
    }

    private static Figure Under(DayTallies day, Currency currency, params ReadOnlySpan<string> parts)
    {
        var prefix = Contributions.Key(currency, parts) + "/";
        var tally = day.All.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Aggregate(default(Tally), (sum, pair) => sum + pair.Value);
        return new Figure(tally.Count, new Money(tally.Minor, currency));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    WriteIndented = true)]
[JsonSerializable(typeof(RangeFigures))]
internal sealed partial class RangeJson : JsonSerializerContext;
