using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>An attempt without a result: unknown, until it is kept or abandoned.</summary>
internal sealed record OpenAttempt(
    Id Payment, Id Sale, Money Amount, bool Online, DateTimeOffset At, long Number);

/// <summary>A payment as this terminal knows it.</summary>
/// <param name="ReceiptNumber">Null when no sale was completed with it.</param>
/// <param name="State">The terminal's own view until the feed brings the outcome.</param>
/// <param name="At">Of its attempt, or of its refusal when it was never attempted.</param>
/// <param name="OutcomeAt">Null until the feed brought an outcome.</param>
internal sealed record PaymentRow(
    Id Payment,
    Id Sale,
    Money Amount,
    Approval Approval,
    PaymentState State,
    string? ReceiptNumber,
    string? ResponseCode,
    string? AuthorisationCode,
    string? RetrievalReference,
    DateTimeOffset At,
    DateTimeOffset? OutcomeAt)
{
    /// <summary>Of a decline: what the card had, less than was asked for; null where not known.</summary>
    public Money? Available { get; init; }
}

/// <summary>What goes back to a card, as this terminal knows it.</summary>
/// <param name="Refund">The id under which the back office asks for it.</param>
/// <param name="State">Pending until the feed brings the outcome.</param>
internal sealed record RefundPayment(
    Id Refund, Id Sale, Money Amount, PaymentState State, string? ResponseCode, DateTimeOffset? OutcomeAt);

/// <summary>Deferred payments without an outcome.</summary>
internal sealed record Exposure(Money Amount, int Count);

/// <summary>What one card has paid offline within a window.</summary>
internal sealed record CardUse(Money Amount, int Count);

/// <summary>A sale's figures; the sale itself is entry <paramref name="Number"/>.</summary>
/// <param name="VoidedBy">Number of the entry that voided it, or null.</param>
/// <param name="Printed">False when the program ended between the commit and the receipt.</param>
internal sealed record SaleRow(
    Id Sale,
    int Epoch,
    long Number,
    long Receipt,
    string ReceiptNumber,
    DateOnly BusinessDate,
    Money Total,
    long? VoidedBy,
    bool Printed);

/// <summary>A quantity of one product in one place.</summary>
internal sealed record StockRow(string Sku, long Quantity);

/// <summary>One number of the journal: the entry, or why there is none to read.</summary>
internal sealed record JournalLine(long Number, Entry? Entry, string? Fault);

/// <summary>One number of the chain: its hash and the one it carries, or why neither can be told.</summary>
internal readonly record struct ChainLink(long Number, EntryHash Previous, EntryHash Hash, string? Fault)
{
    /// <summary>Of a kind that only a later version of this program knows.</summary>
    public bool IsLater { get; init; }
}

/// <summary>How far the back office has confirmed this journal.</summary>
/// <param name="Number">Where forwarding goes on: the highest number that the newest acknowledgement
/// names.</param>
/// <param name="Proven">The highest number ever acknowledged; differs from it when the back office was
/// restored.</param>
/// <param name="Jws">The newest acknowledgement as signed, or null before any.</param>
internal sealed record AcknowledgedUpTo(
    long Number, EntryHash Hash, long Proven, DateTimeOffset? At, Wire.TerminalStanding Standing,
    string? Jws);

/// <summary>
/// A table cannot be read, since the file is damaged there or gone; nothing is appended any more.
/// </summary>
internal sealed class JournalUnreadableException(string reason)
    : Exception($"{TerminalStore.DatabaseName} cannot be read: {reason}.");

/// <summary>
/// Something wrong with the journal, and where: the number of the first entry concerned, 0 for the whole.
/// </summary>
internal sealed record DamageFinding(long Number, string Sentence)
{
    /// <summary>No damage: a later version of this program wrote it.</summary>
    public bool IsLater { get; init; }
}
