namespace CloudPos.Journal;

/// <summary>A cashier took over the drawer with this much change in it.</summary>
public sealed record ShiftOpened(Id Shift, string Cashier, Money Float) : EntryBody(EntryKind.ShiftOpened);

/// <summary>
/// The drawer was counted and handed over. What it should have held is what the journal says: the float,
/// what was paid in cash less voids, and what was put in or taken out.
/// </summary>
public sealed record ShiftClosed(Id Shift, string Cashier, Money Expected, Money Counted)
    : EntryBody(EntryKind.ShiftClosed);

/// <summary>Cash put into the drawer, or taken out of it (negative), that belongs to no sale.</summary>
public sealed record CashMoved(Id Shift, Money Amount, string Reason, string Cashier)
    : EntryBody(EntryKind.CashMoved);
