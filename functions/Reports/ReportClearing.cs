using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>The part of a settlement report on what was cleared, what it cost and what came.</summary>
internal static class ReportClearing
{
    private const int DifferencesShown = 200;

    public static void Write(List<Block> page, SettlementFigures figures, ReportWords say)
    {
        page.Add(new Heading(say.Of("Clearing")));
        if (figures.Batches.Count == 0)
            page.Add(new Paragraph(say.Of("No payment of this date is in a clearing batch.")));
        if (figures.Cleared is { } cleared)
        {
            page.Add(say.Table("What of this date was cleared", ["", "#Amount"])
                .Row(say.Of("Gross"), cleared.Gross)
                .Row(
                    say.Of("Refunds"),
                    -(cleared.Refunds ?? CloudPos.Money.Zero(Currency.Parse(figures.Currency))))
                .Row(say.Of("Fees of the acquirer"), -cleared.Fees)
                .Sum(say.Of("Net, to be paid out"), cleared.Net));
            if (cleared.Unpriced > 0)
                page.Add(new Paragraph(
                    say.Of(
                        "For {0} payments the fee table has no line; they count without a fee.",
                        cleared.Unpriced)));
        }
        Acquirers(page, figures, say);
        foreach (var batch in figures.Batches)
            Write(page, batch, say);
        Chargebacks(page, figures, say);
        if (figures.WithoutSale.Count == 0)
            return;
        var loose = say.Table("Approved without a sale, in no batch",
            ["Payment", "Terminal", "Settlement date", "#Amount"]);
        foreach (var payment in figures.WithoutSale)
            loose.Row(payment.Payment.ToString(), payment.Terminal,
                payment.SettlementDate is { } date ? say.Date(date) : "", payment.Amount);
        page.Add(loose);
    }

    /// <summary>
    /// Who counts what of the date, and whether he agrees, where there are several to be paid by.
    /// </summary>
    private static void Acquirers(
        List<Block> page, SettlementFigures figures, ReportWords say)
    {
        if (figures.Batches.DistinctBy(batch => batch.Acquirer).Count() < 2)
            return;
        var zero = CloudPos.Money.Zero(Currency.Parse(figures.Currency));
        var table = say.Table(
            "By acquirer", ["Acquirer", "Settlement date", "Compared", "#Number", "#Amount"]);
        var all = new Figure(0, zero);
        foreach (var cycle in figures.Batches.GroupBy(batch => (batch.Acquirer, batch.SettlementDate)))
        {
            var sum = cycle.Aggregate(new Figure(0, zero), (sum, batch) => sum + batch.OfDate);
            all += sum;
            table.Row(cycle.Key.Acquirer ?? say.Of("not named"), say.Date(cycle.Key.SettlementDate),
                say.Of(Words.Of(cycle.Last().Reconciliation)), sum);
        }
        page.Add(table.Sum(say.Of("Payments of this business date, less refunds"), "", "", all));
    }

    /// <summary>Each case, and below it what came back of it, with what is left of all of them.</summary>
    private static void Chargebacks(
        List<Block> page, SettlementFigures figures, ReportWords say)
    {
        if (figures.Chargebacks.Count == 0)
            return;
        var table = say.Table("Charged back of the payments of this date, whenever it was",
            ["Case", "Terminal", "Received", "Why", "#Amount"]);
        foreach (var known in figures.Chargebacks)
        {
            table.Row(known.Case, known.Terminal, say.Date(known.ReceivedOn), known.Reason, known.Amount);
            foreach (var back in known.Returned)
                table.Row($"- {say.Of(Words.Of(back.Kind))}, {back.Reference}", "", say.Date(back.ReceivedOn),
                    back.Reason, -back.Amount);
            foreach (var taken in known.Taken ?? [])
                table.Row(say.Of("- taken from a payout"), "", "",
                    say.Of("{0} of that of {1}", say.Figure(taken.Amount), say.Payout(taken.Payout)), "");
            foreach (var fee in known.Fees ?? [])
                table.Row(say.Of("- fee of the acquirer for it"), "", "",
                    say.Of("{0} of that of {1}", say.Figure(fee.Amount), say.Payout(fee.Payout)), fee.Amount);
        }
        page.Add(table.Sum(say.Of("Lost by it"), "", "", "", figures.Chargebacks.Aggregate(
            CloudPos.Money.Zero(Currency.Parse(figures.Currency)), (sum, known) => sum + known.Lost)));
    }

