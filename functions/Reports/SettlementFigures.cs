using System.Text.Json.Serialization;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>How many, and how much.</summary>
internal readonly record struct Figure(long Count, Money Amount)
{
    public static Figure Zero(Currency currency) => new(0, Money.Zero(currency));

    public static Figure operator +(Figure a, Figure b) =>
        new(checked(a.Count + b.Count), a.Amount + b.Amount);

    public static Figure operator -(Figure a, Figure b) =>
        new(checked(a.Count - b.Count), a.Amount - b.Amount);

    public Figure Plus(Money amount) => new(checked(Count + 1), Amount + amount);
}

/// <summary>The one place in which an accepted payment is. The order is that of the report.</summary>
internal enum Bucket
{
    Pending = 1,
    Approved = 2,
    InBatch = 3,
    Settled = 4,
    Declined = 5,
    Expired = 6,
    Cancelled = 7,
    Reversing = 8,
    Reversed = 9,

    /// <summary>
    /// A sale names it, and no such payment is known: it was set aside, or is still on its way.
    /// </summary>
    NotRecorded = 10,

    /// <summary>Declined or expired, and its sale was voided afterwards: nobody owes it.</summary>
    TakenBack = 11,
}

/// <summary>Accepted payments in one bucket, by how they were accepted.</summary>
internal sealed record BucketLine(Bucket Bucket, Figure Online, Figure Deferred)
{
    public Figure Total => Online + Deferred;
}

/// <summary>
/// What the report says about itself: the payments that the sales name, and the payments found in the
/// buckets. They are added up independently, by the tenders of the sales and by the payments' own rows.
/// </summary>
internal sealed record Proof(Figure Accepted, Figure InBuckets)
{
    public bool Holds => Accepted == InBuckets;
}

/// <summary>Sales by store, terminal or cashier.</summary>
internal sealed record SalesLine(
    string Name, Figure Sales, Figure Cash, Figure Online, Figure Deferred, Figure Other)
{
    /// <summary>
    /// Sales taken back on the date, there or by them, whoever sold them. Null in versions that did not tell.
    /// </summary>
    public Figure? Voids { get; init; }

    /// <summary>Given back on the date, there or by them.</summary>
    public Figure? Refunds { get; init; }
}

/// <summary>Card payments by scheme.</summary>
internal sealed record SchemeLine(string Name, Figure Online, Figure Deferred)
{
    public Figure Total => Online + Deferred;
}

/// <summary>What became of the payments that were accepted at the merchant's risk.</summary>
/// <param name="PendingSince">When the oldest of the pending ones was accepted.</param>
internal sealed record DeferredFigures(
    Figure Accepted, Figure Approved, Figure Declined, Figure Expired, Figure Pending,
        DateTimeOffset? PendingSince,
    Figure CancelledOrReversed, Figure NotRecorded)
{
    /// <summary>Of the lost: approved on a further try. Null in versions that did not tell.</summary>
    public Figure? Recovered { get; init; }

    /// <summary>Of the recovered: paid by the customer with a payment link.</summary>
    public Figure? RecoveredByLink { get; init; }

    /// <summary>Of the lost: given up by a person.</summary>
    public Figure? WrittenOff { get; init; }
}

/// <summary>What of the date was cleared: its part of sealed batches.</summary>
/// <param name="Unpriced">Payments whose fee is not known.</param>
internal sealed record ClearedFigures(Money Gross, Money Fees, Money Net, long Unpriced)
{
    /// <summary>Deducted from the gross; null in versions that did not tell.</summary>
    public Money? Refunds { get; init; }
}

/// <summary>
/// Value-added tax of one rate: of the sales of the date, less what was taken and given back on it.
/// </summary>
internal sealed record VatLine(int RateBasisPoints, Money Net, Money Tax, Money Gross);

/// <summary>A clearing batch that holds payments of the date.</summary>
/// <param name="OfDate">Its members of the date; the others are of other dates.</param>
/// <param name="Ours">Totals that we claimed for the whole settlement date; null while it was not
/// asked.</param>
/// <param name="Difference">Each total that differs, ours and theirs, in words; empty when none does.</param>
internal sealed record BatchFigures(
    string Batch, DateOnly SettlementDate, BatchState State, Figure All, Figure OfDate, string? Digest,
        Balance Reconciliation,
    SettlementTotals? Ours, SettlementTotals? Theirs, IReadOnlyList<string> Difference)
{
    /// <summary>Who counts it; null in cycles of releases that knew one acquirer a merchant.</summary>
    public string? Acquirer { get; init; }

    /// <summary>What the acquirer owes for the whole settlement date after its fees.</summary>
    public Money? Expected { get; init; }

    /// <summary>What bank statements say came for it.</summary>
    public Money? Funded { get; init; }

    /// <summary>What the acquirer kept of it for chargebacks; null where nothing.</summary>
    public Money? ChargedBack { get; init; }

    /// <summary>What the acquirer kept of it as fees for chargebacks; null where nothing.</summary>
    public Money? CaseFees { get; init; }

    /// <summary>Of all its payments, the refunds; null where there are none.</summary>
    public Figure? Refunds { get; init; }

    /// <summary>Which payments differ, from the newest listing, while the totals do not agree.</summary>
    public IReadOnlyList<PaymentDifference> Payments { get; init; } = [];
}

