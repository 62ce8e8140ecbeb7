using System.Globalization;
using System.Text;
using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>
/// The report as one HTML page that prints on A4 and fetches nothing. First what a reader has to know (does
/// it add up, is it complete), then money, then detail.
/// </summary>
internal static class ReportHtml
{
    public static string Of(ReportVersion version)
    {
        var figures = version.Figures;
        var html = new StringBuilder();
        var title = $"Settlement report {Printed.Date(figures.Date)}, {figures.Currency}";
        html.Append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>")
            .Append(Printed.Html($"{title}: {figures.MerchantName}"))
            .Append("</title>\n<style>\n").Append(ReportStyle.Css)
            .Append("\n</style></head>\n<body>\n<header><h1>")
            .Append(Printed.Html(title)).Append("</h1>\n<p>")
            .Append(Printed.Html($"{figures.MerchantName}, merchant {figures.Merchant}. "))
            .Append($"Business date {Printed.Date(figures.Date)}. All amounts in {figures.Currency}.")
            .Append("</p>\n<p>")
            .Append(CultureInfo.InvariantCulture, $"Version {version.Version}, ")
            .Append($"made {Printed.Utc(version.At)}.")
            .Append(version.Changes.Count == 0 ? "" : " What it changed is listed at the end.")
            .Append("</p></header>\n<main>\n");
        Findings(html, figures);
        Money(html, figures);
        Payments(html, version);
        Batches(html, figures);
        Taxes(html, figures);
        Breakdowns(html, figures);
        Completeness(html, figures);
        Changes(html, version);
        html.Append("</main></body></html>\n");
        return html.ToString();
    }

    /// <summary>
    /// What has to be known first, good or bad, in words: colour says nothing that the words do not.
    /// </summary>
    private static void Findings(StringBuilder html, SettlementFigures figures)
    {
        html.Append("<ul class=\"facts\" aria-label=\"Findings\">\n");
        foreach (var finding in ReportFindings.Of(figures))
            html.Append(finding.IsGood ? "<li>" : "<li class=\"bad\"><strong>Look here: </strong>")
                .Append(Printed.Html(finding.Sentence)).Append("</li>\n");
        html.Append("</ul>\n");
    }

    private static void Changes(StringBuilder html, ReportVersion version)
    {
        if (version.Changes.Count == 0)
            return;
        html.Append("<h2>What this version changed</h2>\n<ul>\n");
        foreach (var change in version.Changes)
            html.Append("<li>").Append(Printed.Html(change)).Append("</li>\n");
        html.Append("</ul>\n");
    }

    private static void Money(StringBuilder html, SettlementFigures figures)
    {
        html.Append("<h2>Sales</h2>\n");
        new HtmlTable(html, "What was sold and taken back", "", "#Number", "#Amount")
            .Row("Sales", figures.Sales)
            .Row("Voids", figures.Voids)
            .Sum("Sales less voids", "", figures.Net)
            .End();
        new HtmlTable(html, "How the sales were paid", "Means", "#Number", "#Amount")
            .Row("Cash", figures.Cash)
            .Row("Card", figures.Card)
            .Row("Other", figures.Other)
            .Row("Cash given back for voids", figures.CashReturned)
            .End();
    }

    private static void Payments(StringBuilder html, ReportVersion version)
    {
        var figures = version.Figures;
        html.Append("<h2>Card payments</h2>\n");
        var places = new HtmlTable(
            html, "Where every accepted payment is now", "Place", "#Online", "#Amount", "#Deferred",
                "#Amount", "#All", "#Amount");
        foreach (var line in figures.Buckets.Where(line => line.Total.Count > 0))
            places.Row(Words.Of(line.Bucket), line.Online, line.Deferred, line.Total);
        places.Sum(
            "Sum of the places", Sum(figures, line => line.Online), Sum(figures, line => line.Deferred),
            figures.Proof.InBuckets);
        places.Row(
            figures.Proof.Holds ? "Accepted by the sales: adds up" : "Accepted by the sales: DOES NOT ADD UP",
            "", "", "", "", figures.Proof.Accepted);
        places.End();

        var deferred = figures.Deferred;
        if (deferred.Accepted.Count > 0)
        {
            var since = deferred.PendingSince is { } oldest
                ? $"Pending, the oldest for {Age(version.At - oldest)}"
                : "Pending";
            new HtmlTable(
                html, "Payments accepted offline, at the merchant's risk", "Outcome", "#Number", "#Amount")
                .Row("Approved since", deferred.Approved).Row("Declined", deferred.Declined)
                .Row("Expired", deferred.Expired).Row(since, deferred.Pending)
                .Row("Cancelled or reversed", deferred.CancelledOrReversed).Row(
                    "Not recorded", deferred.NotRecorded)
                .Sum("Accepted offline", deferred.Accepted).End();
        }
        if (figures.Schemes.Count == 0)
            return;
        var schemes = new HtmlTable(
            html, "By scheme", "Scheme", "#Online", "#Amount", "#Deferred", "#Amount", "#All", "#Amount");
        foreach (var line in figures.Schemes)
            schemes.Row(line.Name, line.Online, line.Deferred, line.Total);
        schemes.End();
    }

