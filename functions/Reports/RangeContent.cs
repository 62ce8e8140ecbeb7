using CloudPos.Functions.Funding;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Totals;
using CloudPos.Languages;

namespace CloudPos.Functions.Reports;

/// <summary>A report over a range as a page, as PDF and as CSV. Nothing is computed but sums. Pure.</summary>
internal static class RangeContent
{
    public static string Html(RangeFigures figures, Locale? asked = null)
    {
        var say = ReportWords.In(asked ?? Locale.Of(figures.Locale));
        return HtmlBlocks.Page(
            $"{Title(figures, say)}: {figures.MerchantName}", Title(figures, say), Lead(figures, say),
            Blocks(figures, say), say);
    }

    public static byte[] Pdf(RangeFigures figures, Locale? asked = null)
    {
        var say = ReportWords.In(asked ?? Locale.Of(figures.Locale));
        return ReportPdf.Of(
            Title(figures, say), Lead(figures, say), Blocks(figures, say),
            $"{figures.MerchantName}, {Title(figures, say)}",
            new DateTimeOffset(figures.To.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero), say);
    }

    public static byte[] Csv(RangeFigures figures) => ReportCsv.Of(
        ["merchant", "from", "to", "currency"],
        [figures.Merchant, Printed.Date(figures.From), Printed.Date(figures.To), figures.Currency],
        Lines(figures));

    private static string Title(RangeFigures figures, ReportWords say) =>
        say.Of("Report {0} to {1}, {2}", figures.From, figures.To, figures.Currency);

    private static IEnumerable<string> Lead(RangeFigures figures, ReportWords say) =>
    [
        say.Of(
            "{0}, merchant {1}. All amounts in {2}.", figures.MerchantName, figures.Merchant,
            figures.Currency),
    ];

    /// <summary>Every figure as a row: days, schemes, tax, places, and by whom and where.</summary>
    private static IEnumerable<FigureLine> Lines(RangeFigures figures)
    {
        foreach (var day in figures.Days)
            foreach (var (column, figure) in new[]
            {
                ("sales", day.Sales), ("voids", day.Voids), ("refunds", day.Refunds),
                ("card online", day.Online), ("card deferred", day.Deferred), ("lost", day.Lost),
                ("pending", day.Pending),
            })
                yield return Line("Day", Printed.Date(day.Date), column, figure);
        foreach (var scheme in figures.Schemes)
        {
            yield return Line("Scheme", scheme.Name, "online", scheme.Online);
            yield return Line("Scheme", scheme.Name, "deferred", scheme.Deferred);
        }
        foreach (var line in figures.Vat)
        {
            var rate = Printed.Rate(line.RateBasisPoints);
            yield return new FigureLine("VAT", rate, "net", null, line.Net);
            yield return new FigureLine("VAT", rate, "tax", null, line.Tax);
            yield return new FigureLine("VAT", rate, "gross", null, line.Gross);
        }
        var money = figures.Money;
        yield return Line("Four ways", "Till: taken by card", "", money.Till);
        yield return new FigureLine("Four ways", "Till: given back to cards", "", null, money.GivenBack);
        yield return Line("Four ways", "Acquirer: approved", "", money.Authorised);
        yield return new FigureLine("Four ways", "Cleared in sealed batches", "", null, money.Cleared);
        yield return new FigureLine("Four ways", "Bank: paid out for them", "", null, money.Bank);
        if (!money.BeyondExpected.IsZero)
            yield return new FigureLine("Four ways", "Bank: beyond them", "", null, money.BeyondExpected);
        foreach (var bucket in money.Buckets)
            yield return new FigureLine("Place", bucket.Name, "", null, bucket.Amount);
        foreach (var both in money.PaidTwice)
            yield return new FigureLine(
                "Paid back twice", both.Payment.ToString(), both.Terminal, null, both.Amount,
                $"refund {string.Join(", ", both.Refunds)}, chargeback {string.Join(", ", both.Cases)}");
        foreach (var (section, groups) in new[]
        {
            ("Store", figures.Stores), ("Terminal", figures.Terminals), ("Cashier", figures.Cashiers),
        })
            foreach (var group in groups)
            {
                yield return Line(section, group.Name, "sales", group.Sales);
                yield return Line(section, group.Name, "voids", group.Voids);
                yield return Line(section, group.Name, "refunds", group.Refunds);
            }

        static FigureLine Line(string section, string name, string column, Figure figure) =>
            new(section, name, column, figure.Count, figure.Amount);
    }

    private static TableBlock Groups(
        string caption, string column, IReadOnlyList<RangeGroup> groups, Figure zero, ReportWords say)
    {
        var table = say.Table(caption,
            [column, "#Sales", "#Amount", "#Voids", "#Amount", "#Refunds", "#Amount", "#Left"]);
        foreach (var one in groups)
            table.Row(
                say.Name(one.Name), one.Sales, one.Voids, one.Refunds,
                one.Sales.Amount - one.Voids.Amount - one.Refunds.Amount);
        var all = groups.Aggregate(new RangeGroup(say.Of("All"), zero, zero, zero), (sum, one) => sum with
        {
            Sales = sum.Sales + one.Sales, Voids = sum.Voids + one.Voids,
            Refunds = sum.Refunds + one.Refunds,
        });
        return table.Sum(
            all.Name, all.Sales, all.Voids, all.Refunds,
            all.Sales.Amount - all.Voids.Amount - all.Refunds.Amount);
    }

