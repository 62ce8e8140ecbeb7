using System.Globalization;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>
/// A settlement report as blocks: first what a reader has to know (does it add up, is it complete), then
/// money, then detail. Pure.
/// </summary>
internal static class ReportContent
{
    public static string Title(SettlementFigures figures, ReportWords say) =>
        say.Of("Settlement report {0}, {1}", figures.Date, figures.Currency);

    public static IReadOnlyList<string> Lead(ReportVersion version, ReportWords say)
    {
        var figures = version.Figures;
        return
        [
            say.Of(
                "{0}, merchant {1}. Business date {2}. All amounts in {3}.", figures.MerchantName,
                figures.Merchant, figures.Date, figures.Currency),
            say.Of("Version {0}, made {1}.", version.Version, say.Utc(version.At))
            + (version.Changes.Count == 0 ? "" : " " + say.Of("What it changed is listed at the end.")),
        ];
    }

    public static IReadOnlyList<Block> Of(ReportVersion version, ReportWords say)
    {
        var figures = version.Figures;
        var page = new List<Block> { new FindingList(ReportFindings.Of(figures, say)) };
        Money(page, figures, say);
        Payments(page, version, say);
        ReportClearing.Write(page, figures, say);
        Taxes(page, figures, say);
        Breakdowns(page, figures, say);
        Completeness(page, figures, say);
        if (version.Changes.Count > 0)
        {
            page.Add(new Heading(say.Of(
                say.Language == "en" ? "What this version changed"
                    : "What this version changed, named as in the CSV")));
            page.Add(new Bullets(version.Changes));
        }
        return page;
    }

    private static void Money(
        List<Block> page, SettlementFigures figures, ReportWords say)
    {
        page.Add(new Heading(say.Of("Sales")));
        var zero = Figure.Zero(Currency.Parse(figures.Currency));
        page.Add(say.Table("What was sold, taken back and given back", ["", "#Number", "#Amount"])
            .Row(say.Of("Sales"), figures.Sales)
            .Row(say.Of("Voids"), Less(figures.Voids))
            .Row(say.Of("Refunds"), Less(figures.Refunds?.All ?? zero))
            .Sum(say.Of("Sales less voids and refunds"), "", figures.Net));
        page.Add(say.Table(figures.Tips is null ? "How the sales were paid" : "How sales and tips were paid",
            ["Means", "#Number", "#Amount"])
            .Row(say.Of("Cash"), figures.Cash)
            .Row(say.Of("Card"), figures.Card)
            .Row(say.Of("Other"), figures.Other)
            // A sale that is paid by two means counts with each: only the amounts make a sum.
            .Sum(
                say.Of(figures.Tips is null ? "Sales" : "Sales and tips"), "",
                figures.Cash.Amount + figures.Card.Amount + figures.Other.Amount));
        var backInCash = figures.CashReturned + (figures.Refunds?.Cash ?? zero);
        page.Add(say.Table("What is left of the cash", ["", "#Number", "#Amount"])
            .Row(say.Of("Cash taken"), figures.Cash)
            .Row(say.Of("Given back for voids"), Less(figures.CashReturned))
            .Row(say.Of("Given back for refunds"), Less(figures.Refunds?.Cash ?? zero))
            .Sum(say.Of("Cash of this date"), "", figures.Cash.Amount - backInCash.Amount));
        if (figures.Refunds is { Other.Count: > 0 } others)
            page.Add(new Paragraph(
                say.Of(
                    "By other means {0} were given back for refunds.", say.Figure(others.Other.Amount))));
        if (figures.Tips is { } tips)
            page.Add(say.Table("Tips, beside the sales and without tax", ["Means", "#Number", "#Amount"])
                .Row(say.Of("Cash"), tips.Cash)
                .Row(say.Of("Card"), tips.Card)
                .Row(say.Of("Other"), tips.Other)
                .Row(say.Of("Given back with voids and refunds"), tips.Returned)
                .Sum(say.Of("Tips less those given back"), "", tips.Net));
    }

    private static Figure Less(Figure figure) => figure with { Amount = -figure.Amount };

