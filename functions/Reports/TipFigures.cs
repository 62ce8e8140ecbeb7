using CloudPos.Journal;

namespace CloudPos.Functions.Reports;

/// <summary>
/// Tips of the date, beside the sales: in the ways of paying, and in neither sales nor tax.
/// </summary>
/// <param name="Returned">Of voids and refunds.</param>
internal sealed record TipFigures(Figure Cash, Figure Card, Figure Other, Figure Returned)
{
    public Figure All => Cash + Card + Other;

    public Money Net => All.Amount - Returned.Amount;

    public static TipFigures? Of(SettlementFacts facts)
    {
        var zero = Figure.Zero(facts.Currency);
        Figure OfKind(TenderKind kind) => facts.Sales.SelectMany(sale => sale.Sale.Tenders)
            .Where(tender => tender.Kind == kind && tender.Tip is { IsZero: false })
            .Aggregate(zero, (sum, tender) => sum.Plus(tender.Tip!.Value));
        var returned = facts.Voids.Select(sale => sale.Sale.Tip)
            .Concat(facts.Refunds.Select(refund => refund.Refund.Tip ?? zero.Amount))
            .Where(tip => !tip.IsZero).Aggregate(zero, (sum, tip) => sum.Plus(tip));
        var tips = new TipFigures(
            OfKind(TenderKind.Cash), OfKind(TenderKind.Card), OfKind(TenderKind.Other), returned);
        return tips.All.Count + returned.Count == 0 ? null : tips;
    }
}
