using CloudPos.Functions.Receipts;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>The part of a settlement report on what was cleared, what it cost and what came.</summary>
internal static class ReportClearing
{
    private const int DifferencesShown = 200;

    public static void Write(List<Block> page, SettlementFigures figures)
    {
        page.Add(new Heading("Clearing"));
        if (figures.Batches.Count == 0)
            page.Add(new Paragraph("No payment of this date is in a clearing batch."));
        if (figures.Cleared is { } cleared)
        {
            page.Add(new TableBlock("What of this date was cleared", ["", "#Amount"])
                .Row("Gross", cleared.Gross)
                .Row("Refunds", -(cleared.Refunds ?? CloudPos.Money.Zero(Currency.Parse(figures.Currency))))
                .Row("Fees of the acquirer", -cleared.Fees)
                .Sum("Net, to be paid out", cleared.Net));
            if (cleared.Unpriced > 0)
                page.Add(new Paragraph(
                    $"For {cleared.Unpriced} payments the fee table has no line; they count without a fee."));
        }
        Acquirers(page, figures);
        foreach (var batch in figures.Batches)
            Write(page, batch);
        Chargebacks(page, figures);
        if (figures.WithoutSale.Count == 0)
            return;
        var loose = new TableBlock("Approved without a sale, in no batch",
            ["Payment", "Terminal", "Settlement date", "#Amount"]);
        foreach (var payment in figures.WithoutSale)
            loose.Row(payment.Payment.ToString(), payment.Terminal,
                payment.SettlementDate is { } date ? Printed.Date(date) : "", payment.Amount);
        page.Add(loose);
    }

    /// <summary>
    /// Who counts what of the date, and whether he agrees, where there are several to be paid by.
    /// </summary>
    private static void Acquirers(List<Block> page, SettlementFigures figures)
    {
        if (figures.Batches.DistinctBy(batch => batch.Acquirer).Count() < 2)
            return;
        var zero = CloudPos.Money.Zero(Currency.Parse(figures.Currency));
        var table = new TableBlock(
            "By acquirer", ["Acquirer", "Settlement date", "Compared", "#Number", "#Amount"]);
        var all = new Figure(0, zero);
        foreach (var cycle in figures.Batches.GroupBy(batch => (batch.Acquirer, batch.SettlementDate)))
        {
            var sum = cycle.Aggregate(new Figure(0, zero), (sum, batch) => sum + batch.OfDate);
            all += sum;
            table.Row(cycle.Key.Acquirer ?? "not named", Printed.Date(cycle.Key.SettlementDate),
                Words.Of(cycle.Last().Reconciliation), sum);
        }
        page.Add(table.Sum("Payments of this business date, less refunds", "", "", all));
    }

    /// <summary>Each case, and below it what came back of it, with what is left of all of them.</summary>
    private static void Chargebacks(List<Block> page, SettlementFigures figures)
    {
        if (figures.Chargebacks.Count == 0)
            return;
        var table = new TableBlock(
            "Charged back of the payments of this date, whenever it was",
            ["Case", "Terminal", "Received", "Why", "#Amount"]);
        foreach (var known in figures.Chargebacks)
        {
            table.Row(known.Case, known.Terminal, Printed.Date(known.ReceivedOn), known.Reason, known.Amount);
            foreach (var back in known.Returned)
                table.Row($"- {Words.Of(back.Kind)}, {back.Reference}", "", Printed.Date(back.ReceivedOn),
                    back.Reason, -back.Amount);
            foreach (var taken in known.Taken ?? [])
                table.Row("- taken from a payout", "", "",
                    $"{Printed.Figure(taken.Amount)} of that of {taken.Payout}", "");
        }
        page.Add(table.Sum("Lost by it", "", "", "", figures.Chargebacks.Aggregate(
            CloudPos.Money.Zero(Currency.Parse(figures.Currency)), (sum, known) => sum + known.Left)));
    }

    private static void Write(List<Block> page, BatchFigures batch)
    {
        var table = new TableBlock($"Batch {batch.Batch}", ["", "#Number", "#Amount"])
            .Row("Payments of this business date, less refunds", batch.OfDate)
            .Row("Payments of other business dates, less refunds", batch.All - batch.OfDate);
        table.Sum("All payments of the batch, less refunds", batch.All);
        if (batch.Refunds is { } refunds)
            table.Row("- of them refunds", refunds with { Amount = -refunds.Amount });
        page.Add(table);
        var acquirer = batch.Acquirer is { } name ? $"acquirer {name}" : "acquirer";
        page.Add(new Paragraph($"Settlement date {Printed.Date(batch.SettlementDate)}. Compared with the "
            + $"{acquirer}: {Words.Of(batch.Reconciliation)}."));
        foreach (var difference in batch.Difference)
            page.Add(new Paragraph(difference));
        if (batch.Expected is { } expected && batch.Funded is { } funded)
            page.Add(new Paragraph(
                $"The bank for this settlement date: {Printed.Figure(funded)} came of "
                + $"{Printed.Figure(expected)} that are due after fees"
                + (batch.ChargedBack is { } kept
                    ? $"; {Printed.Figure(kept)} were kept for chargebacks." : ".")));
        if (batch.Payments.Count > 0)
            Listing(page, batch);
        if (batch.Digest is { } digest)
            page.Add(new Paragraph($"Digest of the members: {digest}", IsMono: true));
    }

    /// <summary>Each payment that differs, and whether together they are what the totals differ by.</summary>
    private static void Listing(List<Block> page, BatchFigures batch)
    {
        var currency = batch.All.Amount.Currency;
        var listed = new TableBlock("Payment by payment, against the acquirer's listing",
            ["Kind", "Terminal", "Reference", "What", "#Ours less theirs"]);
        foreach (var one in batch.Payments.Take(DifferencesShown))
            listed.Row(Words.Of(one), one.Terminal, one.RetrievalReference,
                one.Payment is { } payment ? $"{one.What} Payment {payment}." : one.What,
                new Money(MoreHere(one), currency));
        var together = new Money(batch.Payments.Sum(MoreHere), currency);
        page.Add(listed.Sum("Together", "", "", "", together));
        if (batch is not { Ours: { } ours, Theirs: { } theirs })
            return;
        var totals = new Money(ours.NetMinor - theirs.NetMinor, currency);
        page.Add(new Paragraph(together == totals
            ? $"In the totals ours less theirs is {Printed.Figure(totals)}: these payments are all of it."
            : $"In the totals ours less theirs is {Printed.Figure(totals)}: "
                + $"{Printed.Figure(totals - together)} of it is in no line above. Fetch the "
                + "listing again and compare once more."));
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
