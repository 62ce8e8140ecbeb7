using CloudPos.Journal;
using CloudPos.Terminal.Journal;

namespace CloudPos.Terminal.Checkout;

/// <summary>What came of a touch at the counter: the basket as it is, and what to tell the cashier.</summary>
/// <param name="Ask">Nothing was done, since the discount is more than the person may give.</param>
internal readonly record struct DeskAnswer(
    OpenBasket Basket, IReadOnlyList<string> Faults, DiscountAsk? Ask = null)
{
    public bool IsDone => Faults.Count == 0;
}

/// <summary>A discount that a manager is asked for.</summary>
/// <param name="Share">Of the whole basket, in basis points, with the discounts that it has already.</param>
/// <param name="Article">The line's, or null where the whole basket is reduced.</param>
/// <param name="From">Before this discount.</param>
internal sealed record DiscountAsk(int Share, string? Article, Money From, Money To);

/// <summary>The share of a sale that a person may take off, in basis points.</summary>
/// <param name="Approved">A manager let any share pass, just now.</param>
internal readonly record struct DiscountRight(int BasisPoints, bool Approved = false)
{
    public static DiscountRight Any { get; } = new(Discount.BasisPointsMax);
}

/// <summary>
/// The counter of a running terminal: one open basket, the parked ones, and paying. Whatever screen asks,
/// there is this one basket, and every change of it is on disk before it is shown. Paying is told apart by
/// (sale, turn): the same pair again is the same try and gets its answer, so that two taps are one sale.
/// Thread-safe.
/// </summary>
internal sealed partial class SaleDesk
{
    private readonly Lock _gate = new();
    private readonly TerminalStore _store;
    private readonly Func<SaleFlow> _sales;
    private OpenBasket _open;
    private PayTry? _trying;
    private IReadOnlyList<Tender> _paid = [];
    private int _turn;
    private long _ended;

    public SaleDesk(TerminalStore store, Func<SaleFlow> sales)
    {
        (_store, _sales) = (store, sales);
        _open = store.Baskets.FirstOrDefault(basket => basket.ParkedAt is null) ?? OpenBasket.New();
    }

    public OpenBasket Open
    {
        get
        {
            lock (_gate)
                return _open;
        }
    }

    /// <summary>Rises when a try to pay ended without a sale.</summary>
    public int Turn
    {
        get
        {
            lock (_gate)
                return _turn;
        }
    }

    /// <summary>Rises whenever a try to pay ended, so that screens learn of what no entry tells.</summary>
    public long Ended => Interlocked.Read(ref _ended);

    public bool IsPaying
    {
        get
        {
            lock (_gate)
                return IsBusy;
        }
    }

    public IReadOnlyList<OpenBasket> Parked =>
        [.. _store.Baskets.Where(basket => basket.ParkedAt is not null)];

    private bool IsBusy => _trying is { Result.IsCompleted: false };

    /// <summary>Adds what was scanned, typed or touched.</summary>
    public DeskAnswer Add(string code, long quantity)
    {
        if (_store.FindProduct(code) is not { } product)
            return new(Open, [$"No product has the SKU or barcode '{code}'."]);
        return product.Withdrawn
            ? new(Open, [$"'{product.Sku}' ({product.Name}) is withdrawn from sale."])
            : Change(basket => basket.Add(product.Sku, quantity));
    }

    /// <summary>Another quantity or discount of a line; a quantity of zero takes it away.</summary>
    public DeskAnswer SetLine(int index, long quantity, Discount off, DiscountRight right) => Change(
        basket => index < 0 || index >= basket.Lines.Count
            ? basket
            : basket.Lines[index].Off == off
                ? basket.Change(index, quantity, off)
                : Allowed(basket.Change(index, quantity, off), right, index));

    public DeskAnswer SetDiscount(Discount off, DiscountRight right) =>
        Change(basket => Allowed(basket with { Off = off }, right));

    private Basket? Priced(OpenBasket basket) => _store.Enrolment is { } enrolment
        ? Basket.TryCreate(basket.Items, _store.FindProduct, enrolment.Currency, basket.Off).Value
        : null;

    private static long GrossOf(Basket priced) =>
        priced.Lines.Sum(line => (line.UnitPrice * line.Quantity).Minor);

    /// <summary>The share that is taken off the whole, rounded up to a basis point.</summary>
    private static int ShareOf(Basket? priced)
    {
        if (priced is null)
            return 0;
        var off = (Int128)priced.Lines.Sum(line => line.Discount.Minor) * Discount.BasisPointsMax;
        var gross = off == 0 ? 1 : GrossOf(priced);
        return (int)((off + gross - 1) / gross);
    }

