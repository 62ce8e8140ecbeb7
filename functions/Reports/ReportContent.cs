using System.Globalization;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>
/// A settlement report as blocks: first what a reader has to know (does it add up, is it complete), then
/// money, then detail. Pure.
/// </summary>
internal static class ReportContent
{
    public static string Title(SettlementFigures figures) =>
        $"Settlement report {Printed.Date(figures.Date)}, {figures.Currency}";

    public static IReadOnlyList<string> Lead(ReportVersion version)
    {
        var figures = version.Figures;
        return
        [
            $"{figures.MerchantName}, merchant {figures.Merchant}. Business date "
            + $"{Printed.Date(figures.Date)}. All amounts in {figures.Currency}.",
            string.Create(CultureInfo.InvariantCulture,
                $"Version {version.Version}, made {Printed.Utc(version.At)}.")
            + (version.Changes.Count == 0 ? "" : " What it changed is listed at the end."),
        ];
    }

    public static IReadOnlyList<Block> Of(ReportVersion version)
    {
        var figures = version.Figures;
        var page = new List<Block> { new FindingList(ReportFindings.Of(figures)) };
        Money(page, figures);
        Payments(page, version);
        ReportClearing.Write(page, figures);
        Taxes(page, figures);
        Breakdowns(page, figures);
        Completeness(page, figures);
        if (version.Changes.Count > 0)
        {
            page.Add(new Heading("What this version changed"));
            page.Add(new Bullets(version.Changes));
        }
        return page;
    }

    private static void Money(List<Block> page, SettlementFigures figures)
    {
        page.Add(new Heading("Sales"));
        var zero = Figure.Zero(Currency.Parse(figures.Currency));
        page.Add(new TableBlock("What was sold, taken back and given back", ["", "#Number", "#Amount"])
            .Row("Sales", figures.Sales)
            .Row("Voids", Less(figures.Voids))
            .Row("Refunds", Less(figures.Refunds?.All ?? zero))
            .Sum("Sales less voids and refunds", "", figures.Net));
        page.Add(new TableBlock(
            figures.Tips is null ? "How the sales were paid" : "How sales and tips were paid",
            ["Means", "#Number", "#Amount"])
            .Row("Cash", figures.Cash)
            .Row("Card", figures.Card)
            .Row("Other", figures.Other)
            // A sale that is paid by two means counts with each: only the amounts make a sum.
            .Sum(
                figures.Tips is null ? "Sales" : "Sales and tips", "",
                figures.Cash.Amount + figures.Card.Amount + figures.Other.Amount));
        var backInCash = figures.CashReturned + (figures.Refunds?.Cash ?? zero);
        page.Add(new TableBlock("What is left of the cash", ["", "#Number", "#Amount"])
            .Row("Cash taken", figures.Cash)
            .Row("Given back for voids", Less(figures.CashReturned))
            .Row("Given back for refunds", Less(figures.Refunds?.Cash ?? zero))
            .Sum("Cash of this date", "", figures.Cash.Amount - backInCash.Amount));
        if (figures.Refunds is { Other.Count: > 0 } others)
            page.Add(new Paragraph(
                $"By other means {Printed.Figure(others.Other.Amount)} were given back for refunds."));
        if (figures.Tips is { } tips)
            page.Add(new TableBlock("Tips, beside the sales and without tax", ["Means", "#Number", "#Amount"])
                .Row("Cash", tips.Cash)
                .Row("Card", tips.Card)
                .Row("Other", tips.Other)
                .Row("Given back with voids and refunds", tips.Returned)
                .Sum("Tips less those given back", "", tips.Net));
    }

    private static Figure Less(Figure figure) => figure with { Amount = -figure.Amount };

