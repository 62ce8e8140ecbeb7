using System.Text.Json.Serialization;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>
/// A basket that is not paid yet, as it lies on disk: what was chosen, not what it costs. Prices are the
/// catalogue's at the moment of paying. Immutable.
/// </summary>
/// <param name="Sale">Made when the basket is opened: paying it twice is one sale.</param>
/// <param name="Off">Taken off the whole.</param>
/// <param name="ParkedAt">Null while it is the one at the counter.</param>
/// <param name="Label">How the cashier tells parked baskets apart; may be empty.</param>
internal sealed record OpenBasket(
    Id Sale,
    IReadOnlyList<OpenLine> Lines,
    Discount Off,
    DateTimeOffset? ParkedAt,
    string Label)
{
    /// <summary>The share off the whole that a manager let pass, in basis points; 0 when none did.</summary>
    public int ApprovedBasisPoints { get; init; }

    public const int LabelLengthMax = 40;

    /// <summary>Who buys; null where nobody said.</summary>
    public Id? Customer { get; init; }

    /// <summary>Points that the customer wants to pay with.</summary>
    public long Redeem { get; init; }

    public static OpenBasket New() => new(Id.New(), [], default, null, "");

    [JsonIgnore]
    public bool IsEmpty => Lines.Count == 0;

    [JsonIgnore]
    public IReadOnlyList<BasketItem> Items =>
        [.. Lines.Select(line => new BasketItem(line.Sku, line.Quantity, line.Off))];

    /// <summary>More of a product: the line that it has already, or a line of its own at the end.</summary>
    public OpenBasket Add(string sku, long quantity)
    {
        var lines = Lines.ToList();
        var at = lines.FindIndex(line => line.Sku == sku && line.Off.IsNone);
        if (at < 0)
            lines.Add(new OpenLine(sku, quantity, default));
        else
            lines[at] = lines[at] with { Quantity = lines[at].Quantity + quantity };
        return this with { Lines = lines };
    }

    /// <summary>Another quantity or discount of one line; a quantity of zero takes it away.</summary>
    public OpenBasket Change(int index, long quantity, Discount off)
    {
        var lines = Lines.ToList();
        if (quantity == 0)
            lines.RemoveAt(index);
        else
            lines[index] = lines[index] with { Quantity = quantity, Off = off };
        return this with { Lines = lines };
    }
}

internal sealed record OpenLine(string Sku, long Quantity, Discount Off);
