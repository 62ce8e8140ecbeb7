using System.Text.Json.Serialization;
using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Payments;

/// <summary>Who took a payment, as the terminal's row says.</summary>
internal sealed record Acceptor(string Merchant, string Store, string Terminal);

/// <summary>
/// What a payment is: fixed by whoever tells of it first, the attempt's entry or the live request. Neither
/// can be altered by telling it again otherwise.
/// </summary>
/// <param name="Epoch">Of the journal that holds the attempt.</param>
/// <param name="AttemptAt">The attempt's time with the store's offset; the card's seal binds it.</param>
/// <param name="SealedDigest">Null when the sale came before its attempt, which is the one that tells
/// it.</param>
internal sealed record PaymentFacts(
    string Merchant, string Store, int Epoch, Id Sale, Money Amount, DateTimeOffset AttemptAt,
    string? SealedDigest,
    Scheme Scheme, EntryMode Mode, string LastFour)
{
    /// <summary>
    /// What was asked for, where the issuer approved only <see cref="Amount"/>, a part of it; null else.
    /// </summary>
    public Money? Requested { get; init; }

    /// <summary>What the acquirer is asked for, and the card's seal binds.</summary>
    [JsonIgnore]
    public Money AskedFor => Requested ?? Amount;

    /// <summary>The first field that differs, or null. The time is not compared: the seal binds it.</summary>
    public string? DifferenceTo(PaymentFacts other) =>
        Merchant != other.Merchant ? "merchant"
        : Epoch != other.Epoch ? "epoch"
        : Sale != other.Sale ? "sale"
        : Amount.Currency != other.Amount.Currency ? "currency"
        : Amount != other.Amount && Requested != other.Amount ? "amount"
        : SealedDigest is not null && other.SealedDigest is not null && SealedDigest != other.SealedDigest
            ? "sealedDigest"
        : null;
}

/// <summary>The completed sale that the payment paid for.</summary>
internal sealed record AcceptedSale(Approval Approval, DateOnly BusinessDate, string ReceiptNumber)
{
    /// <summary>What the card says of itself; fees depend on it.</summary>
    public CardKind Card { get; init; }

    public string? DifferenceTo(AcceptedSale other) =>
        Approval != other.Approval ? "approval"
        : BusinessDate != other.BusinessDate ? "businessDate"
        : ReceiptNumber != other.ReceiptNumber ? "receiptNumber"
        : null;
}

/// <summary>
/// The request to the acquirer, stored before its first byte left. Every repeat is made from it.
/// </summary>
/// <param name="Acquirer">Name of the profile.</param>
/// <param name="IsDeferred">Whether the first request said so; a repeat says the same, whatever came to be
/// known.</param>
/// <param name="Until">No request or repeat that was begun leaves a byte after this, nor is waited
/// for.</param>
/// <param name="Count">Requests and repeats begun.</param>
internal sealed record AskedRequest(
    string Acquirer, int Stan, string RetrievalReference, DateTimeOffset TransmittedAt, bool IsDeferred,
    DateTimeOffset Until, int Count)
{
    /// <summary>Whoever asked can let others pay the rest, so a part of the amount may be approved.</summary>
    public bool TakesPart { get; init; }
}

/// <summary>The acquirer's answer; what it means was decided by the table of the day.</summary>
internal sealed record PaymentAnswer(
    string ResponseCode, CodeMeaning Meaning, string? AuthorisationCode, DateOnly? SettlementDate,
    DateTimeOffset At)
{
    /// <summary>What a card that has less than was asked for would pay; null unless partial.</summary>
    public long? AvailableMinor { get; init; }

    public bool SaysTheSameAs(PaymentAnswer other) =>
        ResponseCode == other.ResponseCode && AuthorisationCode == other.AuthorisationCode;
}

/// <summary>
/// The reversal's own message; see <see cref="AskedRequest"/> for the members that it shares.
/// </summary>
/// <param name="ResponseCode">Of the last answer; null while there is none.</param>
/// <param name="SettlementDate">The day on which the acquirer counts it, as that answer says.</param>
internal sealed record PaymentReversal(
    int Stan, DateTimeOffset TransmittedAt, DateTimeOffset Until, int Count, string? ResponseCode,
    DateOnly? SettlementDate = null)
{
    /// <summary>
    /// Whether that answer says that there was money to give back, by the acquirer's table of the day; null
    /// where the row is older than the question.
    /// </summary>
    public bool? FoundMoney { get; init; }

    public bool HasUndone => FoundMoney ?? ResponseCode == Iso8583.ResponseCode.Approved;
}

