using CloudPos.Functions.Payments;
using CloudPos.Journal;

namespace CloudPos.Functions.Journals;

/// <summary>A sale as a refund finds it.</summary>
/// <param name="Payments">Of its card tenders, under the ids that the sale names.</param>
internal sealed record RefundableSale(
    SaleRow Row, SaleCompleted Sale, IReadOnlyList<TakenRefund> Taken, IReadOnlyDictionary<Id,
        PaymentRow> Payments)
{
    /// <summary>What the cards' banks have taken back of them; zero is left out.</summary>
    public IReadOnlyDictionary<Id, Money> ChargedBack { get; init; } = new Dictionary<Id, Money>();
}

/// <summary>
/// Whether a refund may be taken of a sale: pure. Whatever terminals ask for it, in whatever order, pieces,
/// amounts and cards never give back more than they took.
/// </summary>
internal static class RefundDecisions
{
    /// <summary>How long a yes holds before the entry has arrived.</summary>
    public static readonly TimeSpan ReservedFor = TimeSpan.FromMinutes(10);

    private const int RefundsMax = 50;

    /// <param name="by">The terminal that gives it back.</param>
    /// <param name="entry">The entry; null when it is only asked for.</param>
    /// <returns>What is then taken of the sale, null when nothing changes; or why not.</returns>
    public static (IReadOnlyList<TakenRefund>? Taken, string? Refusal) Take(
        RefundableSale known, SaleRefunded refund, string by, EntryHeader? entry, DateTimeOffset now)
    {
        var own = known.Taken.FirstOrDefault(one => one.Refund == refund.Refund);
        if (own is { Number: > 0 })
            return entry is null || own.IsOf(entry)
                ? (null, null)
                : (null, $"the refund is entry {own.Epoch}.{own.Number} of {own.Terminal} already");

        // The same question again is answered as before, and does not make the reservation last longer.
        if (entry is null && own is { } reserved && reserved.Until > now)
            return (reserved.Total, reserved.Tip) == (refund.Total, refund.Tip)
                && reserved.Tenders.SequenceEqual(refund.Tenders)
                ? (null, null)
                : (null, "the refund is reserved with other content");
        var others = known.Taken
            .Where(one => one.Refund != refund.Refund && (one.Until is null || one.Until > now)).ToList();
        if (others.Count >= RefundsMax)
            return (null, $"a sale has at most {RefundsMax} refunds");
        // What was promised to a customer stays promised, whatever his bank has done meanwhile.
        var isPromised = own is not null;
        if ((FaultOf(known, refund, others) ?? (isPromised ? null : PaidTwice(known, refund, others)))
            is { } fault)
            return (null, fault);
        var taken = new TakenRefund(
            refund.Refund, by, entry?.Journal.Epoch ?? 0, entry?.Number ?? 0,
            entry is null ? now + ReservedFor : null, refund.Total, refund.Lines, refund.Tenders,
            entry?.BusinessDate, refund.Taxes) { Tip = refund.Tip, Cashier = refund.Cashier };
        return ([.. others, taken], null);
    }

    /// <summary>Why nothing at all can be given back of a sale now; null when something may be.</summary>
    public static string? FaultOfSale(RefundableSale known)
    {
        if (known.Row.VoidedBy is not null)
            return "the sale was voided";
        // Cash too: before the outcome nobody knows whether the customer has paid at all.
        foreach (var tender in known.Sale.Tenders)
            if (tender.Payment is { } paid
                && (!known.Payments.TryGetValue(paid.Payment, out var row)
                    || PaymentStates.IsOpen(row.State)))
                return $"payment {paid.Payment} has no outcome yet";
        return null;
    }

