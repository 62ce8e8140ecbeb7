using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reader;

namespace CloudPos.Terminal.Checkout;

/// <summary>How the open basket is to be paid.</summary>
/// <param name="Sale">The basket that the cashier saw, so that no other one is paid by mistake.</param>
/// <param name="Turn">The try: the same again is not a second one.</param>
internal sealed record PayOrder(
    Id Sale,
    int Turn,
    IReadOnlyList<TenderText> Tenders,
    CardSource? Card,
    string Cashier,
    string? Email,
    string? Phone)
{
    /// <summary>What the person may take off, unless a manager let more pass.</summary>
    public DiscountRight Right { get; init; } = DiscountRight.Any;

    public ApprovalOrder Approval { get; init; } = ApprovalOrder.Usual;

    /// <summary>The card pays a part; the basket stays open for the rest.</summary>
    public bool IsPart { get; init; }

    /// <summary>As typed; null for none.</summary>
    public string? Tip { get; init; }
}

internal sealed partial class SaleDesk
{
    /// <summary>
    /// Pays the open basket. A try that is under way or that ended is not tried again: whoever names it gets
    /// its answer. A sale that was completed, in this run of the program or an earlier one, stays completed.
    /// </summary>
    public Task<SaleResult> Pay(PayOrder order)
    {
        lock (_gate)
        {
            if (_trying is { } last && last.Sale == order.Sale && (last.Turn == order.Turn || IsBusy))
                return last.Result;
            if (_store.FindSale(order.Sale) is { } row)
                return Task.FromResult(SaleResult.Completed(_store.SaleEntry(row)));
            if (IsBusy || order.Sale != _open.Sale || order.Turn != _turn)
                return Refuse("The basket has changed meanwhile; look at it and pay again.");
            if (_open.IsEmpty)
                return Refuse("The basket is empty.");
            // Lines that were taken away since may have made the share larger.
            if (ShareOf(Priced(_open)) > Math.Max(order.Right.BasisPoints, _open.ApprovedBasisPoints))
                return Refuse("The discount is more than a cashier may give: change it, or ask a manager.");
            var paid = PaidOf(_store.OpenAttempts);
            if (_store.OpenAttempts.Any(attempt => attempt.Sale == order.Sale
                && paid.All(part => part.Payment!.Payment != attempt.Payment)))
                return Refuse(
                    "What became of this basket's last card payment is not known: settle it under Payments "
                    + "first.");
            var request = RequestOf(order, paid);
            _trying = Start(() => _sales().Sell(request, CancellationToken.None));
            return _trying.Result;
        }
    }

    /// <summary>
    /// A try that was asked for before, for a page that was loaded again meanwhile; null when none of it
    /// arrived, or nothing came of it before the program started. Asks for nothing.
    /// </summary>
    public Task<SaleResult>? Asked(Id sale, int turn)
    {
        lock (_gate)
        {
            if (_trying is { } last && last.Sale == sale && last.Turn == turn)
                return last.Result;
            return _store.FindSale(sale) is { } row
                ? Task.FromResult(SaleResult.Completed(_store.SaleEntry(row)))
                : null;
        }
    }

    /// <summary>
    /// Sells the open basket with a payment that was asked for before, and whose end nobody knows: a crash,
    /// or a disk that failed, came between. Two taps are one try here too.
    /// </summary>
    /// <param name="mayStandIn">A manager said that the shop takes the risk where nobody answers.</param>
    public Task<SaleResult> Keep(Id payment, PayOrder order, bool mayStandIn)
    {
        lock (_gate)
        {
            if (IsBusy)
                return _trying!.Sale == order.Sale
                    ? _trying.Result
                    : Refuse("This basket is being paid; wait for the answer.");
            if (_store.OpenAttempts.FirstOrDefault(open => open.Payment == payment) is not { } attempt)
                return Refuse("That payment is not open: it has an end already.");
            if (Paid.Any(part => part.Payment!.Payment == payment))
                return Refuse("A card has paid a part: take the rest, or give the cards' payments up.");
            if (attempt.Sale != _open.Sale || _open.IsEmpty)
                return Refuse(Parked.Any(parked => parked.Sale == attempt.Sale)
                    ? "Its basket is parked: take that up first."
                    : "Its basket is not here any more: give the payment up, and let the customer pay "
                        + "again.");
            if (ShareOf(Priced(_open)) > Math.Max(order.Right.BasisPoints, _open.ApprovedBasisPoints))
                return Refuse("The discount is more than a cashier may give: change it, or ask a manager.");
            var request = RequestOf(
                order with { Tenders = [], IsPart = true, Card = null }, PaidOf(_store.OpenAttempts));
            _trying = Start(() => _sales().Keep(payment, request, mayStandIn, CancellationToken.None));
            return _trying.Result;
        }
    }

    private SaleRequest RequestOf(PayOrder order, IReadOnlyList<Tender> paid) => new(
        _open.Items, order.Tenders, order.Card, order.Cashier, order.Email)
    {
        Sale = _open.Sale,
        Off = _open.Off,
        Customer = _open.Customer,
        Redeem = _open.Redeem,
        Phone = order.Phone,
        Order = order.Approval,
        Paid = paid,
        IsPart = order.IsPart,
        Tip = order.Tip,
    };

    private PayTry Start(Func<Task<SaleResult>> pay) => new(_open.Sale, _turn, Run(pay));

    /// <summary>
    /// Outside the lock, and to its end even when the screen that asked has gone: a sale is not broken off.
    /// </summary>
    private Task<SaleResult> Run(Func<Task<SaleResult>> pay) => Task.Run(async () =>
    {
        var isSold = false;
        try
        {
            var result = await pay();
            isSold = result.Status == SaleStatus.Completed;
            if (result.Part is { } part)
                lock (_gate)
                    _paid = [.. _paid, part];
            return result;
        }
        finally
        {
            lock (_gate)
            {
                if (isSold)
                    (_open, _paid) = (OpenBasket.New(), []);
                // The turn counts tries of one basket; a new basket begins at nought.
                _turn = isSold ? 0 : _turn + 1;
                Interlocked.Increment(ref _ended);
            }
        }
    });

    /// <summary>
    /// What cards have paid of the open basket. One that was given up elsewhere, under Payments, counts no
    /// more. In memory only: after a restart each is an open attempt, which is settled as one.
    /// </summary>
    public IReadOnlyList<Tender> Paid
    {
        get
        {
            lock (_gate)
                return _paid.Count == 0 ? [] : PaidOf(_store.OpenAttempts);
        }
    }

    /// <summary>Undoes what cards have paid of the open basket.</summary>
    public DeskAnswer GiveUp()
    {
        lock (_gate)
        {
            if (IsBusy)
                return new(_open, ["This basket is being paid; wait for the answer."]);
            var outcomes = _sales().GiveUp(PaidOf(_store.OpenAttempts), "the sale was not completed");
            _turn++;
            _paid = PaidOf(_store.OpenAttempts);
            return new(_open, [
                .. outcomes.Where(outcome => !outcome.IsStored).Select(outcome => outcome.Sentence)]);
        }
    }

    private IReadOnlyList<Tender> PaidOf(IReadOnlyList<OpenAttempt> open) =>
        [.. _paid.Where(part => open.Any(attempt => attempt.Payment == part.Payment!.Payment))];

    private static Task<SaleResult> Refuse(string sentence) =>
        Task.FromResult(SaleResult.BadInput(sentence));

    private sealed record PayTry(Id Sale, int Turn, Task<SaleResult> Result);
}
