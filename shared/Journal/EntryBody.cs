using System.Text.Json.Serialization;
using CloudPos.Cards;

namespace CloudPos.Journal;

/// <summary>
/// The body of an entry: what happened. Immutable; its bytes are made once, by <see cref="Entry.Create"/>.
/// </summary>
/// <param name="Kind">Stands in the header, so it is not repeated in the body.</param>
public abstract record EntryBody([property: JsonIgnore] EntryKind Kind);

/// <summary>The first entry of each journal.</summary>
public sealed record EpochOpened(string Merchant, string Store, string KeyThumbprint, string Software)
    : EntryBody(EntryKind.EpochOpened);

/// <summary>
/// A payment's id and amount, durable before anything is asked or sent. What stays readable of the card:
/// scheme, last four and a random token; the digest binds the sealed card that lies beside the entry.
/// </summary>
/// <param name="SealedDigest">Digest of (salt, sealed card), hexadecimal; see <see
/// cref="Attachment"/>.</param>
/// <param name="Online">The back office is about to be asked; false when the line is known to be
/// down.</param>
public sealed record PaymentAttempted(
    Id Payment,
    Id Sale,
    Money Amount,
    CardFacts Card,
    string SealedDigest,
    bool Online) : EntryBody(EntryKind.PaymentAttempted)
{
    /// <summary>The part of the amount that is the customer's tip; null for none.</summary>
    public Money? Tip { get; init; }
}

/// <summary>What may stay readable of a card (PCI DSS 3.4.1, 3.5.1): never enough to pay with.</summary>
/// <param name="Token">Random, per card and terminal, for velocity; hexadecimal.</param>
public sealed record CardFacts(
    Scheme Scheme,
    EntryMode Mode,
    string LastFour,
    string Token,
    string? Aid = null,
    string? ApplicationLabel = null);

/// <summary>A completed sale: what was sold, its tax, and what paid for it.</summary>
/// <param name="Receipt">Consecutive within the journal, starting at 1.</param>
/// <param name="ReceiptNumber">As printed: terminal, epoch and number, never used twice anywhere.</param>
/// <param name="ContactDigest">Digest of the contact that lies beside the entry, if the customer gave
/// one.</param>
public sealed record SaleCompleted(
    Id Sale,
    long Receipt,
    string ReceiptNumber,
    string Cashier,
    IReadOnlyList<SaleLine> Lines,
    IReadOnlyList<TaxLine> Taxes,
    Money Total,
    IReadOnlyList<Tender> Tenders,
    string? ContactDigest) : EntryBody(EntryKind.SaleCompleted)
{
    /// <summary>Who bought it, and what it did to their points; null where nobody said.</summary>
    public SaleCustomer? Customer { get; init; }

    /// <summary>
    /// What was given beside the total. The tenders add up to total and tip together; the tip is no turnover
    /// and bears no tax.
    /// </summary>
    [JsonIgnore]
    public Money Tip => Tenders.Aggregate(
        Money.Zero(Total.Currency), (sum, tender) => sum + (tender.Tip ?? Money.Zero(sum.Currency)));
}

/// <summary>One line of a basket. Prices include tax and are final, whatever changes later.</summary>
/// <param name="Discount">Taken off the line, zero or positive.</param>
/// <param name="Total">Quantity times unit price, less discount.</param>
public sealed record SaleLine(
    string Sku,
    string Name,
    long Quantity,
    Money UnitPrice,
    Money Discount,
    int TaxBasisPoints,
    Money Total)
{
    /// <summary>The product's category when it was sold; null in entries of earlier versions.</summary>
    public string? Category { get; init; }
}

/// <summary>What paid for a sale, or for a part of it.</summary>
/// <param name="Amount">What it pays, a tip included: what is charged to a card.</param>
/// <param name="Given">What the customer handed over in cash; equal to the amount otherwise.</param>
public sealed record Tender(TenderKind Kind, Money Amount, Money Given, CardPayment? Payment = null)
{
    /// <summary>The part of the amount that is a tip; null for none, and in earlier entries.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Money? Tip { get; init; }

    /// <summary>What it pays of the sale itself.</summary>
    [JsonIgnore]
    public Money Share => Tip is { } tip ? Amount - tip : Amount;
}

/// <summary>How a card tender was accepted.</summary>
/// <param name="AuthorisationCode">Field 38 of the answer; null unless approved online.</param>
/// <param name="Decision">The offline decision with its figures; null when approved online.</param>
public sealed record CardPayment(
    Id Payment,
    Approval Approval,
    CardFacts Card,
    string? AuthorisationCode,
    string? RetrievalReference,
    Decision? Decision);

