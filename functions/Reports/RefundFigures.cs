using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Journal;

namespace CloudPos.Functions.Reports;

/// <summary>A refund and where its sale was made; its payments to cards are kept there.</summary>
internal sealed record RefundFact(string Store, string Terminal, TakenRefund Refund)
{
    /// <summary>Of the terminal that gave it back, where that is another one; null where it is not known.
    /// </summary>
    public string? GivenIn { get; init; }
}

/// <summary>Refunds to cards in one bucket: by refunds, and by voids of what was in a batch.</summary>
internal sealed record RefundPlace(Bucket Bucket, Figure Refunds, Figure Voids)
{
    public Figure Total => Refunds + Voids;
}

/// <summary>What was given back on the date, and where each refund to a card is.</summary>
/// <param name="Proof">What refunds give back to cards, and what is found of it.</param>
internal sealed record RefundFigures(
    Figure All, Figure Cash, Figure Card, Figure Other, IReadOnlyList<RefundPlace> Places, Proof Proof)
{
    /// <summary>Refused by the issuer, or not asked for in time: the customer is still owed it.</summary>
    public Figure Failed(Figure zero) => Places
        .Where(place => place.Bucket is Bucket.Declined or Bucket.Expired)
        .Aggregate(zero, (sum, place) => sum + place.Total);

    public static RefundFigures Of(SettlementFacts facts)
    {
        var zero = Figure.Zero(facts.Currency);
        var tenders = facts.Refunds.SelectMany(refund => refund.Refund.Tenders).ToList();
        Figure OfKind(TenderKind kind) => tenders.Where(tender => tender.Kind == kind)
            .Aggregate(zero, (sum, tender) => sum.Plus(tender.Amount));
        var places = Enum.GetValues<Bucket>().ToDictionary(
            bucket => bucket, bucket => new RefundPlace(bucket, zero, zero));
        foreach (var tender in tenders.Where(tender => tender.Kind == TenderKind.Card)
            .DistinctBy(tender => tender.Refund))
        {
            var row = tender.Refund is { } id ? facts.GivenBack.GetValueOrDefault(id) : null;
            var place = places[FiguresOf.BucketOf(row)];
            places[place.Bucket] = place with
            {
                Refunds = place.Refunds.Plus(row?.Amount ?? tender.Amount),
            };
        }
        foreach (var row in facts.GivenBack.Values.Where(row =>
            row.Amount?.Currency == facts.Currency && PaymentRecorder.IsOfVoid(row)))
        {
            var place = places[FiguresOf.BucketOf(row)];
            places[place.Bucket] = place with { Voids = place.Voids.Plus(row.Amount!.Value) };
        }
        var card = OfKind(TenderKind.Card);
        IReadOnlyList<RefundPlace> found =
            [.. places.Values.Where(place => place.Total.Count > 0).OrderBy(place => place.Bucket)];
        return new RefundFigures(
            facts.Refunds.Aggregate(zero, (sum, refund) => sum.Plus(refund.Refund.Total)),
            OfKind(TenderKind.Cash), card, OfKind(TenderKind.Other), found,
            new Proof(card, found.Aggregate(zero, (sum, place) => sum + place.Refunds)));
    }
}
