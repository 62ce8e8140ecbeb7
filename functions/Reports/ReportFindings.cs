using CloudPos.Functions.Funding;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>A sentence that a reader of the report has to know first.</summary>
/// <param name="IsGood">False when somebody has to look into it.</param>
internal sealed record Finding(bool IsGood, string Sentence);

/// <summary>What the figures say, in words. Pure.</summary>
internal static class ReportFindings
{
    public static IReadOnlyList<Finding> Of(SettlementFigures figures, ReportWords say)
    {
        var findings = new List<Finding> { Proof(figures.Proof, say) };
        if (Clearing(figures.Batches, say) is { } clearing)
            findings.Add(clearing);
        var differ = figures.Batches.Where(batch => batch.Reconciliation == Balance.InBalance)
            .Sum(batch => batch.Payments.Count);
        if (differ > 0)
            findings.Add(Bad(say.Of(
                "The totals agree, but the acquirer's listing differs in {0}.", Payments(differ, say))));
        Deferred(findings, figures, say);
        if (figures.Refunds is { } refunds)
            Refunds(findings, refunds, say);
        if (figures.Chargebacks.Where(known => !known.Left.IsZero).ToList() is { Count: > 0 } open)
            findings.Add(Bad(say.Of(
                "Charged back: {0}, {1}.", Payments(open.Count, say),
                open.Select(known => known.Left).Aggregate((sum, left) => sum + left))));
        foreach (var both in figures.PaidTwice ?? [])
            findings.Add(PaidTwice(both, say));
        foreach (var one in figures.VoidsSetAside ?? [])
            findings.Add(Bad(say.Of(
                "Voided at {0} on {1} and set aside, since the card's bank had charged it back: entry {2} "
                + "of the terminal. Nothing was given back, and the goods count as sold. If the case is won, "
                + "try the entry again.", one.Terminal, one.Date, Entry(one))));
        var dark = figures.Closings.SelectMany(store => store.Dark.Select(found => found.Terminal)).ToList();
        if (dark.Count > 0)
            findings.Add(Bad(say.Of(
                "Not complete: no contact with {0} when the day was closed.", string.Join(", ", dark))));
        if (figures.WithoutSale.Count > 0)
            findings.Add(Bad(say.Of(
                "Approved, but the sale has not arrived: {0}.", Payments(figures.WithoutSale.Count, say))));
        if (figures.Stragglers.Count > 0)
            findings.Add(new Finding(true, say.Of(
                "Arrived after the closing, and included: {0}.",
                say.Count(figures.Stragglers.Count, "1 sale", "{0} sales"))));
        return findings;
    }

    public static Finding PaidTwice(PaidTwiceCase both, ReportWords say) => Bad(say.Of(
        "Paid back twice: refund {0}, chargeback {1}, together {2} more than was paid. Object to the case "
        + "with the refund as evidence.", string.Join(", ", both.Refunds), string.Join(", ", both.Cases),
        both.Amount));

    private static void Deferred(List<Finding> findings, SettlementFigures figures, ReportWords say)
    {
        var recovered = figures.Deferred.Recovered ?? Figure.Zero(Currency.Parse(figures.Currency));
        var lost = figures.Deferred.Declined + figures.Deferred.Expired - recovered;
        var pending = figures.Deferred.Pending;
        if (lost.Count > 0)
            findings.Add(Bad(say.Of(
                "Not paid: {0} accepted offline, {1}, declined or expired.", Payments(lost.Count, say),
                lost.Amount)));
        if (recovered.Count > 0)
            findings.Add(new Finding(true, say.Of(
                "Declined first, and paid after all: {0}, {1}.", Payments(recovered.Count, say),
                recovered.Amount)));
        if (pending.Count > 0)
            findings.Add(Bad(say.Of(
                "No outcome yet: {0} accepted offline, {1}.", Payments(pending.Count, say), pending.Amount)));
    }

    private static Finding Proof(Proof proof, ReportWords say) => proof.Holds
        ? new Finding(true, say.Of(
            "Every accepted card payment is in exactly one place: {0}, {1}, add up.",
            Payments(proof.Accepted.Count, say), proof.Accepted.Amount))
        : Bad(say.Of(
            "The card payments do not add up: the sales name {0}, {1}; found are {2}, {3}.",
            Payments(proof.Accepted.Count, say), proof.Accepted.Amount,
            Payments(proof.InBuckets.Count, say), proof.InBuckets.Amount));

    private static void Refunds(List<Finding> findings, RefundFigures refunds, ReportWords say)
    {
        var failed = refunds.Failed(Figure.Zero(refunds.All.Amount.Currency));
        if (failed.Count > 0)
            findings.Add(Bad(say.Of(
                "Not given back: {0}, {1}, declined or expired. Give the money back another way.",
                say.Count(failed.Count, "1 refund", "{0} refunds"), failed.Amount)));
        if (!refunds.Proof.Holds)
            findings.Add(Bad(say.Of(
                "The refunds to cards do not add up: they give back {0}; found is {1}.",
                refunds.Proof.Accepted.Amount, refunds.Proof.InBuckets.Amount)));
    }

    private static Finding? Clearing(IReadOnlyList<BatchFigures> batches, ReportWords say)
    {
        if (batches.Count == 0)
            return null;
        var open = batches.Count(batch => batch.Reconciliation != Balance.InBalance);
        return open == 0
            ? new Finding(true, say.Of("The acquirer's totals are the same as ours."))
            : Bad(say.Of("Not agreed with the acquirer: {0} of {1} clearing batches.", open, batches.Count));
    }

    private static string Entry(VoidSetAside one) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{one.Epoch}.{one.Number}");

    private static Finding Bad(string sentence) => new(false, sentence);

    private static string Payments(long count, ReportWords say) =>
        say.Count(count, "1 payment", "{0} payments");
}
