using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Reports;

/// <summary>
/// What was sold on some business dates, from the totals that each sale kept; voids count where they
/// happened. Beside it the same days a week earlier. Immutable.
/// </summary>
/// <param name="Net">Sales less voids and refunds.</param>
/// <param name="AtRisk">Of the net, cards that were accepted at the merchant's risk.</param>
internal sealed record SalesReport(
    DateOnly From,
    DateOnly Through,
    long Sales,
    long TakenBack,
    Money Net,
    Money NetWeekBefore,
    Money AtRisk,
    IReadOnlyList<ReportLine> Days,
    IReadOnlyList<ReportLine> DaysWeekBefore,
    IReadOnlyList<ReportLine> Hours,
    IReadOnlyList<ReportLine> Products,
    IReadOnlyList<ReportLine> Categories,
    IReadOnlyList<ReportLine> Cashiers,
    IReadOnlyList<ReportLine> Tenders,
    IReadOnlyList<ReportLine> Customers)
{
    /// <summary>Beside the net, by kind of tender; part of what the tenders brought.</summary>
    public IReadOnlyList<ReportLine> Tips { get; init; } = [];

    /// <summary>More days than this are no report for a till.</summary>
    public const int DaysMax = 92;

    private const int LinesMax = 100;
    private const string DeferredCard = "Card.Deferred";

    public static SalesReport Of(TerminalStore store, Currency currency, DateOnly from, DateOnly through)
    {
        var zero = Money.Zero(currency);
        var totals = store.Figures(FigureDimension.Total, from, through);
        var before = store.Figures(FigureDimension.Total, from.AddDays(-7), through.AddDays(-7));
        var cashiers = store.CashierNames;
        var tenders = Lines(store, FigureDimension.Tender, from, through, key => key);
        return new SalesReport(
            from, through,
            totals.Where(figure => figure.Key == "sale").Sum(figure => figure.Count),
            totals.Where(figure => figure.Key != "sale").Sum(figure => figure.Count),
            Sum(totals, zero), Sum(before, zero),
            tenders.FirstOrDefault(line => line.Key == DeferredCard)?.Amount ?? zero,
            DaysOf(store, from, through), DaysOf(store, from.AddDays(-7), through.AddDays(-7)),
            [.. Lines(store, FigureDimension.Hour, from, through, key => key)
                .OrderBy(line => line.Key, StringComparer.Ordinal)],
            Lines(store, FigureDimension.Product, from, through, sku => store.FindProduct(sku)?.Name ?? sku),
            Lines(store, FigureDimension.Category, from, through, key => key),
            Lines(store, FigureDimension.Cashier, from, through,
                key => cashiers.GetValueOrDefault(key) ?? key),
            tenders,
            Lines(store, FigureDimension.Customer, from, through,
                key => store.FindCustomer(Id.Parse(key))?.Data.Name ?? ""))
        {
            Tips = Lines(store, FigureDimension.Tip, from, through, key => key),
        };
    }

    /// <summary>The largest first.</summary>
    private static IReadOnlyList<ReportLine> Lines(
        TerminalStore store, FigureDimension dimension, DateOnly from, DateOnly through,
        Func<string, string> nameOf) =>
        [.. store.Figures(dimension, from, through).Take(LinesMax).Select(figure => new ReportLine(
            figure.Key, nameOf(figure.Key), figure.Count, figure.Quantity, figure.Amount))];

    private static IReadOnlyList<ReportLine> DaysOf(TerminalStore store, DateOnly from, DateOnly through) =>
        [.. store.FiguresByDay(from, through).Select(day => new ReportLine(
            $"{day.Date:yyyy-MM-dd}", $"{day.Date:yyyy-MM-dd}", day.Count, 0, day.Amount))];

    private static Money Sum(IReadOnlyList<Figure> figures, Money zero) =>
        figures.Aggregate(zero, (sum, figure) => sum + figure.Amount);
}

/// <param name="Name">For people; the key where there is none.</param>
internal sealed record ReportLine(string Key, string Name, long Count, long Quantity, Money Amount);
