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
    SaleRefunded = 7,
    StockReceived = 10,
    StockCounted = 11,
    StockWasted = 12,
    TransferSent = 13,
    TransferReceived = 14,
    ProductEdited = 15,
    PolicyApplied = 20,
    PinLocked = 21,
    DayReported = 30,
    ShiftOpened = 31,
    ShiftClosed = 32,
    CashMoved = 33,
    CustomerWritten = 40,
    CustomerErased = 41,
    PointsAdjusted = 42,
    Overridden = 50,
    InvoiceIssued = 60,
    ReceiptCopied = 61,
    DrillEnded = 62,
}
