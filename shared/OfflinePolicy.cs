using CloudPos.Cards;

namespace CloudPos;

/// <summary>
/// The amount from which a payment may not be accepted offline. Null scheme or mode means any; of several
/// that match, the one that names most wins, and of equals the lowest.
/// </summary>
public sealed record FloorLimit(Scheme? Scheme, EntryMode? Mode, Money Amount);

/// <summary>How much may be without an outcome at one terminal, per currency.</summary>
public sealed record ExposureLimit(Money Amount, int Count);

/// <summary>What one card may pay offline within a sliding window.</summary>
public sealed record PerCardLimit(Money Amount, int Count, int WindowMinutes);

/// <summary>
/// Card numbers that begin between these digits, both included, are not accepted offline.
/// </summary>
/// <param name="From">4 to 8 digits.</param>
/// <param name="To">As many digits, not below.</param>
public sealed record DenyRange(string From, string To)
{
    public const int DigitsMin = 4;

    /// <summary>An issuer's number has eight digits at most; more would name cards.</summary>
    public const int DigitsMax = 8;
}

/// <summary>
/// EMV's biased random selection (Book 3, 10.6.2): of payments below the threshold the target percentage is
/// selected to go online, of larger ones more, up to the maximum just below the floor limit.
/// </summary>
/// <param name="RefuseUnasked">A selected payment is refused when nobody can be asked; else only those are
/// asked that would have been accepted without (see OfflineFirstBelow).</param>
public sealed record RandomSelection(
    Money Threshold, int TargetPercent, int MaxPercent, bool RefuseUnasked = false)
{
    public const int PercentMax = 99;
}

/// <summary>
/// The offline policy of a terminal. A currency without a floor limit, an exposure limit and a per-card limit
/// is not accepted offline: absence never means unlimited. What else is left out adds no rule.
/// </summary>
/// <param name="Version">Of one merchant's policies no two have the same; recorded in each decision.</param>
/// <param name="Enabled">False refuses every offline card payment.</param>
/// <param name="OfflineMinutesMax">Longest time since the back office last answered.</param>
/// <param name="OnlineTimeoutMilliseconds">From tap to decision when the host does not answer.</param>
public sealed record OfflinePolicy(
    long Version,
    bool Enabled,
    IReadOnlyList<Scheme> Schemes,
    IReadOnlyList<EntryMode> Modes,
    IReadOnlyList<FloorLimit> FloorLimits,
    IReadOnlyList<ExposureLimit> ExposureLimits,
    IReadOnlyList<PerCardLimit> PerCardLimits,
    int OfflineMinutesMax,
    int OnlineTimeoutMilliseconds)
{
    /// <summary>
    /// How many days a terminal keeps entries that are acknowledged and whose payments are finished; its own
    /// default when null.
    /// </summary>
    public int? JournalDays { get; init; }

    /// <summary>What holds until the feed brought a policy: nothing is accepted offline.</summary>
    public static OfflinePolicy None { get; } = new(0, false, [], [], [], [], [], 0, 3_000);

    /// <summary>
    /// The amount below which a manager may approve what a floor limit refuses; found as floor limits are.
    /// </summary>
    public IReadOnlyList<FloorLimit>? SecondLimits { get; init; }

    public IReadOnlyList<DenyRange>? DenyRanges { get; init; }

    /// <summary>
    /// Service codes (ISO/IEC 7813) that are accepted: three characters each, a digit or * for any. A card
    /// that tells none, as a chip need not, is accepted.
    /// </summary>
    public IReadOnlyList<string>? ServiceCodes { get; init; }

    /// <summary>Of one currency the first.</summary>
    public IReadOnlyList<RandomSelection>? RandomSelections { get; init; }

    /// <summary>
    /// A payment is added to the card's latest offline payment within so many minutes, and the sum is held
    /// against the floor limit (EMV Book 3, 10.6.1); 0 adds nothing.
    /// </summary>
    public int SplitSaleMinutes { get; init; }

    /// <summary>The cashier is warned so long before the terminal has been offline too long.</summary>
    public int OfflineWarningMinutes { get; init; }

    /// <summary>
    /// Payments below these amounts, one per currency, are accepted offline without asking, for speed.
    /// </summary>
    public IReadOnlyList<Money>? OfflineFirstBelow { get; init; }

    /// <summary>A cashier may say that nobody is to be asked for a sale.</summary>
    public bool ForceOfflineAllowed { get; init; }

    /// <summary>A deferred payment should be submitted within so many hours; 0 means a day.</summary>
    public int SubmitWithinHours { get; init; }

    /// <summary>
    /// What may be given back of one sale before the back office is asked, one per currency; none when left
    /// out.
    /// </summary>
    public IReadOnlyList<Money>? OfflineRefundsUpTo { get; init; }

    /// <summary>Holds from then on; null: since ever.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Holds until then; null: until another takes its place.</summary>
    public DateTimeOffset? Until { get; init; }
}