    private static void Write(List<Block> page, BatchFigures batch, ReportWords say)
    {
        var table = say.Table("Batch {0}", ["", "#Number", "#Amount"], batch.Batch)
            .Row(say.Of("Payments of this business date, less refunds"), batch.OfDate)
            .Row(say.Of("Payments of other business dates, less refunds"), batch.All - batch.OfDate);
        table.Sum(say.Of("All payments of the batch, less refunds"), batch.All);
        if (batch.Refunds is { } refunds)
            table.Row(say.Of("- of them refunds"), refunds with { Amount = -refunds.Amount });
        page.Add(table);
        var compared = say.Of(Words.Of(batch.Reconciliation));
        page.Add(new Paragraph(batch.Acquirer is { } name
            ? say.Of(
                "Settlement date {0}. Compared with the acquirer {1}: {2}.", batch.SettlementDate, name,
                compared)
            : say.Of(
                "Settlement date {0}. Compared with the acquirer: {1}.", batch.SettlementDate, compared)));
        foreach (var difference in batch.Difference)
            page.Add(new Paragraph(say.Stored(difference)));
        if (batch.Expected is { } expected && batch.Funded is { } funded)
            page.Add(new Paragraph(batch.ChargedBack is { } kept
                ? say.Of(
                    "The bank for this settlement date: {0} came of {1} that are due after fees; {2} were "
                    + "kept for chargebacks.", say.Figure(funded), say.Figure(expected), say.Figure(kept))
                : say.Of(
                    "The bank for this settlement date: {0} came of {1} that are due after fees.",
                    say.Figure(funded), say.Figure(expected))));
        if (batch.CaseFees is { } fees)
            page.Add(new Paragraph(say.Of("As fees for chargebacks {0} were kept of it.", say.Figure(fees))));
        if (batch.Payments.Count > 0)
            Listing(page, batch, say);
        if (batch.Digest is { } digest)
            page.Add(new Paragraph(say.Of("Digest of the members: {0}", digest), IsMono: true));
    }

    /// <summary>Each payment that differs, and whether together they are what the totals differ by.</summary>
    private static void Listing(List<Block> page, BatchFigures batch, ReportWords say)
    {
        var currency = batch.All.Amount.Currency;
        var listed = say.Table("Payment by payment, against the acquirer's listing",
            ["Kind", "Terminal", "Reference", "What", "#Ours less theirs"]);
        foreach (var one in batch.Payments.Take(DifferencesShown))
            listed.Row(say.Of(Words.Of(one)), one.Terminal, one.RetrievalReference,
                one.Payment is { } payment
                    ? say.Of("{0} Payment {1}.", say.Stored(one.What), payment)
                    : say.Stored(one.What),
                new Money(MoreHere(one), currency));
        var together = new Money(batch.Payments.Sum(MoreHere), currency);
        page.Add(listed.Sum(say.Of("Together"), "", "", "", together));
        if (batch is not { Ours: { } ours, Theirs: { } theirs })
            return;
        var totals = new Money(ours.NetMinor - theirs.NetMinor, currency);
        page.Add(new Paragraph(together == totals
            ? say.Of(
                "In the totals ours less theirs is {0}: these payments are all of it.", say.Figure(totals))
            : say.Of(
                "In the totals ours less theirs is {0}: {1} of it is in no line above. Fetch the listing "
                + "again and compare once more.", say.Figure(totals), say.Figure(totals - together))));
    }

    /// <summary>
    /// By how much the merchant would be paid more by our books than by the acquirer's.
    /// </summary>
    private static long MoreHere(PaymentDifference one)
    {
        // The first of two that are listed is the one that is ours.
        var ours = one.Kind == DifferenceKind.Twice ? 0 : one.OursMinor ?? 0;
        var more = ours - (one.TheirsMinor ?? 0);
        return one.Of is ListedKind.Purchase or ListedKind.RefundReversal ? more : -more;
    }
}
