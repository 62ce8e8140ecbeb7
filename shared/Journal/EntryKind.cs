namespace CloudPos.Journal;

/// <summary>What an entry records. Numbers are written into every entry's header and never reused.</summary>
public enum EntryKind
{
    EpochOpened = 1,
    PaymentAttempted = 2,
    SaleCompleted = 3,
    PaymentFailed = 4,
    PaymentAbandoned = 5,
    SaleVoided = 6,
    StockReceived = 10,
    StockCounted = 11,
    PolicyApplied = 20,
    PinLocked = 21,
    DayReported = 30,
}
