using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Risk;
using CloudPos.Wire;

namespace CloudPos.Terminal.Checkout;

/// <summary>How a sale ended. Numbers are never reused.</summary>
internal enum SaleStatus
{
    None = 0,

    /// <summary>On disk: goods and receipt may be handed out.</summary>
    Completed = 1,

    /// <summary>
    /// A card has paid its share, and the sale is open for the others: complete it, or give the shares up.
    /// </summary>
    PartPaid = 2,

    /// <summary>Something in the request is wrong; nothing was done.</summary>
    BadInput = 10,
    NotEnrolled = 11,
    JournalDamaged = 12,

    /// <summary>The offline policy said no; see the decision. Nothing was sold.</summary>
    Refused = 20,

    /// <summary>The issuer said no. Nothing was sold.</summary>
    Declined = 21,

    /// <summary>It could not be written down. Nothing was sold, and nothing asked.</summary>
    NotStored = 30,

    /// <summary>
    /// The payment's end could not be written down. It stays an open attempt: it may have been charged, and
    /// must be given up before the card is tried again.
    /// </summary>
    Unknown = 31,
}

/// <summary>How a sale ended, with what a cashier and a script need to know of it.</summary>
/// <param name="Sentences">What to tell the cashier; empty when there is nothing to say.</param>
/// <param name="Entry">The entry of the completed sale.</param>
/// <param name="Payment">The card payment's id, when there was one.</param>
/// <param name="ResponseCode">Field 39 of the issuer's answer, when it declined.</param>
/// <param name="Decision">The offline decision, when one was taken.</param>
internal sealed record SaleResult(
    SaleStatus Status,
    IReadOnlyList<string> Sentences,
    Entry? Entry = null,
    Id? Payment = null,
    string? ResponseCode = null,
    Decision? Decision = null)
{
    private const string ManagerMay = "A manager may approve it.";
    private static readonly IReadOnlyList<string> Nothing = [];

    /// <summary>The share that a card has paid; with PartPaid only.</summary>
    public Tender? Part { get; init; }

    /// <summary>
    /// The issuer approved less than the card was asked for; <see cref="Left"/> are still to be paid.
    /// </summary>
    public bool IsAllTheCardHad { get; init; }

    /// <summary>What is left to pay of the sale; with PartPaid only.</summary>
    public Money? Left { get; init; }

    public static SaleResult PartPaid(Tender part, Decision? decision = null) =>
        new(SaleStatus.PartPaid, [], null, part.Payment!.Payment, null, decision) { Part = part };

    public SaleCompleted? Sale => Entry?.Body as SaleCompleted;

    public static SaleResult BadInput(params IReadOnlyList<string> faults) =>
        new(SaleStatus.BadInput, faults);

    public static SaleResult Completed(
        Entry? entry, Id? payment = null, Decision? decision = null, string? warning = null) =>
        new(SaleStatus.Completed, warning is null ? [] : [warning], entry, payment, null, decision);

    public static SaleResult Refused(Id payment, Decision decision) => new(
        SaleStatus.Refused,
        [DecisionSentence.Of(decision), .. decision.ManagerMayApprove ? [ManagerMay] : Nothing],
        null, payment, null, decision);

    public static SaleResult Declined(Id payment, AuthoriseAnswer answer) => new(
        SaleStatus.Declined, [answer.Sentence], null, payment, answer.ResponseCode);

    /// <summary>Nothing was charged and no sale stored.</summary>
    public static SaleResult NotStored(WriteOutcome outcome) => outcome.Status switch
    {
        WriteStatus.JournalDamaged => new(SaleStatus.JournalDamaged, [outcome.Sentence]),
        WriteStatus.NotEnrolled => new(SaleStatus.NotEnrolled, [outcome.Sentence]),
        WriteStatus.Unknown => new(SaleStatus.Unknown, [outcome.Sentence]),
        _ => new(SaleStatus.NotStored, [outcome.Sentence]),
    };

    /// <summary>The issuer was asked, and what came of it could not be written down.</summary>
    public static SaleResult Unknown(Id payment, WriteOutcome outcome) => new(
        SaleStatus.Unknown,
        [
            outcome.Sentence,
            $"What became of payment {payment} is not known: hand nothing out for it, and keep it with "
            + "'sale --keep' or give it up with 'attempts abandon' before the card is tried again.",
        ],
        null, payment);
}