    /// <param name="index">The line that is reduced, or null for the whole basket.</param>
    private OpenBasket Allowed(OpenBasket basket, DiscountRight right, int? index = null)
    {
        var priced = Priced(basket);
        var share = ShareOf(priced);
        if (right.Approved)
            return basket with { ApprovedBasisPoints = Math.Max(share, basket.ApprovedBasisPoints) };
        if (share <= Math.Max(right.BasisPoints, basket.ApprovedBasisPoints))
            return basket;
        var (from, to) = (priced!.Total with { Minor = GrossOf(priced) }, priced.Total);
        string? article = null;
        if (index is { } at && at < priced.Lines.Count)
        {
            var line = priced.Lines[at];
            from = line.UnitPrice * line.Quantity;
            (article, to) = (line.Name, from - basket.Lines[at].Off.Of(from));
        }
        throw new DeskFault(
            "A manager has to approve a discount of this size.", new DiscountAsk(share, article, from, to));
    }

    /// <summary>Who buys, and the points they pay with; nobody takes both away.</summary>
    public DeskAnswer SetCustomer(Id? customer, long redeem)
    {
        if (customer is { } id && _store.FindCustomer(id) is null)
            return new(Open, ["That customer is not known here."]);
        return redeem < 0
            ? new(Open, ["Points are not negative."])
            : Change(basket => basket with
            {
                Customer = customer, Redeem = customer is null ? 0 : redeem,
            });
    }

    /// <summary>Forgets the open basket.</summary>
    public DeskAnswer Discard() => Change(_ => OpenBasket.New());

    /// <summary>Puts the open basket aside; the next customer gets an empty one.</summary>
    public DeskAnswer Park(string label) => Change(basket =>
    {
        if (basket.IsEmpty)
            return basket;
        var parked = _store.SaveBasket(basket with { ParkedAt = _store.Now, Label = label.Trim() });
        return parked.IsStored ? OpenBasket.New() : throw new DeskFault(parked.Sentence);
    });

    /// <summary>Takes a parked basket up again; the open one, if it holds anything, is parked.</summary>
    public DeskAnswer Resume(Id sale) => Change(open =>
    {
        if (_store.Baskets.FirstOrDefault(b => b.Sale == sale && b.ParkedAt is not null) is not { } parked)
            throw new DeskFault("That basket is not parked any more.");
        if (!open.IsEmpty
            && _store.SaveBasket(open with { ParkedAt = _store.Now }) is { IsStored: false } failed)
            throw new DeskFault(failed.Sentence);
        return parked with { ParkedAt = null, Label = "" };
    });

    private DeskAnswer Change(Func<OpenBasket, OpenBasket> change)
    {
        lock (_gate)
        {
            if (IsBusy)
                return new(_open, ["This basket is being paid; wait for the answer."]);
            if (Paid.Count > 0)
                return new(_open, ["A card has paid a part: take the rest, or give the cards' payments up."]);
            try
            {
                var next = change(_open);
                if (Check(next) is { } fault)
                    return new(_open, [fault]);
                if (_open.Sale != next.Sale && Parked.All(parked => parked.Sale != _open.Sale))
                    _store.DropBasket(_open.Sale);
                var saved = _store.SaveBasket(next);
                if (!saved.IsStored)
                    return new(_open, [saved.Sentence]);
                // Emptied again it is another basket: an id is used for one sale at most.
                _open = next.IsEmpty && next.Customer is null ? OpenBasket.New() : next;
                return new(_open, []);
            }
            catch (DeskFault fault)
            {
                return new(_open, [fault.Message], fault.Ask);
            }
        }
    }

    private static string? Check(OpenBasket basket)
    {
        if (basket.Lines.Count > Basket.LinesMax)
            return $"A sale has at most {Basket.LinesMax} lines; split it into two.";
        if (basket.Lines.Any(line => line.Quantity is < 1 or > Basket.QuantityMax))
            return $"A quantity is 1 to {Basket.QuantityMax}.";
        if (!basket.Off.IsValid || basket.Lines.Any(line => !line.Off.IsValid))
            return "A discount is a share of at most 100 %, or an amount.";
        return basket.Label.Length > OpenBasket.LabelLengthMax || basket.Label.Any(char.IsControl)
            ? $"A label has at most {OpenBasket.LabelLengthMax} characters."
            : null;
    }

    /// <summary>Ends a change with a sentence for the cashier; nothing is changed.</summary>
    private sealed class DeskFault(string sentence, DiscountAsk? ask = null) : Exception(sentence)
    {
        public DiscountAsk? Ask => ask;
    }
}
