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
/// <param name="Tip">In the card's share where a card pays, else in the cash; null for none.</param>
internal sealed record TenderSplit(Money Cash, Money CashGiven, Money Card, Money? Tip = null)
{
    public Money Change => CashGiven - Cash;

    public Money? CardTip => Card.IsZero ? null : Tip;

    public Money? CashTip => Card.IsZero ? Tip : null;

    public static TenderSplitResult TryCreate(
        Money total, IReadOnlyList<TenderRequest> tenders, Money? tip = null)
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
        if (FaultOf(tip, total) is { } fault)
            return new(null, fault);
        return tenders.Count == 1 ? Single(total, tenders[0], tip) : Both(total, tenders, tip);
    }

    /// <summary>One card pays a part of what is left, and others pay the rest.</summary>
    public static TenderSplitResult Part(
        Money left, IReadOnlyList<TenderRequest> tenders, Money? tip = null)
    {
        if (tenders is not [{ Kind: TenderKind.Card, Amount: { } amount }])
            return new(null, "A part is paid by one card; say how much of it.");
        if (amount.Minor <= 0 || amount.Currency != left.Currency || amount >= left)
            return new(null, $"A part is more than nothing and less than the {left} that are left.");
        var zero = Money.Zero(left.Currency);
        return FaultOf(tip, amount) is { } fault
            ? new(null, fault)
            : new(new TenderSplit(zero, zero, amount + (tip ?? zero), tip), null);
    }

    /// <summary>More than what it is given on is a slip of the finger.</summary>
    private static string? FaultOf(Money? tip, Money on) => tip > on
        ? $"A tip is at most what it is given on, {on}; {tip} is more."
        : null;

    private static TenderSplitResult Single(Money total, TenderRequest tender, Money? tip)
    {
        var zero = Money.Zero(total.Currency);
        // Cash is what is handed over, for the tip too; a card's amount is its part of the sale.
        var due = tender.Kind == TenderKind.Cash ? total + (tip ?? zero) : total;
        var amount = tender.Amount ?? due;
        if (amount < due)
            return new(null, $"The sale comes to {due}; {amount} is {due - amount} too little.");
        if (tender.Kind == TenderKind.Cash)
            return new(new TenderSplit(due, amount, zero, tip), null);
        if (total.IsZero)
            return new(null, "There is nothing to pay by card.");
        return amount > total
            ? new(null, $"A card pays exactly what the sale comes to: {total}.")
            : new(new TenderSplit(zero, zero, total + (tip ?? zero), tip), null);
    }

    private static TenderSplitResult Both(Money total, IReadOnlyList<TenderRequest> tenders, Money? tip)
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
            : new(new TenderSplit(
                cashShare, cashShare, cardShare + (tip ?? Money.Zero(total.Currency)), tip), null);
    }
}

/// <summary>The split, or what is wrong with it, as a sentence for the cashier.</summary>
internal readonly record struct TenderSplitResult(TenderSplit? Value, string? Fault)
{
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Fault))]
    public bool IsValid => Value is not null;
}
