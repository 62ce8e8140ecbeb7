using System.Text.Json.Serialization;
using CloudPos.Cards;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Funding;

/// <summary>
/// POST chargebacks/{merchant}/{currency}: what the acquirer's letter says. The payment is named by its id,
/// or by its terminal and retrieval reference.
/// </summary>
internal sealed record ChargebackBody(
    string Case, string Terminal, long AmountMinor, DateOnly ReceivedOn, string Reason,
    string? Payment = null, string? RetrievalReference = null);

/// <summary>A chargeback against its payment and batch.</summary>
/// <param name="Batch">The clearing batch that the payment is in.</param>
internal sealed record Chargeback(
    string Case, Id Payment, string Terminal, long AmountMinor, DateOnly ReceivedOn, string Reason,
    DateTimeOffset At, string By, string? Batch = null)
{
    /// <summary>
    /// What came back of it, oldest first: facts of their own, kept beside the case, which stays as it was.
    /// </summary>
    public IReadOnlyList<ChargebackReversal> Reversals { get; init; } = [];

    /// <summary>What is left to do, and how; null where no payout has still to lack any of it.</summary>
    public string? Next { get; init; }

    /// <summary>Said when it is told: the customer has, or may get, the money twice.</summary>
    public string? Beware { get; init; }

    /// <summary>A void of the sale that waits for the case; null where none does.</summary>
    public string? VoidSetAside { get; init; }

    public long ReversedMinor => Reversals.Sum(one => one.AmountMinor);

    /// <summary>Out of which payouts it was taken, oldest first; see <see cref="TakenCases"/>.</summary>
    public IReadOnlyList<TakenPart> Taken { get; init; } = [];

    /// <summary>What no payout lacks yet; below zero, what is still to be given back.</summary>
    public long OwedMinor => AmountMinor - ReversedMinor - Taken.Sum(part => part.AmountMinor);

    /// <summary>Of the row that says what was taken; null where there is none.</summary>
    [JsonIgnore]
    public string? TakenVersion { get; init; }

    /// <summary>Of the card; null in cases of releases that did not keep it.</summary>
    public Scheme? Scheme { get; init; }

    /// <summary>What the acquirer charged on top of it, oldest first; see <see cref="CaseFees"/>.</summary>
    public IReadOnlyList<CaseFee> Fees { get; init; } = [];

    /// <summary>What the fee table says that the acquirer charges; null where no line does.</summary>
    public long? AgreedFeeMinor { get; init; }

    public long FeesMinor => Fees.Sum(fee => fee.AmountMinor);

    /// <summary>Agreed, and not charged yet; one that came back is not charged again.</summary>
    public long FeeOwedMinor => Math.Max(
        0, (AgreedFeeMinor ?? 0) - Fees.Where(fee => fee.AmountMinor > 0).Sum(fee => fee.AmountMinor));

    [JsonIgnore]
    public string? FeesVersion { get; init; }

    /// <summary>The cycle in which the payment was cleared; null where it was in no batch.</summary>
    public Cycle? OwnCycle() => Batch is { } name && BatchId.TryParse(name, out var batch)
        ? batch!.Cycle
        : null;

    /// <summary>The first field that differs from another telling of the same case, or null.</summary>
    public string? DifferenceTo(Chargeback other) =>
        Payment != other.Payment ? "payment"
        : AmountMinor != other.AmountMinor ? "amountMinor"
        : ReceivedOn != other.ReceivedOn ? "receivedOn"
        : null;
}

/// <summary>Why a chargeback, or a part of it, came back. Numbers are stored and never reused.</summary>
internal enum ReversalKind
{
    /// <summary>The card's bank took it back by itself.</summary>
    Withdrawn = 1,

    /// <summary>The evidence was accepted: the representment is won.</summary>
    Won = 2,

    /// <summary>The acquirer, or the clerk here, had named too much.</summary>
    Corrected = 3,
}

/// <summary>POST chargebacks/{merchant}/{currency}/{case}/reversals</summary>
/// <param name="Reference">Of the acquirer's letter: told again, it is the same reversal.</param>
/// <param name="ReceivedOn">The date on which the acquirer gives the money back.</param>
internal sealed record ReversalBody(
    string Reference, ReversalKind Kind, long AmountMinor, DateOnly ReceivedOn, string Reason);

/// <summary>Money of a chargeback that came back.</summary>
internal sealed record ChargebackReversal(
    string Case, string Reference, ReversalKind Kind, long AmountMinor, DateOnly ReceivedOn, string Reason,
    DateTimeOffset At, string By)
{
    /// <summary>The first field that differs from another telling of the same reversal, or null.</summary>
    public string? DifferenceTo(ChargebackReversal other) =>
        Kind != other.Kind ? "kind"
        : AmountMinor != other.AmountMinor ? "amountMinor"
        : ReceivedOn != other.ReceivedOn ? "receivedOn"
        : null;
}
