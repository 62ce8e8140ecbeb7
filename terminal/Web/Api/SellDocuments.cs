using CloudPos.Cards;
using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Wire;

namespace CloudPos.Terminal.Web.Api;

/// <summary>The open basket as a screen shows it, priced.</summary>
/// <param name="Turn">Named when it is paid; see <see cref="SaleDesk"/>.</param>
/// <param name="Gross">Before any discount.</param>
/// <param name="Discount">Taken off in all.</param>
/// <param name="Off">The discount on the whole as it was given.</param>
/// <param name="Faults">Why it cannot be sold as it is; empty when it can.</param>
internal sealed record BasketDocument(
    Id Sale,
    int Turn,
    bool Paying,
    IReadOnlyList<BasketLineDocument> Lines,
    IReadOnlyList<TaxLine> Taxes,
    Money Gross,
    Money Discount,
    Money Total,
    Discount Off,
    IReadOnlyList<string> Faults,
    int Parked)
{
    public CustomerInBasket? Customer { get; init; }

    /// <summary>What cards have paid of it already.</summary>
    public IReadOnlyList<PaidTenderDocument> Paid { get; init; } = [];

    /// <summary>What is still to be paid.</summary>
    public Money Left { get; init; } = Total;

    /// <summary>Percentages to offer a tip of; null where nobody is asked for one.</summary>
    public IReadOnlyList<int>? TipChoices { get; init; }
}

/// <summary>Who buys, and what it does to their points.</summary>
internal sealed record CustomerInBasket(
    Id Customer, string Name, long Points, string? Tier, long RedeemMax, long Redeem, long Earns);

internal sealed record BuyerBody(Id? Customer = null, long Redeem = 0);

/// <param name="OnHand">What should lie on the shelf before this sale.</param>
internal sealed record BasketLineDocument(
    string Sku, string Name, long Quantity, Money UnitPrice, Discount Off, Money Discount, Money Total,
    int TaxBasisPoints, long OnHand);

internal sealed record AddBody(string Code, long Quantity = 1);

/// <param name="Quantity">Zero takes the line away.</param>
internal sealed record LineBody(
    int Index, long Quantity, int BasisPoints = 0, long Minor = 0, PinBody? Manager = null);

internal sealed record DiscountBody(int BasisPoints = 0, long Minor = 0, PinBody? Manager = null);

internal sealed record ParkBody(string Label = "");

internal sealed record ResumeBody(Id Sale);

internal sealed record ParkedDocument(Id Sale, string Label, DateTimeOffset At, int Lines, Money? Total);

internal sealed record ParkedListDocument(IReadOnlyList<ParkedDocument> Parked);

/// <param name="Card">How the card is presented; null when none of the tenders is a card.</param>
/// <param name="Manager">Approves what lies between the floor limit and the second limit.</param>
/// <param name="Tip">As typed, on top of what this try pays; null for none.</param>
/// <param name="IsPart">The one card pays a part; another card or cash pays the rest.</param>
internal sealed record PayBody(
    Id Sale,
    int Turn,
    IReadOnlyList<TenderBody> Tenders,
    CardBody? Card = null,
    string? Email = null,
    string? Phone = null,
    PinBody? Manager = null,
    bool IsPart = false,
    string? Tip = null);

/// <param name="Payment">An attempt without an end, made for the basket at the counter.</param>
internal sealed record KeepBody(Id Payment, PinBody? Manager = null);

/// <param name="Amount">As typed; null for what the others leave.</param>
internal sealed record TenderBody(TenderKind Kind, string? Amount = null);

/// <param name="Swiped">The card that the reader typed last.</param>
/// <param name="Scripted">Name of a scripted card; see the reader's list.</param>
internal sealed record CardBody(bool Swiped = false, string? Scripted = null);

/// <summary>What a screen says may be done instead of what was refused.</summary>
internal enum Instead
{
    None = 0,
    OtherCard = 1,
    Cash = 2,
    Manager = 3,
    Wait = 4,
    Settle = 5,
}

/// <summary>How a try to pay ended.</summary>
/// <param name="Reason">Of the offline policy, when it decided.</param>
/// <param name="Receipt">The receipt's text, when something was sold.</param>
internal sealed record PaidDocument(
    SaleStatus Status,
    IReadOnlyList<string> Sentences,
    IReadOnlyList<Instead> Instead,
    Id Sale,
    string? ReceiptNumber = null,
    Money? Total = null,
    Money? Change = null,
    IReadOnlyList<PaidTenderDocument>? Tenders = null,
    DecisionReason? Reason = null,
    string? ResponseCode = null,
    Id? Payment = null,
    string? Receipt = null)
{
    /// <summary>Beside the total; null for none.</summary>
    public Money? Tip { get; init; }
}

internal sealed record PaidTenderDocument(
    TenderKind Kind, Money Amount, Approval? Approval, Scheme? Scheme, string? LastFour)
{
    /// <summary>The part of the amount that is a tip; null for none.</summary>
    public Money? Tip { get; init; }
}

internal sealed record ProductsDocument(IReadOnlyList<ProductDocument> Products, bool More);

internal sealed record ProductDocument(
    string Sku, string Ean, string Name, string Category, Money Price, int TaxBasisPoints, long OnHand);

internal sealed record CategoriesDocument(IReadOnlyList<string> Categories);

internal sealed record ReaderDocument(IReadOnlyList<string> Scripted);

/// <summary>Nothing more to say than that it was done.</summary>
internal sealed record DoneDocument(bool Done = true);
