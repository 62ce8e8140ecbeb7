using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Settlement;

namespace CloudPos.Functions.Reports;

/// <summary>A sale and where it was made.</summary>
internal sealed record SaleFact(string Store, SaleRow Sale);

/// <summary>A batch, what it holds, and how its cycle stands.</summary>
/// <param name="OfDate">Its members whose sales are of the report's business date.</param>
internal sealed record BatchFact(BatchHead Head, CycleRow Cycle, IReadOnlyList<Member> OfDate)
{
    public Payout? Payout { get; init; }

    public ListingComparison? Comparison { get; init; }
}

/// <summary>A store's name and the closing of the date.</summary>
internal sealed record StoreFact(string Store, string Name, Closing Closing)
{
    /// <summary>How the store writes and speaks; null where it names nothing.</summary>
    public string? Locale { get; init; }
}

/// <summary>The rows that a report is made of, of one merchant, business date and currency.</summary>
/// <param name="Sales">Of the business date, those that were voided later included.</param>
/// <param name="Voids">Sales that were taken back on the business date, whenever they were made.</param>
/// <param name="Payments">The card payments of the sales, by id; one that is not known here is
/// missing.</param>
/// <param name="WithoutSale">Approved payments of the merchant whose sale has not arrived, of any
/// date.</param>
internal sealed record SettlementFacts(
    string Merchant,
    string MerchantName,
    DateOnly Date,
    Currency Currency,
    IReadOnlyList<SaleFact> Sales,
    IReadOnlyList<SaleFact> Voids,
    IReadOnlyDictionary<Id, PaymentRow> Payments,
    IReadOnlyList<PaymentRow> WithoutSale,
    IReadOnlyList<BatchFact> Batches,
    IReadOnlyList<StoreFact> Stores)
{
    /// <summary>How the merchant writes and reads; null where nothing is named.</summary>
    public string? Locale { get; init; }

    /// <summary>What is done about the lost ones among the payments.</summary>
    public IReadOnlyDictionary<Id, RecoveryCase> Cases { get; init; } = new Dictionary<Id, RecoveryCase>();

    /// <summary>Of the payments of the date, whenever they were charged back.</summary>
    public IReadOnlyList<Chargeback> Chargebacks { get; init; } = [];

    /// <summary>Of those, the payments of which the customer has more than he paid.</summary>
    public IReadOnlyList<PaidTwiceCase> PaidTwice { get; init; } = [];

    /// <summary>Voids of them that wait for what becomes of a case.</summary>
    public IReadOnlyList<VoidSetAside> VoidsSetAside { get; init; } = [];

    /// <summary>Given back on the business date, whenever it was sold.</summary>
    public IReadOnlyList<RefundFact> Refunds { get; init; } = [];

    /// <summary>
    /// The payments to cards of the refunds, and of the voids of what was in a batch, by their own ids.
    /// </summary>
    public IReadOnlyDictionary<Id, PaymentRow> GivenBack { get; init; } = new Dictionary<Id, PaymentRow>();
}