/// <summary>An approved payment without its sale: the acquirer counts it, and we cannot.</summary>
internal sealed record LoosePayment(Id Payment, string Terminal, Money Amount, DateOnly? SettlementDate);

/// <summary>A payment of the date that its card's bank took back, and what came back of that.</summary>
internal sealed record ChargebackFigure(
    string Case, Id Payment, string Terminal, Money Amount, DateOnly ReceivedOn, string Reason,
    IReadOnlyList<ChargebackReturn> Returned)
{
    public Money Left => Returned.Aggregate(Amount, (left, one) => left - one.Amount);

    /// <summary>Which payouts lack it; below zero what they got back. Null in versions that did not tell.
    /// </summary>
    public IReadOnlyList<ChargebackTaken>? Taken { get; init; }

    /// <summary>What was charged on top of it, and which payouts lack that; null where nothing.</summary>
    public IReadOnlyList<ChargebackTaken>? Fees { get; init; }

    /// <summary>The case and the fees for it, less what came back.</summary>
    [JsonIgnore]
    public Money Lost => (Fees ?? []).Aggregate(Left, (sum, fee) => sum + fee.Amount);
}

/// <param name="Payout">Its settlement date, and its acquirer.</param>
internal sealed record ChargebackTaken(string Payout, Money Amount);

internal sealed record ChargebackReturn(
    string Reference, ReversalKind Kind, Money Amount, DateOnly ReceivedOn, string Reason);

/// <summary>A sale that arrived after its date was closed.</summary>
internal sealed record Straggler(
    string ReceiptNumber, string Store, string Terminal, Money Total, DateTimeOffset StoredAt);

/// <summary>A store on the date: whether it is closed, and what was known to be missing then.</summary>
internal sealed record StoreLine(
    string Store, string Name, DayState State, DateTimeOffset? FirstClosedAt, string? By, bool Forced,
    IReadOnlyList<TerminalFinding> Dark, IReadOnlyList<TerminalFinding> Unapplied);

/// <summary>
/// Every figure of a settlement report, from which all its formats are made. It holds no time of its own
/// making, so the same rows give the same figures. All amounts are of one currency.
/// </summary>
/// <param name="Net">Sales less voids and refunds.</param>
/// <param name="CashReturned">Of the sales taken back on the date: what left the drawer again.</param>
internal sealed record SettlementFigures(
    string Merchant, string MerchantName, DateOnly Date, string Currency,
    Figure Sales, Figure Voids, Money Net, Figure Cash, Figure CashReturned, Figure Card, Figure Other,
    IReadOnlyList<BucketLine> Buckets, Proof Proof, DeferredFigures Deferred,
    IReadOnlyList<SchemeLine> Schemes, IReadOnlyList<SalesLine> Stores, IReadOnlyList<SalesLine> Terminals,
    IReadOnlyList<SalesLine> Cashiers, IReadOnlyList<VatLine> Vat, IReadOnlyList<BatchFigures> Batches,
    IReadOnlyList<LoosePayment> WithoutSale, IReadOnlyList<StoreLine> Closings,
        IReadOnlyList<Straggler> Stragglers)
{
    public ClearedFigures? Cleared { get; init; }

    /// <summary>How the merchant writes and reads; null where nothing is named.</summary>
    public string? Locale { get; init; }

    /// <summary>Null in versions that did not tell.</summary>
    public RefundFigures? Refunds { get; init; }

    /// <summary>Null where there are none, and in versions that did not tell.</summary>
    public TipFigures? Tips { get; init; }

    public IReadOnlyList<OutageFigures> Outages { get; init; } = [];

    public IReadOnlyList<ChargebackFigure> Chargebacks { get; init; } = [];

    /// <summary>
    /// Both charged back and given back; null where none is, and in versions that did not tell.
    /// </summary>
    public IReadOnlyList<PaidTwiceCase>? PaidTwice { get; init; }

    /// <summary>
    /// Voids of sales of the date that wait for what becomes of a chargeback; null where none does.
    /// </summary>
    public IReadOnlyList<VoidSetAside>? VoidsSetAside { get; init; }

    /// <summary>Of the payments of the date, those whose batch agreed with the acquirer.</summary>
    public Money Settled => Buckets.Single(line => line.Bucket == Bucket.Settled).Total.Amount;
}
