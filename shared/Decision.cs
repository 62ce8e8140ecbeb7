using CloudPos.Wire;

namespace CloudPos;

/// <summary>
/// Why an offline payment was accepted or refused, in the order in which the rules are asked: the first that
/// says no is the reason. Numbers are written into entries and shown to people; they are never reused.
/// </summary>
public enum DecisionReason
{
    Accepted = 0,
    NotEnrolled = 10,
    Quarantined = 11,
    JournalDamaged = 12,
    OfflineSwitchedOff = 13,
    ForceOfflineNotAllowed = 14,
    OnlineRequired = 15,
    NoSealingKey = 20,
    CurrencyNotAllowed = 29,
    SchemeNotAllowed = 30,
    EntryModeNotAllowed = 31,
    CardExpired = 40,
    ServiceCodeForbidsOffline = 41,
    ServiceCodeNotAllowed = 42,
    DenyListed = 50,
    InDeniedRange = 51,
    AtOrOverFloorLimit = 60,
    SplitSaleOverFloorLimit = 61,
    RandomlySelected = 62,
    CardCountReached = 70,
    CardAmountReached = 71,
    ExposureAmountReached = 80,
    ExposureCountReached = 81,
    OfflineTooLong = 90,
}

/// <summary>Whether the issuer is to be asked for a payment. Numbers are stored and never reused.</summary>
public enum ApprovalBehaviour
{
    None = 0,

    /// <summary>Asked when somebody can be asked; else accepted within the policy.</summary>
    PreferOnline = 1,

    /// <summary>Accepted only by the issuer.</summary>
    RequireOnline = 2,

    /// <summary>Nobody is asked; the policy must allow that a cashier says so.</summary>
    ForceOffline = 3,
}

/// <summary>
/// A decision with the figures it was taken on, recorded in the entry so that it can be explained and
/// replayed. Limit and figure are minor units, counts, seconds or percent, as the reason says; both zero
/// where no figure decided.
/// </summary>
public sealed record Decision(
    DecisionReason Reason,
    long PolicyVersion,
    long Limit,
    long Figure,
    Money ExposureBefore,
    int ExposureCountBefore,
    int OfflineSeconds)
{
    /// <summary>What else it was taken on; null in entries of an earlier version.</summary>
    public DecisionFacts? Facts { get; init; }

    /// <summary>The manager who approved an amount that needed it; null when none was needed or
    /// asked.</summary>
    public string? Approver { get; init; }

    /// <summary>Refused, but a manager's approval would have been enough.</summary>
    public bool ManagerMayApprove { get; init; }

    public bool IsAccepted => Reason == DecisionReason.Accepted;
}

/// <summary>What a decision was taken on besides the figures that every one shows. Nothing here names a
/// card.</summary>
/// <param name="CardUses">What the card had paid offline, per window of the policy.</param>
/// <param name="LatestOfCard">Its latest offline payment within the policy's minutes; null for none.</param>
/// <param name="Draw">The random number of the selection, 1 to 99; 0 when the policy selects
/// nothing.</param>
public sealed record DecisionFacts(
    ApprovalBehaviour Behaviour,
    TerminalStanding Standing,
    bool JournalSound,
    bool HasSealingKey,
    bool Expired,
    bool AllowsOffline,
    bool ServiceCodeAllowed,
    bool DenyListed,
    bool InDeniedRange,
    IReadOnlyList<CardUseFigure> CardUses,
    Money? LatestOfCard,
    int Draw);

/// <summary>What one card had paid offline within so many minutes.</summary>
public sealed record CardUseFigure(int WindowMinutes, Money Amount, int Count);
