namespace CloudPos.Terminal.Checkout;

/// <summary>One way of paying, as asked for. No amount means: what the others leave.</summary>
internal readonly record struct TenderRequest(TenderKind Kind, Money? Amount);

/// <summary>
/// Who pays what of a sale. At most one cash and one card tender; their shares add up to the total exactly,
/// and only a sale paid in cash alone gives change.
/// </summary>
/// <param name="Cash">The share paid in cash; zero when none is.</param>
/// <param name="CashGiven">What the customer hands over; the share and the change.</param>
/// <param name="Card">The share paid by card; zero when none is.</param>
internal sealed record TenderSplit(Money Cash, Money CashGiven, Money Card)
{
    public Money Change => CashGiven - Cash;

    public static TenderSplitResult TryCreate(Money total, IReadOnlyList<TenderRequest> tenders)
    {
        if (tenders.Count == 0)
            return new(null, "Nothing pays for the sale; say how with --pay.");
        if (tenders.GroupBy(t => t.Kind).Any(kind => kind.Count() > 1))
            return new(null,
                "A sale takes one cash and one card payment at most; pay the other cards' parts first.");
        if (tenders.Any(t => t.Kind is not (TenderKind.Cash or TenderKind.Card)))
            return new(null, "A sale is paid in cash, by card, or with both.");
        var wrong = tenders.Any(t => t.Amount is { } a && (a.Minor <= 0 || a.Currency != total.Currency));
        if (wrong)
            return new(null, $"Each payment must be more than nothing, in {total.Currency}.");
        return tenders.Count == 1 ? Single(total, tenders[0]) : Both(total, tenders);
    }

    /// <summary>One card pays a part of what is left, and others pay the rest.</summary>
    public static TenderSplitResult Part(Money left, IReadOnlyList<TenderRequest> tenders)
    {
        if (tenders is not [{ Kind: TenderKind.Card, Amount: { } amount }])
            return new(null, "A part is paid by one card; say how much of it.");
        if (amount.Minor <= 0 || amount.Currency != left.Currency || amount >= left)
            return new(null, $"A part is more than nothing and less than the {left} that are left.");
        var zero = Money.Zero(left.Currency);
        return new(new TenderSplit(zero, zero, amount), null);
    }

    private static TenderSplitResult Single(Money total, TenderRequest tender)
    {
        var zero = Money.Zero(total.Currency);
        var amount = tender.Amount ?? total;
        if (amount < total)
            return new(null, $"The sale comes to {total}; {amount} is {total - amount} too little.");
        if (tender.Kind == TenderKind.Cash)
            return new(new TenderSplit(total, amount, zero), null);
        if (total.IsZero)
            return new(null, "There is nothing to pay by card.");
        return amount > total
            ? new(null, $"A card pays exactly what the sale comes to: {total}.")
            : new(new TenderSplit(zero, zero, total), null);
    }

    private static TenderSplitResult Both(Money total, IReadOnlyList<TenderRequest> tenders)
    {
        var cash = tenders.First(t => t.Kind == TenderKind.Cash).Amount;
        var card = tenders.First(t => t.Kind == TenderKind.Card).Amount;
        if (cash is null && card is null)
            return new(null, "Say how much of it is paid in cash, or how much by card.");
        var (cashShare, cardShare) = (cash ?? total - card!.Value, card ?? total - cash!.Value);
        if (cashShare.Minor <= 0 || cardShare.Minor <= 0)
            return new(null, $"One payment alone covers the {total}; leave the other out.");
        return cashShare + cardShare != total
            ? new(null, $"The payments add up to {cashShare + cardShare}; the sale comes to {total}.")
            : new(new TenderSplit(cashShare, cashShare, cardShare), null);
    }
}

/// <summary>The split, or what is wrong with it, as a sentence for the cashier.</summary>
internal readonly record struct TenderSplitResult(TenderSplit? Value, string? Fault)
{
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Fault))]
    public bool IsValid => Value is not null;
}