    private static void Payments(List<Block> page, ReportVersion version)
    {
        var figures = version.Figures;
        page.Add(new Heading("Card payments"));
        var places = new TableBlock(
            "Where every accepted payment is now",
            ["Place", "#Online", "#Amount", "#Deferred", "#Amount", "#All", "#Amount"]);
        foreach (var line in figures.Buckets.Where(line => line.Total.Count > 0))
            places.Row(Words.Of(line.Bucket), line.Online, line.Deferred, line.Total);
        places.Sum(
            "Sum of the places", Sum(figures, line => line.Online), Sum(figures, line => line.Deferred),
            figures.Proof.InBuckets);
        places.Row(
            figures.Proof.Holds ? "Accepted by the sales: adds up" : "Accepted by the sales: DOES NOT ADD UP",
            "", "", "", "", figures.Proof.Accepted);
        page.Add(places);
        if (figures.Refunds is { Places.Count: > 0 } or { Proof.Holds: false })
            page.Add(Refunds(figures.Refunds));
        if (figures.Deferred.Accepted.Count > 0)
            page.Add(Deferred(figures.Deferred, version.At));
        foreach (var outage in figures.Outages)
            page.Add(new Paragraph(OutageLetter.Sentence(outage)));
        if (figures.Schemes.Count == 0)
            return;
        var schemes = new TableBlock(
            "By scheme", ["Scheme", "#Online", "#Amount", "#Deferred", "#Amount", "#All", "#Amount"]);
        foreach (var line in figures.Schemes)
            schemes.Row(line.Name, line.Online, line.Deferred, line.Total);
        Figure Total(Func<SchemeLine, Figure> column) => figures.Schemes.Aggregate(
            Figure.Zero(Currency.Parse(figures.Currency)), (sum, line) => sum + column(line));
        page.Add(schemes.Sum(
            "All schemes", Total(line => line.Online), Total(line => line.Deferred),
            Total(line => line.Total)));
    }

    private static TableBlock Refunds(RefundFigures refunds)
    {
        var zero = Figure.Zero(refunds.All.Amount.Currency);
        var table = new TableBlock(
            "Where everything given back to cards is now",
            ["Place", "#Refunds", "#Amount", "#Voids in a batch", "#Amount", "#All", "#Amount"]);
        foreach (var place in refunds.Places)
            table.Row(Words.Of(place.Bucket), place.Refunds, place.Voids, place.Total);
        table.Sum(
            "Sum of the places", refunds.Proof.InBuckets,
            refunds.Places.Aggregate(zero, (sum, place) => sum + place.Voids),
            refunds.Places.Aggregate(zero, (sum, place) => sum + place.Total));
        return table.Row(
            refunds.Proof.Holds ? "Given back by the refunds: adds up"
                : "Given back by the refunds: DOES NOT ADD UP",
            refunds.Proof.Accepted, "", "", "", "");
    }

    private static TableBlock Deferred(DeferredFigures deferred, DateTimeOffset at)
    {
        var since = deferred.PendingSince is { } oldest
            ? $"Pending, the oldest for {Age(at - oldest)}"
            : "Pending";
        var table = new TableBlock(
            "Payments accepted offline, at the merchant's risk", ["Outcome", "#Number", "#Amount"])
            .Row("Approved since", deferred.Approved)
            .Row("Declined", deferred.Declined)
            .Row("Expired", deferred.Expired);
        if (deferred.Recovered is { Count: > 0 } recovered)
            table.Row("- of the declined and expired: recovered by a further try", recovered);
        if (deferred.RecoveredByLink is { Count: > 0 } byLink)
            table.Row("- of the recovered: paid by the customer with a payment link", byLink);
        if (deferred.WrittenOff is { Count: > 0 } writtenOff)
            table.Row("- of the declined and expired: written off", writtenOff);
        return table.Row(since, deferred.Pending)
            .Row("Cancelled or reversed", deferred.CancelledOrReversed)
            .Row("Not recorded", deferred.NotRecorded)
            .Sum("Accepted offline", deferred.Accepted);
    }

    private static void Taxes(List<Block> page, SettlementFigures figures)
    {
        page.Add(new Heading("Value-added tax"));
        var table = new TableBlock(
            "Contained in sales less voids and refunds", ["Rate", "#Net", "#Tax", "#Gross"]);
        foreach (var line in figures.Vat)
            table.Row(Printed.Rate(line.RateBasisPoints), line.Net, line.Tax, line.Gross);
        if (figures.Vat.Count > 0)
            table.Sum("All rates", Total(figures.Vat, line => line.Net), Total(figures.Vat, line => line.Tax),
                Total(figures.Vat, line => line.Gross));
        page.Add(table);
    }

