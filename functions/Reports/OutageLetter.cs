using CloudPos.Functions.Receipts;
using CloudPos.Functions.Recovery;

namespace CloudPos.Functions.Reports;

/// <summary>
/// A time in which a store accepted cards offline: from its first deferred payment to its last, while less
/// than half an hour lay between two.
/// </summary>
/// <param name="Accepted">Card payments accepted at the merchant's risk.</param>
/// <param name="Lost">Of those, declined or expired, and not recovered.</param>
/// <param name="Recovered">Of those, lost first and approved on a further try.</param>
/// <param name="Takings">All that was sold in that time, cash included: a closed till had sold none.</param>
internal sealed record OutageFigures(
    string Store, DateTimeOffset From, DateTimeOffset To, Figure Accepted, Figure Lost, Figure Recovered,
    Figure Pending, Figure Takings)
{
    /// <summary>
    /// Of the takings, sales that were voided: the goods are back. Null in versions that did not tell.
    /// </summary>
    public Figure? Undone { get; init; }

    /// <summary>Of the accepted cards, those of voided sales.</summary>
    public Figure? Cancelled { get; init; }

    public Figure Kept => Takings - (Undone ?? Figure.Zero(Takings.Amount.Currency)) - Lost;
}

/// <summary>Finds outages in a day's sales, and tells of them in words and as a letter. Pure.</summary>
internal static class OutageLetter
{
    private static readonly TimeSpan GapMax = TimeSpan.FromMinutes(30);

    public static IReadOnlyList<OutageFigures> Of(SettlementFacts facts)
    {
        var found = new List<OutageFigures>();
        foreach (var store in facts.Sales.GroupBy(sale => sale.Store).OrderBy(
            store => store.Key, StringComparer.Ordinal))
        {
            var sales = store.OrderBy(sale => sale.Sale.At).ToList();
            var offline = new List<SaleFact>();
            foreach (var sale in sales.Where(IsOffline))
            {
                if (offline.Count > 0 && sale.Sale.At - offline[^1].Sale.At > GapMax)
                {
                    found.Add(Outage(store.Key, offline, sales, facts));
                    offline.Clear();
                }
                offline.Add(sale);
            }
            if (offline.Count > 0)
                found.Add(Outage(store.Key, offline, sales, facts));
        }
        return found;
    }

    public static string Sentence(OutageFigures outage) =>
        $"{outage.Store} sold offline from {Printed.Local(outage.From)} to {Printed.Local(outage.To)}: "
        + $"{outage.Takings.Amount} taken, of which {outage.Kept.Amount} was kept and "
        + $"{outage.Lost.Amount} was lost to declines.";

    /// <summary>One page for the owner: what the outage brought and cost, beside a closed till.</summary>
    public static string Html(ReportVersion version)
    {
        var figures = version.Figures;
        var title = $"Outages on {Printed.Date(figures.Date)}";
        var page = new List<Block>();
        foreach (var outage in figures.Outages)
        {
            page.Add(new Heading($"{outage.Store}, {Printed.Local(outage.From)} to "
                + $"{Printed.Local(outage.To)}"));
            page.Add(new Paragraph(
                $"While the line was down this store sold {outage.Takings.Count} times, for "
                + $"{outage.Takings.Amount}. A closed till would have sold nothing of it."));
            var zero = Figure.Zero(outage.Takings.Amount.Currency);
            var (undone, cancelled) = (outage.Undone ?? zero, outage.Cancelled ?? zero);
            page.Add(new TableBlock("What selling on brought", ["", "#Number", "#Amount"])
                .Row("Sales in that time, cash and cards", outage.Takings)
                .Row("Voided since: the goods are back", undone with { Amount = -undone.Amount })
                .Row("Lost: the issuer declined, or it was too late",
                    outage.Lost with { Amount = -outage.Lost.Amount })
                .Sum("Kept, against nothing with a closed till", outage.Kept));
            var approved = outage.Accepted - outage.Recovered - outage.Lost - cancelled - outage.Pending;
            page.Add(new TableBlock("What became of the cards taken at your own risk",
                    ["", "#Number", "#Amount"])
                .Row("Approved", approved)
                .Row("Recovered: declined first, paid later", outage.Recovered)
                .Row("Lost", outage.Lost)
                .Row("Of voided sales", cancelled)
                .Row("Not known yet", outage.Pending)
                .Sum("Accepted while the line was down", outage.Accepted));
        }
        if (page.Count == 0)
            page.Add(new Paragraph("No card was accepted offline on this date."));
        return HtmlBlocks.Page(
            $"{title}: {figures.MerchantName}", title,
            [
                $"{figures.MerchantName}, merchant {figures.Merchant}. All amounts in {figures.Currency}.",
                $"As of {Printed.Utc(version.At)}, from version {version.Version} of the settlement report.",
            ],
            page);
    }

    private static OutageFigures Outage(
        string store, List<SaleFact> offline, List<SaleFact> sales, SettlementFacts facts)
    {
        var zero = Figure.Zero(facts.Currency);
        var (from, to) = (offline[0].Sale.At, offline[^1].Sale.At);
        var cards = offline.SelectMany(sale => sale.Sale.Tenders)
            .Where(tender => tender.Payment?.Approval == Approval.Deferred)
            .Select(tender => (tender.Amount, Row: facts.Payments.GetValueOrDefault(tender.Payment!.Payment)))
            .ToList();
        Figure In(Func<Payments.PaymentRow?, bool> those) => cards.Where(card => those(card.Row))
            .Aggregate(zero, (sum, card) => sum.Plus(card.Amount));
        var meanwhile = sales.Where(sale => sale.Sale.At >= from && sale.Sale.At <= to).ToList();
        var voided = facts.Voids.Select(sale => sale.Sale.Sale).ToHashSet();
        return new OutageFigures(
            store, from, to, In(_ => true),
            In(row => FiguresOf.BucketOf(row) is Bucket.Declined or Bucket.Expired
                && !FiguresOf.IsCase(facts, row!, CaseState.Recovered)),
            In(row => row is not null && FiguresOf.IsCase(facts, row, CaseState.Recovered)),
            In(row => FiguresOf.BucketOf(row) is Bucket.Pending or Bucket.NotRecorded),
            Total(meanwhile))
        {
            Undone = Total(meanwhile.Where(IsUndone)),
            Cancelled = In(row => FiguresOf.IsUndone(FiguresOf.BucketOf(row))),
        };

        Figure Total(IEnumerable<SaleFact> those) =>
            those.Aggregate(zero, (sum, sale) => sum.Plus(sale.Sale.Total));

        // A void on a later date is seen by its payments; one of cash only is in that date's report.
        bool IsUndone(SaleFact sale) => voided.Contains(sale.Sale.Sale)
            || sale.Sale.Tenders.Any(tender => tender.Payment is { } card
                && FiguresOf.IsUndone(FiguresOf.BucketOf(facts.Payments.GetValueOrDefault(card.Payment))));
    }

    private static bool IsOffline(SaleFact sale) =>
        sale.Sale.Tenders.Any(tender => tender.Payment?.Approval == Approval.Deferred);
}
