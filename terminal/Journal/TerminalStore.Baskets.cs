using CloudPos.Terminal.Checkout;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>Parked ones and the one at the counter: more would be a second till.</summary>
    public const int BasketsMax = 50;

    /// <summary>
    /// Keeps a basket as it is now; an empty one is forgotten. Once its sale is completed there is no basket
    /// of it any more, whatever is asked for.
    /// </summary>
    public WriteOutcome SaveBasket(OpenBasket basket)
    {
        lock (_gate)
            return Commit(_ =>
            {
                if (basket.IsEmpty || _sales.Find(basket.Sale) is not null)
                    _baskets.Drop(basket.Sale);
                else if (_baskets.CountBeside(basket.Sale) < BasketsMax)
                    _baskets.Set(basket);
                else
                    return WriteOutcome.Not(
                        WriteStatus.Malformed,
                        $"{BasketsMax} baskets are open already; sell or discard a parked one first.");
                return null;
            });
    }

    public WriteOutcome DropBasket(Id sale)
    {
        lock (_gate)
            return Commit(_ =>
            {
                _baskets.Drop(sale);
                return null;
            });
    }

    /// <summary>The one at the counter first, then the parked ones, oldest first.</summary>
    public IReadOnlyList<OpenBasket> Baskets => Locked(_baskets.All);
}
