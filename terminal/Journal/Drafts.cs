using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// A card as the velocity table knows it: its tag under one of the terminal's velocity keys.
/// </summary>
/// <param name="Tag"><see cref="Crypto.CardTag.VelocitySize"/> bytes.</param>
internal sealed record VelocityTag(long KeyId, ReadOnlyMemory<byte> Tag);

/// <summary>An attempt to be journalled.</summary>
/// <param name="At"> The moment that the card was sealed for (<see cref="TerminalStore.Now"/>); the entry
/// carries it, and the seal is bound to it.
/// </param>
/// <param name="Tags">One per velocity key, newest key first, computed within the sealing call.</param>
internal sealed record AttemptDraft(
    PaymentAttempted Body,
    DateTimeOffset At,
    Attachment SealedCard,
    IReadOnlyList<VelocityTag> Tags);

/// <summary>
/// A sale to be completed: everything but the receipt number, which is drawn in the transaction.
/// </summary>
/// <param name="Contact">Lies beside the entry, encrypted, until the back office has taken it over.</param>
internal sealed record SaleDraft(
    Id Sale,
    string Cashier,
    IReadOnlyList<SaleLine> Lines,
    IReadOnlyList<TaxLine> Taxes,
    Money Total,
    IReadOnlyList<Tender> Tenders,
    Contact? Contact = null)
{
    /// <summary>Who buys, and what it does to their points.</summary>
    public SaleCustomer? Customer { get; init; }
}
