using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>A sentence that a reader of the report has to know first.</summary>
/// <param name="IsGood">False when somebody has to look into it.</param>
internal sealed record Finding(bool IsGood, string Sentence);

/// <summary>What the figures say, in words. Pure.</summary>
internal static class ReportFindings
{
    public static IReadOnlyList<Finding> Of(SettlementFigures figures)
    {
        var findings = new List<Finding> { Proof(figures.Proof) };
        if (Clearing(figures.Batches) is { } clearing)
            findings.Add(clearing);
        var differ = figures.Batches.Where(batch => batch.Reconciliation == Balance.InBalance)
            .Sum(batch => batch.Payments.Count);
        if (differ > 0)
            findings.Add(Bad(
                $"The totals agree, but the acquirer's listing differs in {Payments(differ)}."));
        var recovered = figures.Deferred.Recovered ?? Figure.Zero(Currency.Parse(figures.Currency));
        var lost = figures.Deferred.Declined + figures.Deferred.Expired - recovered;
        var pending = figures.Deferred.Pending;
        if (lost.Count > 0)
            findings.Add(Bad(
                $"Not paid: {Payments(lost.Count)} accepted offline, {lost.Amount}, declined or expired."));
        if (recovered.Count > 0)
            findings.Add(new Finding(
                true,
                $"Declined first, and paid after all: {Payments(recovered.Count)}, {recovered.Amount}."));
        if (pending.Count > 0)
            findings.Add(Bad(
                $"No outcome yet: {Payments(pending.Count)} accepted offline, {pending.Amount}."));
        if (figures.Refunds is { } refunds)
            Refunds(findings, refunds);
        if (figures.Chargebacks.Where(known => !known.Left.IsZero).ToList() is { Count: > 0 } open)
            findings.Add(Bad(
                $"Charged back: {Payments(open.Count)}, "
                + $"{open.Select(known => known.Left).Aggregate((sum, left) => sum + left)}."));
        foreach (var both in figures.PaidTwice ?? [])
            findings.Add(Bad(both.What));
        var dark = figures.Closings.SelectMany(store => store.Dark.Select(found => found.Terminal)).ToList();
        if (dark.Count > 0)
            findings.Add(Bad(
                $"Not complete: no contact with {string.Join(", ", dark)} when the day was closed."));
        if (figures.WithoutSale.Count > 0)
            findings.Add(Bad(
                $"Approved, but the sale has not arrived: {Payments(figures.WithoutSale.Count)}."));
        if (figures.Stragglers.Count > 0)
            findings.Add(new Finding(
                true, $"Arrived after the closing, and included: {Sales(figures.Stragglers.Count)}."));
        return findings;
    }

    private static Finding Proof(Proof proof) => proof.Holds
        ? new Finding(true,
            $"Every accepted card payment is in exactly one place: {Payments(proof.Accepted.Count)}, "
            + $"{proof.Accepted.Amount}, add up.")
        : Bad(
            $"The card payments do not add up: the sales name {Payments(proof.Accepted.Count)}, "
            + $"{proof.Accepted.Amount}; found are {Payments(proof.InBuckets.Count)}, "
            + $"{proof.InBuckets.Amount}.");

    private static void Refunds(List<Finding> findings, RefundFigures refunds)
    {
        var failed = refunds.Failed(Figure.Zero(refunds.All.Amount.Currency));
        if (failed.Count > 0)
            findings.Add(Bad(
                $"Not given back: {Refunds(failed.Count)}, {failed.Amount}, declined or expired. Give the "
                + "money back another way."));
        if (!refunds.Proof.Holds)
            findings.Add(Bad(
                $"The refunds to cards do not add up: they give back {refunds.Proof.Accepted.Amount}; found "
                + $"is {refunds.Proof.InBuckets.Amount}."));
    }

    private static Finding? Clearing(IReadOnlyList<BatchFigures> batches)
    {
        if (batches.Count == 0)
            return null;
        var open = batches.Count(batch => batch.Reconciliation != Balance.InBalance);
        return open == 0
            ? new Finding(true, "The acquirer's totals are the same as ours.")
            : Bad($"Not agreed with the acquirer: {open} of {batches.Count} clearing batches.");
    }

    private static Finding Bad(string sentence) => new(false, sentence);

    private static string Payments(long count) => count == 1 ? "1 payment" : $"{count} payments";

    private static string Refunds(long count) => count == 1 ? "1 refund" : $"{count} refunds";

    private static string Sales(long count) => count == 1 ? "1 sale" : $"{count} sales";
}
