using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>Takes over the drawer with so much change in it.</summary>
    public WriteOutcome OpenShift(Id shift, Money opensWith, string cashier)
    {
        lock (_gate)
            return Commit(batch =>
            {
                if (_shifts.Find(shift) is not null)
                    return WriteOutcome.Not(WriteStatus.Differs, $"Shift {shift} was opened before.");
                if (_shifts.Open() is not null)
                    return WriteOutcome.Not(
                        WriteStatus.Malformed, "A shift is open; count the drawer and close it first.");
                return CheckCash(opensWith, mayBeNegative: false)
                    ?? Added(batch, new ShiftOpened(shift, cashier, opensWith));
            });
    }

    /// <summary>Cash put in, or taken out when it is negative, that belongs to no sale.</summary>
    public WriteOutcome MoveCash(Money amount, string reason, string cashier)
    {
        lock (_gate)
            return Commit(batch => _shifts.Open() is { } open
                ? CheckCash(amount, mayBeNegative: true) ?? CheckReason(reason)
                    ?? Added(batch, new CashMoved(open.Shift, amount, reason, cashier))
                : NoShift());
    }

    /// <summary>
    /// Closes the open shift by what was counted; what should be there is read in the same transaction.
    /// </summary>
    public WriteOutcome CloseShift(Money counted, string cashier)
    {
        lock (_gate)
            return Commit(batch => _shifts.Open() is { } open
                ? CheckCash(counted, mayBeNegative: false)
                    ?? Added(batch, new ShiftClosed(open.Shift, cashier, open.Expected, counted))
                : NoShift());
    }

    public ShiftRow? CurrentShift => Locked(_shifts.Open);

    /// <summary>The latest first, each with who opened it; null where its entry cannot be read.</summary>
    public IReadOnlyList<(ShiftRow Row, string? Cashier, DateTimeOffset? At)> Shifts(int most = 50) =>
        Locked<IReadOnlyList<(ShiftRow, string?, DateTimeOffset?)>>(() =>
            [.. _shifts.Newest(most).Select(row =>
            {
                var entry = _enrolment is null
                    ? null
                    : _journal.Read(_enrolment.Journal with { Epoch = row.Epoch }, row.Opened).Entry;
                return (row, (entry?.Body as ShiftOpened)?.Cashier, entry?.Header.At);
            })]);

    private WriteOutcome? CheckCash(Money amount, bool mayBeNegative)
    {
        const long most = 100_000_000;
        if (amount.Currency != _enrolment!.Currency)
            return WriteOutcome.Not(
                WriteStatus.Malformed, $"The drawer holds {_enrolment.Currency}, not {amount.Currency}.");
        return Math.Abs(amount.Minor) > most || (!mayBeNegative && amount.Minor < 0)
            ? WriteOutcome.Not(WriteStatus.Malformed, $"{amount} is no amount of a drawer.")
            : null;
    }

    private static WriteOutcome NoShift() =>
        WriteOutcome.Not(WriteStatus.Malformed, "No shift is open; open one with the change in the drawer.");
}