    private static void Payments(List<Block> page, ReportVersion version, ReportWords say)
    {
        var figures = version.Figures;
        page.Add(new Heading(say.Of("Card payments")));
        var places = say.Table("Where every accepted payment is now",
            ["Place", "#Online", "#Amount", "#Deferred", "#Amount", "#All", "#Amount"]);
        foreach (var line in figures.Buckets.Where(line => line.Total.Count > 0))
            places.Row(say.Of(Words.Of(line.Bucket)), line.Online, line.Deferred, line.Total);
        places.Sum(
            say.Of("Sum of the places"), Sum(figures, line => line.Online),
            Sum(figures, line => line.Deferred),
            figures.Proof.InBuckets);
        places.Row(
            say.Of(figures.Proof.Holds ? "Accepted by the sales: adds up"
                : "Accepted by the sales: DOES NOT ADD UP"),
            "", "", "", "", figures.Proof.Accepted);
        page.Add(places);
        if (figures.Refunds is { Places.Count: > 0 } or { Proof.Holds: false })
            page.Add(Refunds(figures.Refunds, say));
        if (figures.Deferred.Accepted.Count > 0)
            page.Add(Deferred(figures.Deferred, version.At, say));
        foreach (var outage in figures.Outages)
            page.Add(new Paragraph(OutageLetter.Sentence(outage, say)));
        if (figures.Schemes.Count == 0)
            return;
        var schemes = say.Table(
            "By scheme", ["Scheme", "#Online", "#Amount", "#Deferred", "#Amount", "#All", "#Amount"]);
        foreach (var line in figures.Schemes)
            schemes.Row(line.Name, line.Online, line.Deferred, line.Total);
        Figure Total(Func<SchemeLine, Figure> column) => figures.Schemes.Aggregate(
            Figure.Zero(Currency.Parse(figures.Currency)), (sum, line) => sum + column(line));
        page.Add(schemes.Sum(
            say.Of("All schemes"), Total(line => line.Online), Total(line => line.Deferred),
            Total(line => line.Total)));
    }

    private static TableBlock Refunds(RefundFigures refunds, ReportWords say)
    {
        var zero = Figure.Zero(refunds.All.Amount.Currency);
        var table = say.Table("Where everything given back to cards is now",
            ["Place", "#Refunds", "#Amount", "#Voids in a batch", "#Amount", "#All", "#Amount"]);
        foreach (var place in refunds.Places)
            table.Row(say.Of(Words.Of(place.Bucket)), place.Refunds, place.Voids, place.Total);
        table.Sum(
            say.Of("Sum of the places"), refunds.Proof.InBuckets,
            refunds.Places.Aggregate(zero, (sum, place) => sum + place.Voids),
            refunds.Places.Aggregate(zero, (sum, place) => sum + place.Total));
        return table.Row(
            say.Of(refunds.Proof.Holds ? "Given back by the refunds: adds up"
                : "Given back by the refunds: DOES NOT ADD UP"),
            refunds.Proof.Accepted, "", "", "", "");
    }

    private static TableBlock Deferred(DeferredFigures deferred, DateTimeOffset at, ReportWords say)
    {
        var since = deferred.PendingSince is { } oldest
            ? say.Of("Pending, the oldest for {0}", Age(at - oldest, say))
            : say.Of("Pending");
        var table = say.Table(
            "Payments accepted offline, at the merchant's risk", ["Outcome", "#Number", "#Amount"])
            .Row(say.Of("Approved since"), deferred.Approved)
            .Row(say.Of("Declined"), deferred.Declined)
            .Row(say.Of("Expired"), deferred.Expired);
        if (deferred.Recovered is { Count: > 0 } recovered)
            table.Row(say.Of("- of the declined and expired: recovered by a further try"), recovered);
        if (deferred.RecoveredByLink is { Count: > 0 } byLink)
            table.Row(say.Of("- of the recovered: paid by the customer with a payment link"), byLink);
        if (deferred.WrittenOff is { Count: > 0 } writtenOff)
            table.Row(say.Of("- of the declined and expired: written off"), writtenOff);
        return table.Row(since, deferred.Pending)
            .Row(say.Of("Cancelled or reversed"), deferred.CancelledOrReversed)
            .Row(say.Of("Not recorded"), deferred.NotRecorded)
            .Sum(say.Of("Accepted offline"), deferred.Accepted);
    }

    private static void Taxes(
        List<Block> page, SettlementFigures figures, ReportWords say)
    {
        page.Add(new Heading(say.Of("Value-added tax")));
        var table = say.Table(
            "Contained in sales less voids and refunds", ["Rate", "#Net", "#Tax", "#Gross"]);
        foreach (var line in figures.Vat)
            table.Row(say.Rate(line.RateBasisPoints), line.Net, line.Tax, line.Gross);
        if (figures.Vat.Count > 0)
            table.Sum(
                say.Of("All rates"), Total(figures.Vat, line => line.Net),
                Total(figures.Vat, line => line.Tax),
                Total(figures.Vat, line => line.Gross));
        page.Add(table);
    }