    private static IReadOnlyList<Block> Blocks(RangeFigures figures, ReportWords say)
    {
        if (figures.Days.Count == 0)
            return [new Paragraph(say.Of(
                "Nothing was sold or given back in {0} in this time.", figures.Currency))];
        var currency = Currency.Parse(figures.Currency);
        var zero = Figure.Zero(currency);
        Figure Sum(Func<RangeDay, Figure> column) =>
            figures.Days.Aggregate(zero, (sum, day) => sum + column(day));
        var table = say.Table("Day by day",
            [
                "Date", "#Sales", "#Amount", "#Voids", "#Refunds", "#Card online", "#Card deferred", "#Lost",
                "#Pending",
            ]);
        foreach (var day in figures.Days)
            table.Row(say.Date(day.Date), day.Sales, day.Voids.Amount, day.Refunds.Amount,
                day.Online.Amount, day.Deferred.Amount, day.Lost.Amount, day.Pending.Amount);
        table.Sum(say.Of("All days"), Sum(day => day.Sales), Sum(day => day.Voids).Amount,
            Sum(day => day.Refunds).Amount, Sum(day => day.Online).Amount,
            Sum(day => day.Deferred).Amount, Sum(day => day.Lost).Amount,
            Sum(day => day.Pending).Amount);
        var places = say.Table("Where what the till took by card is", ["Place", "#Amount"]);
        foreach (var bucket in figures.Money.Buckets.Where(bucket => !bucket.Amount.IsZero))
            places.Row(say.Stored(bucket.Name), bucket.Amount);
        places.Sum(
            say.Of(figures.Money.Holds ? "The till says: adds up" : "The till says: DOES NOT ADD UP"),
            figures.Money.Till.Amount);
        var legs = say.Table("Four ways to say it", ["", "#Amount"])
            .Row(say.Of("Till: taken by card"), figures.Money.Till.Amount)
            .Row(say.Of("Till: given back to cards"), figures.Money.GivenBack ?? zero.Amount)
            .Row(say.Of("Acquirer: approved"), figures.Money.Authorised.Amount)
            .Row(say.Of("Cleared in sealed batches"), figures.Money.Cleared)
            .Row(say.Of("Bank: paid out for them"), figures.Money.Bank);
        if (!figures.Money.BeyondExpected.IsZero)
            legs.Row(say.Of("Bank: beyond them, no part of the till"), figures.Money.BeyondExpected);
        var tax = say.Table("Value-added tax", ["Rate", "#Net", "#Tax", "#Gross"]);
        foreach (var line in figures.Vat)
            tax.Row(say.Rate(line.RateBasisPoints), line.Net, line.Tax, line.Gross);
        if (figures.Vat.Count > 0)
            tax.Sum(
                say.Of("All rates"), Total(line => line.Net), Total(line => line.Tax),
                Total(line => line.Gross));
        Money Total(Func<VatLine, Money> column) =>
            figures.Vat.Aggregate(zero.Amount, (sum, line) => sum + column(line));
        return
        [
            new Heading(say.Of("Days")),
            new ChartBlock(
                say.Of("Accepted offline (left, dark) and lost of it (right, light), by day"), currency,
                [
                    .. figures.Days.Select(day => new ChartDay(
                        day.Date, day.Deferred.Amount.Minor, day.Lost.Amount.Minor)),
                ]),
            table, new Heading(say.Of("Money")), legs, places,
            .. PaidTwice(figures.Money.PaidTwice, say),
            new Heading(say.Of("Tax")), tax,
            new Heading(say.Of("By store, terminal and cashier")),
            Groups("By store", "Store", figures.Stores, zero, say),
            Groups("By terminal", "Terminal", figures.Terminals, zero, say),
            Groups("By cashier", "Cashier", figures.Cashiers, zero, say),
            .. Rebuilt(figures.Rebuilt, say),
        ];
    }

    private static IEnumerable<Block> PaidTwice(IReadOnlyList<PaidTwiceCase> cases, ReportWords say) =>
        cases.Count == 0
            ? []
            : [new FindingList([.. cases.Select(one => ReportFindings.PaidTwice(one, say))])];

    private static IEnumerable<Block> Rebuilt(RebuildStamp? stamp, ReportWords say) => stamp is null
        ? []
        :
        [
            new Paragraph(say.Of(
                "The kept totals were counted anew {0} by {1}: of terminal {2} {3} days were put right.",
                say.Utc(stamp.At), stamp.By, stamp.Terminal, stamp.Days)),
        ];
}