    private static void Batches(StringBuilder html, SettlementFigures figures)
    {
        html.Append("<h2>Clearing</h2>\n");
        if (figures.Batches.Count == 0)
            html.Append("<p>No payment of this date is in a clearing batch.</p>\n");
        foreach (var batch in figures.Batches)
        {
            var table = new HtmlTable(html, $"Batch {batch.Batch}", "", "#Number", "#Amount")
                .Row("Payments of this business date", batch.OfDate).Sum(
                    "All payments of the batch", batch.All);
            table.End();
            html.Append("<p>Settlement date ").Append(
                Printed.Date(batch.SettlementDate)).Append(". Compared with the acquirer: <strong>")
                .Append(Printed.Html(Words.Of(batch.Reconciliation))).Append("</strong>.</p>\n");
            foreach (var difference in batch.Difference)
                html.Append("<p>").Append(Printed.Html(difference)).Append("</p>\n");
            if (batch.Digest is { } digest)
                html.Append("<p class=\"mono\">Digest of the members: ").Append(digest).Append("</p>\n");
        }
        if (figures.WithoutSale.Count == 0)
            return;
        var loose = new HtmlTable(html, "Approved without a sale, in no batch", "Payment", "Terminal",
            "Settlement date", "#Amount");
        foreach (var payment in figures.WithoutSale)
            loose.Row(payment.Payment.ToString(), payment.Terminal,
                payment.SettlementDate is { } date ? Printed.Date(date) : "", payment.Amount);
        loose.End();
    }

    private static void Taxes(StringBuilder html, SettlementFigures figures)
    {
        html.Append("<h2>Value-added tax</h2>\n");
        var table = new HtmlTable(html, "Contained in sales less voids", "Rate", "#Net", "#Tax", "#Gross");
        foreach (var line in figures.Vat)
            table.Row(Printed.Rate(line.RateBasisPoints), line.Net, line.Tax, line.Gross);
        if (figures.Vat.Count > 0)
            table.Sum("All rates", Total(figures.Vat, line => line.Net), Total(figures.Vat, line => line.Tax),
                Total(figures.Vat, line => line.Gross));
        table.End();
    }

    private static void Breakdowns(StringBuilder html, SettlementFigures figures)
    {
        html.Append("<h2>By store, terminal and cashier</h2>\n");
        foreach (var (caption, lines) in new[]
        {
            ("Store", figures.Stores), ("Terminal", figures.Terminals), ("Cashier", figures.Cashiers),
        })
        {
            var table = new HtmlTable(
                html, $"By {caption.ToLowerInvariant()}", caption, "#Sales", "#Amount", "#Cash",
                    "#Card online",
                "#Card deferred", "#Other");
            foreach (var line in lines)
                table.Row(line.Name, line.Sales, line.Cash.Amount, line.Online.Amount, line.Deferred.Amount,
                    line.Other.Amount);
            table.End();
        }
    }

    private static void Completeness(StringBuilder html, SettlementFigures figures)
    {
        html.Append("<h2>Completeness</h2>\n");
        var stores = new HtmlTable(html, "Stores", "Store", "State", "Closed first", "By");
        foreach (var store in figures.Closings)
            stores.Row($"{store.Store}, {store.Name}", Words.Of(store.State),
                store.FirstClosedAt is { } at ? Printed.Utc(at) : "",
                store.Forced ? $"{store.By}, although something was missing" : store.By ?? "");
        stores.End();
        Terminals(html, "Dark terminals", figures.Closings.SelectMany(store => store.Dark));
        Terminals(html, "Entries not applied", figures.Closings.SelectMany(store => store.Unapplied));
        if (figures.Stragglers.Count == 0)
            return;
        var late = new HtmlTable(html, "Stragglers", "Receipt", "Store", "Terminal", "Arrived", "#Total");
        foreach (var sale in figures.Stragglers)
            late.Row(sale.ReceiptNumber, sale.Store, sale.Terminal, Printed.Utc(sale.StoredAt), sale.Total);
        late.End();
    }

    private static void Terminals(StringBuilder html, string caption, IEnumerable<TerminalFinding> findings)
    {
        var listed = findings.ToList();
        if (listed.Count == 0)
            return;
        var table = new HtmlTable(
            html, caption, "Terminal", "Last contact", "Entries stored", "What is known");
        foreach (var finding in listed)
            table.Row(finding.Terminal, finding.LastContact is { } at ? Printed.Utc(at) : "never",
                finding.Stored.ToString(CultureInfo.InvariantCulture), finding.Why);
        table.End();
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
