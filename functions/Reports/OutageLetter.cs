using CloudPos.Functions.Receipts;
using CloudPos.Functions.Recovery;
using CloudPos.Languages;

namespace CloudPos.Functions.Reports;

/// <summary>
/// A time in which a store accepted cards offline: from its first deferred payment to its last, while less
/// than half an hour lay between two.
/// </summary>
/// <param name="Accepted">Card payments accepted at the merchant's risk.</param>
/// <param name="Lost">Of those, declined or expired, and not recovered.</param>
/// <param name="Recovered">Of those, lost first and approved on a further try.</param>
/// <param name="Pending">Of those, without an outcome: neither kept nor lost.</param>
/// <param name="Takings">
/// All that was taken in that time, cash and tips included: a closed till had taken none.
/// </param>
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

    /// <summary>How the store writes and speaks; null where it names nothing.</summary>
    public string? Locale { get; init; }

    /// <summary>In the drawer, or approved: what nobody can take away by an answer that is still to come.
    /// </summary>
    public Money Kept => Takings.Amount - (Undone?.Amount ?? Money.Zero(Takings.Amount.Currency))
        - Lost.Amount - Pending.Amount;
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

    public static string Sentence(OutageFigures outage, ReportWords say) =>
        say.Of(
            "{0} sold offline from {1} to {2}: {3} taken, of which {4} was kept and {5} was lost to declines",
            outage.Store, say.Time(outage.From), say.Time(outage.To), outage.Takings.Amount, outage.Kept,
            outage.Lost.Amount)
        + (outage.Pending.Count > 0 ? say.Of("; {0} is still open.", outage.Pending.Amount) : ".");

    /// <summary>
    /// One page for the owner: what the outage brought and cost, beside a closed till. Each store's part is
    /// in its own language, unless one is asked for.
    /// </summary>
    public static string Html(ReportVersion version, Locale? asked = null)
    {
        var figures = version.Figures;
        Locale In(OutageFigures outage) => asked ?? Locale.Of(outage.Locale);
        var first = figures.Outages.Count > 0 ? In(figures.Outages[0]) : asked ?? Locale.Default;
        var title = OutageTexts.Of(first, "title", first.Date(figures.Date));
        var page = new List<Block>();
        foreach (var outage in figures.Outages)
            Write(page, outage, In(outage));
        if (page.Count == 0)
            page.Add(new Paragraph(OutageTexts.Of(first, "none")));
        return HtmlBlocks.Page(
            $"{title}: {figures.MerchantName}", title,
            [
                OutageTexts.Of(first, "who", figures.MerchantName, figures.Merchant, figures.Currency),
                OutageTexts.Of(first, "of", first.Time(version.At.ToUniversalTime()), version.Version),
            ],
            page, ReportWords.In(first));
    }

    private static void Write(List<Block> page, OutageFigures outage, Locale locale)
    {
        string Text(string key, params ReadOnlySpan<object?> values) =>
            OutageTexts.Of(locale, key, values);
        TableBlock Table(string caption) =>
            new(Text(caption), ["", $"#{Text("number")}", $"#{Text("amount")}"]) { Locale = locale };
        page.Add(new Heading(Text(
            "span", outage.Store, locale.Time(outage.From), locale.Time(outage.To))));
        page.Add(new Paragraph(Text("sold", outage.Takings.Count, locale.Amount(outage.Takings.Amount))));
        var zero = Figure.Zero(outage.Takings.Amount.Currency);
        var (undone, cancelled) = (outage.Undone ?? zero, outage.Cancelled ?? zero);
        var brought = Table("brought")
            .Row(Text("sales"), outage.Takings)
            .Row(Text("undone"), Less(undone))
            .Row(Text("less.lost"), Less(outage.Lost))
            .Row(Text("less.open"), Less(outage.Pending))
            // Sales and payments are counted above it: only the amounts make a sum.
            .Sum(Text("kept"), "", outage.Kept);
        page.Add(outage.Recovered.Count > 0 ? brought.Row(Text("of.recovered"), outage.Recovered) : brought);
        var approved = outage.Accepted - outage.Recovered - outage.Lost - cancelled - outage.Pending;
        page.Add(Table("cards")
            .Row(Text("approved"), approved)
            .Row(Text("recovered"), outage.Recovered)
            .Row(Text("lost"), outage.Lost)
            .Row(Text("open"), outage.Pending)
            .Row(Text("cancelled"), cancelled)
            .Sum(Text("accepted"), outage.Accepted));
    }

    private static Figure Less(Figure figure) => figure with { Amount = -figure.Amount };

    private static OutageFigures Outage(
        string store, List<SaleFact> offline, List<SaleFact> sales, SettlementFacts facts)
    {
        var zero = Figure.Zero(facts.Currency);
        var (from, to) = (offline[0].Sale.At, offline[^1].Sale.At);
        var voided = facts.Voids.Select(sale => sale.Sale.Sale).ToHashSet();
        // A sale is undone as a whole, whatever became of its cards: so nothing is taken off twice.
        var cards = offline.SelectMany(sale => sale.Sale.Tenders.Select(tender => (sale, tender)))
            .Where(one => one.tender.Payment?.Approval == Approval.Deferred)
            .Select(one => (one.tender.Amount, IsUndone: IsUndone(one.sale),
                Row: facts.Payments.GetValueOrDefault(one.tender.Payment!.Payment)))
            .ToList();
        Figure In(Func<Payments.PaymentRow?, bool> those) => cards
            .Where(card => !card.IsUndone && those(card.Row))
            .Aggregate(zero, (sum, card) => sum.Plus(card.Amount));
        Figure All(Func<bool, bool> those) => cards.Where(card => those(card.IsUndone))
            .Aggregate(zero, (sum, card) => sum.Plus(card.Amount));
        var meanwhile = sales.Where(sale => sale.Sale.At >= from && sale.Sale.At <= to).ToList();
        return new OutageFigures(
            store, from, to, All(_ => true),
            In(row => FiguresOf.BucketOf(row) is Bucket.Declined or Bucket.Expired
                && !FiguresOf.IsCase(facts, row!, CaseState.Recovered)),
            In(row => row is not null && FiguresOf.IsCase(facts, row, CaseState.Recovered)),
            In(row => FiguresOf.BucketOf(row) is Bucket.Pending or Bucket.NotRecorded),
            Total(meanwhile))
        {
            Undone = Total(meanwhile.Where(IsUndone)),
            Cancelled = All(isUndone => isUndone),
            Locale = facts.Stores.FirstOrDefault(one => one.Store == store)?.Locale,
        };

        // By the tenders: what cards lose has its tip in it as well.
        Figure Total(IEnumerable<SaleFact> those) => those.Aggregate(zero, (sum, sale) => sum.Plus(
            sale.Sale.Tenders.Aggregate(zero.Amount, (paid, tender) => paid + tender.Amount)));

        // A void on a later date is seen by its payments; one of cash only is in that date's report.
        bool IsUndone(SaleFact sale) => voided.Contains(sale.Sale.Sale)
            || sale.Sale.Tenders.Any(tender => tender.Payment is { } card
                && FiguresOf.IsUndone(FiguresOf.BucketOf(facts.Payments.GetValueOrDefault(card.Payment))));
    }

    private static bool IsOffline(SaleFact sale) =>
        sale.Sale.Tenders.Any(tender => tender.Payment?.Approval == Approval.Deferred);
}