    private static string? FaultOf(
        RefundableSale known, SaleRefunded refund, IReadOnlyList<TakenRefund> others)
    {
        if (FaultOfSale(known) is { } wrong)
            return wrong;
        var tip = refund.Tip ?? Money.Zero(refund.Total.Currency);
        if (refund.Total.Minor < 0 || tip.Minor < 0 || refund.Total.Minor + tip.Minor == 0
            || refund.Total.Currency != known.Sale.Total.Currency || tip.Currency != refund.Total.Currency)
            return "a refund is above zero, in the currency of its sale";
        if (refund.Tenders.Any(tender => tender.Amount.Minor <= 0)
            || refund.Tenders.Sum(tender => tender.Amount.Minor) != refund.Total.Minor + tip.Minor)
            return "what is given back does not add up to the refund";
        if (others.Sum(one => one.Tip?.Minor ?? 0) + tip.Minor > known.Sale.Tip.Minor)
            return $"with earlier refunds it is more than the tip of {known.Sale.Tip}";
        if (others.Sum(one => one.Total.Minor) + refund.Total.Minor > known.Sale.Total.Minor)
            return $"with earlier refunds it is more than the sale's {known.Sale.Total}";
        return FaultOfLines(known.Sale, refund, others) ?? FaultOfTenders(known, refund, others);
    }

    private static string? FaultOfLines(
        SaleCompleted sale, SaleRefunded refund, IReadOnlyList<TakenRefund> others)
    {
        if (refund.Lines.Count > 0 && refund.Lines.Sum(line => line.Amount.Minor) != refund.Total.Minor)
            return "its lines do not add up to the refund";
        foreach (var lines in refund.Lines.GroupBy(line => line.Line))
        {
            if (lines.Key < 0 || lines.Key >= sale.Lines.Count
                || sale.Lines[lines.Key].Sku != lines.First().Sku)
                return $"the sale has no line {lines.Key} of {lines.First().Sku}";
            var sold = sale.Lines[lines.Key];
            var before = others.SelectMany(one => one.Lines).Where(line => line.Line == lines.Key);
            if (lines.Any(line => line.Quantity <= 0)
                || before.Concat(lines).Sum(line => line.Quantity) > sold.Quantity)
                return $"of {sold.Quantity} {sold.Sku} sold, more would come back";
        }
        return null;
    }

    private static string? FaultOfTenders(
        RefundableSale known, SaleRefunded refund, IReadOnlyList<TakenRefund> others)
    {
        var cash = known.Sale.Tenders.Where(tender => tender.Payment is null).Sum(tender =>
            tender.Amount.Minor);
        var cashBack = others.SelectMany(one => one.Tenders).Concat(refund.Tenders)
            .Where(tender => tender.Payment is null).Sum(tender => tender.Amount.Minor);
        if (cashBack > cash)
            return "more would be given back in cash than was paid in cash";
        foreach (var card in refund.Tenders.Where(tender => tender.Payment is not null).GroupBy(t =>
            t.Payment!.Value))
        {
            if (card.Any(tender => tender.Refund is null))
                return "a refund to a card has an id of its own";
            if (!known.Payments.TryGetValue(card.Key, out var row))
                return $"payment {card.Key} paid for no part of the sale";
            if (!HasMoney(row.State))
                return $"payment {card.Key} took no money: it is {row.State}";
            var before = others.SelectMany(one => one.Tenders).Where(tender => tender.Payment == card.Key);
            var paid = known.Sale.Tenders.First(tender => tender.Payment?.Payment == card.Key).Amount;
            if (before.Concat(card).Sum(tender => tender.Amount.Minor) > paid.Minor)
                return $"more would go back to the card than its {paid}";
        }
        return null;
    }

    /// <summary>
    /// A customer whose bank has got the money back is not given it once more: the case decides who has it.
    /// </summary>
    private static string? PaidTwice(
        RefundableSale known, SaleRefunded refund, IReadOnlyList<TakenRefund> others)
    {
        foreach (var card in refund.Tenders.Where(tender => tender.Payment is not null)
            .GroupBy(tender => tender.Payment!.Value))
            if (known.ChargedBack.TryGetValue(card.Key, out var gone))
            {
                var before = others.SelectMany(one => one.Tenders)
                    .Where(tender => tender.Payment == card.Key).Concat(card).Sum(one => one.Amount.Minor);
                var paid = known.Sale.Tenders.First(tender => tender.Payment?.Payment == card.Key).Amount;
                if (before > paid.Minor - gone.Minor)
                    return $"the card's bank has charged back {gone} of its {paid} already, and would be "
                        + "paid twice; the office answers the case";
            }
        return null;
    }

    private static bool HasMoney(PaymentState state) =>
        state is PaymentState.Approved or PaymentState.Batched or PaymentState.Settled;
}