    private static void Breakdowns(List<Block> page, SettlementFigures figures)
    {
        page.Add(new Heading("By store, terminal and cashier"));
        var zero = Figure.Zero(Currency.Parse(figures.Currency));
        foreach (var (caption, lines) in new[]
        {
            ("Store", figures.Stores), ("Terminal", figures.Terminals), ("Cashier", figures.Cashiers),
        })
        {
            Figure All(Func<SalesLine, Figure> column) =>
                lines.Aggregate(zero, (sum, line) => sum + column(line));
            var table = new TableBlock(
                $"Sales by {caption.ToLowerInvariant()}",
                [caption, "#Sales", "#Amount", "#Cash", "#Card online", "#Card deferred", "#Other"]);
            foreach (var line in lines.Where(line => line.Sales.Count > 0))
                table.Row(line.Name, line.Sales, line.Cash.Amount, line.Online.Amount, line.Deferred.Amount,
                    line.Other.Amount);
            page.Add(table.Sum(
                "All", All(line => line.Sales), All(line => line.Cash).Amount,
                All(line => line.Online).Amount, All(line => line.Deferred).Amount,
                All(line => line.Other).Amount));
            var undone = new TableBlock(
                $"Voids and refunds of this date by {caption.ToLowerInvariant()}",
                [caption, "#Voids", "#Amount", "#Refunds", "#Amount", "#Together"]);
            foreach (var line in lines)
                if (line is { Voids: { } voids, Refunds: { } refunds } && voids.Count + refunds.Count > 0)
                    undone.Row(line.Name, voids, refunds, voids.Amount + refunds.Amount);
            if (undone.Rows.Count > 0)
                page.Add(undone.Sum(
                    "All", All(line => line.Voids ?? zero), All(line => line.Refunds ?? zero),
                    All(line => line.Voids ?? zero).Amount + All(line => line.Refunds ?? zero).Amount));
        }
    }

    private static void Completeness(List<Block> page, SettlementFigures figures)
    {
        page.Add(new Heading("Completeness"));
        var stores = new TableBlock("Stores", ["Store", "State", "Closed first", "By"]);
        foreach (var store in figures.Closings)
            stores.Row($"{store.Store}, {store.Name}", Words.Of(store.State),
                store.FirstClosedAt is { } at ? Printed.Utc(at) : "",
                store.Forced ? $"{store.By}, although something was missing" : store.By ?? "");
        page.Add(stores);
        Terminals(page, "Dark terminals", figures.Closings.SelectMany(store => store.Dark));
        Terminals(page, "Entries not applied", figures.Closings.SelectMany(store => store.Unapplied));
        if (figures.Stragglers.Count == 0)
            return;
        var late = new TableBlock("Stragglers", ["Receipt", "Store", "Terminal", "Arrived", "#Total"]);
        foreach (var sale in figures.Stragglers)
            late.Row(sale.ReceiptNumber, sale.Store, sale.Terminal, Printed.Utc(sale.StoredAt), sale.Total);
        page.Add(late);
    }

    private static void Terminals(List<Block> page, string caption, IEnumerable<TerminalFinding> findings)
    {
        var listed = findings.ToList();
        if (listed.Count == 0)
            return;
        var table = new TableBlock(caption, ["Terminal", "Last contact", "Entries stored", "What is known"]);
        foreach (var finding in listed)
            table.Row(finding.Terminal, finding.LastContact is { } at ? Printed.Utc(at) : "never",
                finding.Stored.ToString(CultureInfo.InvariantCulture), finding.Why);
        page.Add(table);
    }

    private static Figure Sum(SettlementFigures figures, Func<BucketLine, Figure> column) => figures.Buckets
        .Aggregate(Figure.Zero(Currency.Parse(figures.Currency)), (sum, line) => sum + column(line));

    private static Money Total(IEnumerable<VatLine> lines, Func<VatLine, Money> column) =>
        lines.Select(column).Aggregate((sum, amount) => sum + amount);

    private static string Age(TimeSpan age) => age.TotalHours >= 48
        ? $"{(long)age.TotalDays} days"
        : age.TotalMinutes >= 120
            ? $"{(long)age.TotalHours} hours" : $"{(long)Math.Max(0, age.TotalMinutes)} minutes";
}
