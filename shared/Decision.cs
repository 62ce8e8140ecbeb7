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
    NoSealingKey = 20,
    CurrencyNotAllowed = 29,
    SchemeNotAllowed = 30,
    EntryModeNotAllowed = 31,
    CardExpired = 40,
    ServiceCodeForbidsOffline = 41,
    DenyListed = 50,
    AtOrOverFloorLimit = 60,
    CardCountReached = 70,
    CardAmountReached = 71,
    ExposureAmountReached = 80,
    ExposureCountReached = 81,
    OfflineTooLong = 90,
}

/// <summary>
/// A decision with the figures it was taken on, recorded in the entry so that it can be explained and
/// replayed. Limit and figure are minor units, counts or seconds, as the reason says; both zero where no
/// figure decided.
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
    public bool IsAccepted => Reason == DecisionReason.Accepted;
}
