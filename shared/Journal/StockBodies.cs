namespace CloudPos.Journal;

/// <summary>Goods that can no longer be sold: broken, expired, stolen. Quantities are positive.</summary>
public sealed record StockWasted(IReadOnlyList<StockChange> Lines, string Reason, string Cashier)
    : EntryBody(EntryKind.StockWasted);

/// <summary>
/// Goods that left for another store of the merchant. Quantities are positive, each product once.
/// </summary>
/// <param name="Transfer">As it stands on the slip that goes with the goods: terminal, epoch and the number
/// of this entry, never used twice.</param>
public sealed record TransferSent(
    string Transfer, string From, string To, IReadOnlyList<StockChange> Lines, string Cashier)
    : EntryBody(EntryKind.TransferSent);

/// <summary>
/// What came of a transfer, as it was counted at its arrival; it may differ from what was sent. Known by its
/// slip alone: the entry of the sender may reach the back office later than this one.
/// </summary>
/// <param name="IsLast">Nothing more of it is expected: what lacks now is a difference, no longer on its
/// way.</param>
public sealed record TransferReceived(
    string Transfer, string From, string To, IReadOnlyList<StockChange> Lines, bool IsLast, string Cashier)
    : EntryBody(EntryKind.TransferReceived);
