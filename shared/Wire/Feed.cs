namespace CloudPos.Wire;

/// <summary>
/// What changed since a cursor. Rows are full states; a later row of the same key replaces an earlier one.
/// The terminal commits the page and its cursor in one transaction.
/// </summary>
/// <param name="Cursor">Opaque; empty asks from the beginning.</param>
/// <param name="More">Another page is ready now.</param>
/// <param name="PauseSeconds">How long a terminal that has nothing to send may wait before it asks again, up
/// to <see cref="PauseSecondsMax"/>; its own short pause when null. What it records is sent at once all the
/// same.</param>
public sealed record FeedPage(
    string Cursor, bool More, IReadOnlyList<FeedRow> Rows, int? PauseSeconds = null)
{
    /// <summary>Longer would make a silent terminal look like one without a line.</summary>
    public const int PauseSecondsMax = 300;

    public const int RowsMax = 200;

    /// <summary>
    /// Bound of a page's JSON in bytes. Only a long deny list, which travels whole in one row, makes a page
    /// larger than <see cref="WireContract.JsonBytesMax"/>.
    /// </summary>
    public const int BytesMax = 2 * 1024 * 1024;
}

/// <summary>
/// One row of the feed: exactly one of the members is set; a history comes with its product.
/// </summary>
public sealed record FeedRow(
    Product? Product = null,
    StockLevel? Stock = null,
    Outcome? Outcome = null,
    OfflinePolicy? Policy = null,
    DenyList? Deny = null,
    string? Keys = null,
    TradingDay? Day = null,
    StaffMember? Staff = null,
    PolicyPlan? Plan = null)
{
    public ProductHistory? History { get; init; }

    public Transfer? Transfer { get; init; }

    public CustomerState? Customer { get; init; }

    public TillSettings? Settings { get; init; }

    public LoyaltyRule? Loyalty { get; init; }

    public MerchantDetails? Merchant { get; init; }

    public StoreDetails? Store { get; init; }

    public TipRule? Tips { get; init; }

    public ChargedBack? ChargedBack { get; init; }

    /// <summary>The number of an invoice of this terminal whose customer is to be forgotten.</summary>
    public string? ForgottenInvoice { get; init; }
}

/// <summary>A product of the catalogue; the price includes tax.</summary>
public sealed record Product(
    string Sku,
    string Ean,
    string Name,
    string Category,
    Money Price,
    int TaxBasisPoints,
    bool Withdrawn = false)
{
    /// <summary>From this quantity on stock counts as low; null where nobody said.</summary>
    public long? LowStockAt { get; init; }
}

/// <summary>A product's stock in a store as the back office knows it.</summary>
/// <param name="AppliedThrough"> Per journal of the store the number of the last entry whose movement of this
/// product is in the quantity; a terminal adds its own later movements to it, so that nothing is counted
/// twice while they are on their way.
/// </param>
public sealed record StockLevel(
    string Store,
    string Sku,
    long Quantity,
    IReadOnlyDictionary<string, long> AppliedThrough);

/// <summary>What became of a payment of this terminal.</summary>
/// <param name="Journal">The journal that holds its attempt.</param>
/// <param name="RetryMayDiffer">For a decline: whether asking again later could end otherwise.</param>
public sealed record Outcome(
    Id Payment,
    PaymentState State,
    string? ResponseCode,
    string? AuthorisationCode,
    string? RetrievalReference,
    bool RetryMayDiffer,
    DateTimeOffset At)
{
    /// <summary>For a decline: what the card had, less than was asked for; null where not known.</summary>
    public Money? Available { get; init; }
}

/// <summary>
/// What the card's bank has taken back of a payment of this terminal's sales, all cases together: who gives
/// that back as well pays it twice.
/// </summary>
/// <param name="Amount">Zero once all of it has come back.</param>
public sealed record ChargedBack(Id Payment, Money Amount);

/// <summary>
/// Cards that may not be accepted offline, as 40-bit tags under a key of the merchant, so that the list names
/// no card.
/// </summary>
/// <param name="TagKey">Base64, 32 bytes.</param>
/// <param name="Tags">Ten hexadecimal digits each, sorted.</param>
public sealed record DenyList(long Version, string TagKey, IReadOnlyList<string> Tags)
{
    public const int TagsMax = 100_000;
}

/// <summary>One trading day of the store as UTC bounds; the entry fixes its business date by it.</summary>
public sealed record TradingDay(DateOnly Date, DateTimeOffset From, DateTimeOffset To, int OffsetMinutes);