    private static void Breakdowns(
        List<Block> page, SettlementFigures figures, ReportWords say)
    {
        page.Add(new Heading(say.Of("By store, terminal and cashier")));
        var zero = Figure.Zero(Currency.Parse(figures.Currency));
        foreach (var (caption, sold, back, lines) in new[]
        {
            ("Store", "Sales by store", "Voids and refunds of this date by store", figures.Stores),
            ("Terminal", "Sales by terminal", "Voids and refunds of this date by terminal",
                figures.Terminals),
            ("Cashier", "Sales by cashier", "Voids and refunds of this date by cashier", figures.Cashiers),
        })
        {
            Figure All(Func<SalesLine, Figure> column) =>
                lines.Aggregate(zero, (sum, line) => sum + column(line));
            var table = say.Table(sold,
                [caption, "#Sales", "#Amount", "#Cash", "#Card online", "#Card deferred", "#Other"]);
            foreach (var line in lines.Where(line => line.Sales.Count > 0))
                table.Row(
                    say.Name(line.Name), line.Sales, line.Cash.Amount, line.Online.Amount,
                    line.Deferred.Amount, line.Other.Amount);
            page.Add(table.Sum(
                say.Of("All"), All(line => line.Sales), All(line => line.Cash).Amount,
                All(line => line.Online).Amount, All(line => line.Deferred).Amount,
                All(line => line.Other).Amount));
            var undone = say.Table(back,
                [caption, "#Voids", "#Amount", "#Refunds", "#Amount", "#Together"]);
            foreach (var line in lines)
                if (line is { Voids: { } voids, Refunds: { } refunds } && voids.Count + refunds.Count > 0)
                    undone.Row(say.Name(line.Name), voids, refunds, voids.Amount + refunds.Amount);
            if (undone.Rows.Count > 0)
                page.Add(undone.Sum(
                    say.Of("All"), All(line => line.Voids ?? zero), All(line => line.Refunds ?? zero),
                    All(line => line.Voids ?? zero).Amount + All(line => line.Refunds ?? zero).Amount));
        }
    }

    private static void Completeness(
        List<Block> page, SettlementFigures figures, ReportWords say)
    {
        page.Add(new Heading(say.Of("Completeness")));
        var stores = say.Table("Stores", ["Store", "State", "Closed first", "By"]);
        foreach (var store in figures.Closings)
            stores.Row($"{store.Store}, {store.Name}", say.Of(Words.Of(store.State)),
                store.FirstClosedAt is { } at ? say.Utc(at) : "",
                store.Forced
                    ? say.Of("{0}, although something was missing", say.Stored(store.By ?? ""))
                    : say.Stored(store.By ?? ""));
        page.Add(stores);
        Terminals(page, say, "Dark terminals", figures.Closings.SelectMany(store => store.Dark));
        Terminals(page, say, "Entries not applied", figures.Closings.SelectMany(store => store.Unapplied));
        if (figures.Stragglers.Count == 0)
            return;
        var late = say.Table("Stragglers", ["Receipt", "Store", "Terminal", "Arrived", "#Total"]);
        foreach (var sale in figures.Stragglers)
            late.Row(sale.ReceiptNumber, sale.Store, sale.Terminal, say.Utc(sale.StoredAt), sale.Total);
        page.Add(late);
    }

    private static void Terminals(
        List<Block> page, ReportWords say, string caption, IEnumerable<TerminalFinding> findings)
    {
        var listed = findings.ToList();
        if (listed.Count == 0)
            return;
        var table = say.Table(caption, ["Terminal", "Last contact", "Entries stored", "What is known"]);
        foreach (var finding in listed)
            table.Row(finding.Terminal, finding.LastContact is { } at ? say.Utc(at) : say.Of("never"),
                finding.Stored.ToString(CultureInfo.InvariantCulture), say.Stored(finding.Why));
        page.Add(table);
    }

    private static Figure Sum(SettlementFigures figures, Func<BucketLine, Figure> column) => figures.Buckets
        .Aggregate(Figure.Zero(Currency.Parse(figures.Currency)), (sum, line) => sum + column(line));

    private static Money Total(IEnumerable<VatLine> lines, Func<VatLine, Money> column) =>
        lines.Select(column).Aggregate((sum, amount) => sum + amount);

    private static string Age(TimeSpan age, ReportWords say) => age.TotalHours >= 48
        ? say.Of("{0} days", (long)age.TotalDays)
        : age.TotalMinutes >= 120
            ? say.Of("{0} hours", (long)age.TotalHours)
            : say.Of("{0} minutes", (long)Math.Max(0, age.TotalMinutes));
}
