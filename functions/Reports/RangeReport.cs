using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Totals;
using CloudPos.Wire;

namespace CloudPos.Functions.Reports;

/// <summary>One business date of a range.</summary>
internal sealed record RangeDay(
    DateOnly Date, Figure Sales, Figure Voids, Figure Refunds, Figure Online, Figure Deferred, Figure Lost,
    Figure Pending);

/// <summary>A range of business dates from kept totals: days, schemes, tax, and where the money is.</summary>
internal sealed record RangeFigures(
    string Merchant, string MerchantName, DateOnly From, DateOnly To, string Currency,
    IReadOnlyList<RangeDay> Days, IReadOnlyList<SchemeLine> Schemes, IReadOnlyList<VatLine> Vat,
    FourWayView Money);

/// <summary>
/// The report over a range, made from the kept totals of terminals and days: no sale and no payment is read,
/// so a year costs what its days cost.
/// </summary>
internal sealed class RangeReport(
    Merchants merchants, MerchantPayments payments, TerminalDays days, FourWay fourWay)
{
    private const int DaysMax = 800;

    /// <summary>GET /api/backoffice/ranges/{merchant}/{currency}?from=&amp;to=&amp;format=json|html|pdf
    /// </summary>
    public async Task<Answer> Get(Call call, CancellationToken cancel)
    {
        if (!Names.IsMerchant(call.Route("merchant"))
            || !Currency.TryParse(call.Route("currency"), out var currency)
            || await merchants.Find(call.Route("merchant"), cancel) is not { } merchant)
            return Answer.NotFound("such merchant and currency");
        if (Dates.Range(call, DaysMax, out var from, out var to) is { } refusal)
            return refusal;
        var figures = await Of(merchant.Id, merchant.Name, currency, from, to, cancel);
        var title = $"Report {Printed.Date(from)} to {Printed.Date(to)}, {currency.Code}";
        string[] lead = [$"{merchant.Name}, merchant {merchant.Id}. All amounts in {currency.Code}."];
        return (call.Query("format") ?? "json") switch
        {
            "json" => Answer.Json(figures, RangeJson.Default.RangeFigures),
            "html" => Answer.Text("text/html; charset=utf-8", HtmlBlocks.Page(
                $"{title}: {merchant.Name}", title, lead, Blocks(figures))),
            "pdf" => new Answer(StatusCodes.Status200OK, "application/pdf", ReportPdf.Of(
                title, lead, Blocks(figures), $"{merchant.Name}, {title}")),
            _ => Answer.Refuse(ProblemCode.Malformed, "format", "A format is json, html or pdf."),
        };
    }

    public async Task<RangeFigures> Of(
        string merchant, string name, Currency currency, DateOnly from, DateOnly to,
        CancellationToken cancel)
    {
        var (byDate, all) = (new SortedDictionary<DateOnly, DayTallies>(), new DayTallies());
        foreach (var terminal in await payments.TerminalsOf(merchant, cancel))
            foreach (var (date, tallies) in await days.Read(terminal.Terminal, from, to, cancel))
            {
                if (!byDate.TryGetValue(date, out var day))
                    byDate[date] = day = new DayTallies();
                foreach (var (key, tally) in tallies.All)
                {
                    day.Add(key, tally);
                    all.Add(key, tally);
                }
            }
        return new RangeFigures(
            merchant, name, from, to, currency.Code,
            [.. byDate.Select(day => Day(day.Key, day.Value, currency))],
            Schemes(all, currency), Vat(all, currency),
            await fourWay.Of(merchant, currency, from, to, cancel));
    }

    public static IReadOnlyList<Block> Blocks(RangeFigures figures)
    {
        var currency = Currency.Parse(figures.Currency);
        var zero = Figure.Zero(currency);
        Figure Sum(Func<RangeDay, Figure> column) =>
            figures.Days.Aggregate(zero, (sum, day) => sum + column(day));
        var table = new TableBlock("Day by day",
            [
                "Date", "#Sales", "#Amount", "#Voids", "#Refunds", "#Card online", "#Card deferred", "#Lost",
                "#Pending",
            ]);
        foreach (var day in figures.Days)
            table.Row(Printed.Date(day.Date), day.Sales, day.Voids.Amount, day.Refunds.Amount,
                day.Online.Amount, day.Deferred.Amount, day.Lost.Amount, day.Pending.Amount);
        table.Sum("All days", Sum(day => day.Sales), Sum(day => day.Voids).Amount,
            Sum(day => day.Refunds).Amount, Sum(day => day.Online).Amount,
            Sum(day => day.Deferred).Amount, Sum(day => day.Lost).Amount,
            Sum(day => day.Pending).Amount);
        var places = new TableBlock("Where what the till took by card is", ["Place", "#Amount"]);
        foreach (var bucket in figures.Money.Buckets.Where(bucket => !bucket.Amount.IsZero))
            places.Row(bucket.Name, bucket.Amount);
        places.Sum(
            figures.Money.Holds ? "The till says: adds up" : "The till says: DOES NOT ADD UP",
            figures.Money.Till.Amount);
        var legs = new TableBlock("Four ways to say it", ["", "#Amount"])
            .Row("Till: taken by card", figures.Money.Till.Amount)
            .Row("Till: given back to cards", figures.Money.GivenBack ?? zero.Amount)
            .Row("Acquirer: approved", figures.Money.Authorised.Amount)
            .Row("Cleared in sealed batches", figures.Money.Cleared)
            .Row("Bank: paid out for them", figures.Money.Bank);
        var tax = new TableBlock("Value-added tax", ["Rate", "#Net", "#Tax", "#Gross"]);
        foreach (var line in figures.Vat)
            tax.Row(Printed.Rate(line.RateBasisPoints), line.Net, line.Tax, line.Gross);
        return
        [
            new Heading("Days"),
            .. figures.Days.Count == 0 ? Array.Empty<Block>() :
            [
                new ChartBlock(
                    "Accepted offline (left, green) and lost of it (right, red), by day", currency,
                    [
                        .. figures.Days.Select(day => new ChartDay(
                            day.Date, day.Deferred.Amount.Minor, day.Lost.Amount.Minor)),
                    ]),
            ],
            table, new Heading("Money"), legs, places, new Heading("Tax"), tax,
        ];
    }

    private static RangeDay Day(DateOnly date, DayTallies day, Currency currency) => new(
        date, At(day, currency, "sales"), At(day, currency, "voids"), At(day, currency, "refunds"),
        Under(day, currency, "card", $"{Approval.Online}"),
        Under(day, currency, "card", $"{Approval.Deferred}"),
        Under(day, currency, "place", $"{Approval.Deferred}", $"{Bucket.Declined}")
            + Under(day, currency, "place", $"{Approval.Deferred}", $"{Bucket.Expired}"),
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