/// <summary>
/// A payment in its terminal's partition, row <c>p.{payment}</c>. Immutable; a change makes another one,
/// which is written under the version that was read. Its state changes only by <see cref="Advance"/>, through
/// the pure table.
/// </summary>
internal sealed record PaymentRow
{
    public required string Terminal { get; init; }

    public required Id Payment { get; init; }

    public PaymentState State { get; init; }

    /// <summary>Null in a tombstone: a void or abandonment of a payment that is not known yet.</summary>
    public PaymentFacts? Facts { get; init; }

    /// <summary>Null until the sale has arrived.</summary>
    public AcceptedSale? Accepted { get; init; }

    /// <summary>The sealed card; gone as soon as nothing remains to be asked with it.</summary>
    public byte[]? Sealed { get; init; }

    /// <summary>Number and expiry, sealed to the reference key; for reversal, retry and refund.</summary>
    public byte[]? Reference { get; init; }

    public DateTimeOffset? ReferenceUntil { get; init; }

    public AskedRequest? Asked { get; init; }

    public PaymentAnswer? Answer { get; init; }

    public PaymentReversal? Reversal { get; init; }

    /// <summary>Set when the back office made it itself, for another payment's money.</summary>
    public PaymentOrigin? Origin { get; init; }

    public bool IsRefund => Origin?.Kind == OriginKind.Refund;

    /// <summary>
    /// It was lost, and its sale was voided afterwards: nobody owes for it any more. A try that had brought
    /// the money in by then is given back by a payment of its own, and this stays false.
    /// </summary>
    public bool TakenBack { get; init; }

    /// <summary>The clearing batch that it is a member of.</summary>
    public string? Batch { get; init; }

    /// <summary>
    /// The issuer approved a part only, and nobody was there to pay the rest: it is taken back, and was no
    /// yes at all.
    /// </summary>
    public bool PartOnly { get; init; }

    /// <summary>The card has still to go onto the merchant's deny list.</summary>
    public bool DenyOwed { get; init; }

    /// <summary>Why a person has to look; null when nobody has to.</summary>
    public string? Held { get; init; }

    /// <summary>How many other versions of it are kept for review.</summary>
    public int DifferingCount { get; init; }

    public IReadOnlyList<PaymentEvent> History { get; init; } = [];

    /// <summary>
    /// The row that was read, whose version and feed number a change carries on; null for a new payment.
    /// </summary>
    public Row? Stored { get; init; }

    public Money? Amount => Facts?.Amount;

    /// <summary>
    /// A card may be needed for it again: to be asked, or to be reversed while the reference is not there
    /// yet.
    /// </summary>
    public bool NeedsSealed =>
        PaymentStates.IsOpen(State) || (State == PaymentState.Reversing && Reference is null);

    /// <summary>The next state. A card that is not needed in it any more is dropped.</summary>
    /// <exception cref="InvalidOperationException">The table does not allow the step: a bug of the
    /// caller.</exception>
    public PaymentRow Advance(PaymentState to, DateTimeOffset at, string why, string by)
    {
        if (!PaymentStates.MayFollow(State, to))
            throw new InvalidOperationException($"A payment that is {State} cannot become {to}.");
        return (this with { State = to }).Note(at, why, by, isStep: true).WithoutSpentCard();
    }

    /// <summary>The same without a sealed card that nothing needs any more.</summary>
    public PaymentRow WithoutSpentCard() => NeedsSealed ? this : this with { Sealed = null };

    /// <summary>
    /// Adds a line to the history. Notes beyond the bound are dropped; steps never are, and are few.
    /// </summary>
    public PaymentRow Note(DateTimeOffset at, string why, string by, bool isStep = false) =>
        !isStep && History.Count >= PaymentEvent.NotesMax
            ? this
            : this with { History = [.. History, new PaymentEvent(State, at, PaymentEvent.Cut(why), by)] };
}