/// <summary>
/// A payment that was not accepted: declined by the issuer, or refused by the offline policy.
/// </summary>
/// <param name="ResponseCode">Field 39 of the answer; null when nothing was asked.</param>
/// <param name="Decision">The policy's decision; null when the issuer declined.</param>
public sealed record PaymentFailed(
    Id Payment,
    Id Sale,
    Money Amount,
    CardFacts? Card,
    string? ResponseCode,
    Decision? Decision) : EntryBody(EntryKind.PaymentFailed);

/// <summary>An attempt that was given up: whatever became of it at the acquirer is to be undone.</summary>
public sealed record PaymentAbandoned(Id Payment, Id Sale, Money Amount, string Reason)
    : EntryBody(EntryKind.PaymentAbandoned);

/// <summary>
/// A whole sale taken back at the same terminal: its payments are undone, its goods are stock again.
/// </summary>
public sealed record SaleVoided(
    Id Sale,
    string ReceiptNumber,
    string Cashier,
    string Reason,
    Money Total,
    IReadOnlyList<StockChange> Lines,
    IReadOnlyList<Id> Payments) : EntryBody(EntryKind.SaleVoided);

/// <summary>A quantity of one product, positive into the store.</summary>
public sealed record StockChange(string Sku, long Quantity);

public sealed record StockReceived(IReadOnlyList<StockChange> Lines, string Reference)
    : EntryBody(EntryKind.StockReceived);

/// <summary>A stock count: what was found, and what the terminal believed at that moment.</summary>
public sealed record StockCounted(IReadOnlyList<StockCount> Lines) : EntryBody(EntryKind.StockCounted);

public sealed record StockCount(string Sku, long Counted, long Believed);

/// <summary>The terminal began to decide by another policy.</summary>
public sealed record PolicyApplied(OfflinePolicy Policy) : EntryBody(EntryKind.PolicyApplied);

/// <summary>So many wrong PINs in a row that the terminal stopped asking for a while.</summary>
/// <param name="Failures">Wrong PINs in a row so far.</param>
public sealed record PinLocked(string Person, int Failures, DateTimeOffset Until)
    : EntryBody(EntryKind.PinLocked);

/// <summary>A receipt was printed once more, marked as a copy.</summary>
/// <param name="Copy">1 for the first copy, which is the second print.</param>
public sealed record ReceiptCopied(Id Sale, string ReceiptNumber, int Copy, string Cashier)
    : EntryBody(EntryKind.ReceiptCopied);

/// <summary>An outage was practised: what the terminal did while it behaved as if it had no line.</summary>
/// <param name="EndedBy">Who ended it before its time; null when its time was over.</param>
public sealed record DrillEnded(
    DateTimeOffset From,
    DateTimeOffset To,
    string StartedBy,
    string? EndedBy,
    int Sales,
    IReadOnlyList<Money> Cash,
    int Deferred,
    IReadOnlyList<Money> DeferredTotals,
    int Refused,
    IReadOnlyList<Money> Exposure,
    long Waiting) : EntryBody(EntryKind.DrillEnded);

/// <summary>A Z report was taken: the next one starts behind this entry.</summary>
public sealed record DayReported(
    long Report,
    long FromNumber,
    int Sales,
    int Voids,
    IReadOnlyList<Money> Totals) : EntryBody(EntryKind.DayReported);

/// <summary>What a manager can let pass. Numbers are stored and never reused.</summary>
public enum OverrideSubject
{
    None = 0,

    /// <summary>A discount above what a cashier may give; limit and figure are basis points.</summary>
    Discount = 1,

    /// <summary>Taking a whole sale back; the figure is its total in minor units.</summary>
    Void = 2,

    /// <summary>
    /// Selling with a payment whose end nobody knows, while nobody can be asked; the figure is its amount in
    /// minor units.
    /// </summary>
    KeepAttempt = 3,

    /// <summary>Practising at the shop's screen, where nothing is sold.</summary>
    Training = 4,
}

/// <summary>A manager let something pass with their PIN that the cashier may not do alone.</summary>
/// <param name="Sale">The sale it is about; null where it is about none.</param>
/// <param name="Manager">The manager's id among the staff.</param>
public sealed record Overridden(
    OverrideSubject Subject, Id? Sale, string Cashier, string Manager, long Limit, long Figure)
    : EntryBody(EntryKind.Overridden);
