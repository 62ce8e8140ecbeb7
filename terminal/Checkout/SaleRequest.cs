using CloudPos.Journal;
using CloudPos.Terminal.Reader;
using CloudPos.Terminal.Uplink;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>What the cashier wants to sell, and how it is to be paid.</summary>
/// <param name="Card">Where the card comes from; null when none of the tenders is a card.</param>
/// <param name="Email">Where the receipt is to go as well; null when the customer gave none.</param>
internal sealed record SaleRequest(
    IReadOnlyList<BasketItem> Items,
    IReadOnlyList<TenderText> Tenders,
    CardSource? Card,
    string Cashier,
    string? Email)
{
    /// <summary>How a card is to be approved.</summary>
    public ApprovalOrder Order { get; init; } = ApprovalOrder.Usual;

    /// <summary>Made when the basket was opened, so that paying twice is one sale; else made now.</summary>
    public Id? Sale { get; init; }

    /// <summary>
    /// Card tenders of this sale that are approved already, by this run of the program; see <see
    /// cref="SaleResult.Part"/>.
    /// </summary>
    public IReadOnlyList<Tender> Paid { get; init; } = [];

    /// <summary>The one card tender pays a part only; the sale stays open for the others.</summary>
    public bool IsPart { get; init; }

    /// <summary>Taken off the whole, after what is taken off single lines.</summary>
    public Discount Off { get; init; }

    /// <summary>Who buys, for their points and their discount; null where nobody said.</summary>
    public Id? Customer { get; init; }

    /// <summary>Points that pay for a discount.</summary>
    public long Redeem { get; init; }

    /// <summary>
    /// As typed: given on what this try pays, and taken with it; null for none. Of cash and card together it
    /// goes on the card.
    /// </summary>
    public string? Tip { get; init; }

    /// <summary>A contact only: nothing is ever sent to it by itself.</summary>
    public string? Phone { get; init; }
}

/// <summary>
/// A tender as typed: the amount is read once the currency is known. Null means what the others leave.
/// </summary>
internal readonly record struct TenderText(TenderKind Kind, string? Amount);

/// <summary>
/// Asks the issuer through the back office. Null where a sale stands alone and nobody can be asked. It
/// returns within the time-out and throws only when it is cancelled.
/// </summary>
internal delegate Task<Reply<AuthoriseAnswer>> AskIssuer(
    AuthoriseRequest request, TimeSpan timeout, CancellationToken cancel);
