using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>Wrong PINs of one person in a row.</summary>
/// <param name="Until">No PIN of theirs is looked at before; the server's time as the terminal knows
/// it.</param>
internal sealed record PinFailures(string Person, int Count, DateTimeOffset Until);

internal sealed partial class TerminalStore
{
    /// <summary>
    /// Who works in the store, by name; those who were withdrawn are not among them. Empty until the feed
    /// brought somebody.
    /// </summary>
    public IReadOnlyList<StaffMember> Staff => Locked(() => _staff);

    /// <summary>The wrong PINs of a person in a row; null when the last one was right.</summary>
    public PinFailures? PinFailuresOf(string person) =>
        Locked(() => _pinFailures.FirstOrDefault(failures => failures.Person == person));

    /// <summary>
    /// Counts a PIN as wrong before it is looked at, so that ending the program in between gains nothing.
    /// </summary>
    /// <param name="countedBefore">What the caller saw: when another came between, nothing is stored.</param>
    public WriteOutcome CountPin(PinFailures counted, int countedBefore)
    {
        lock (_gate)
            return Commit(batch => (PinFailuresOf(counted.Person)?.Count ?? 0) != countedBefore
                ? WriteOutcome.Not(WriteStatus.Busy, "Another PIN of the same person is being looked at.")
                : SetPinFailures([.. Without(counted.Person), counted], batch));
    }

    /// <summary>The PIN was right: what was counted before is forgotten.</summary>
    public WriteOutcome ForgetPins(string person)
    {
        lock (_gate)
            return Commit(batch => SetPinFailures(Without(person), batch));
    }

    /// <summary>Journals that the terminal stopped asking: the back office is to see that somebody
    /// tries.</summary>
    public WriteOutcome RecordPinLocked(PinFailures failures)
    {
        lock (_gate)
            return Commit(batch => Added(
                batch, new PinLocked(failures.Person, failures.Count, failures.Until)));
    }

    private List<PinFailures> Without(string person) =>
        [.. _pinFailures.Where(failures => failures.Person != person)];

    private WriteOutcome? SetPinFailures(IReadOnlyList<PinFailures> failures, Batch batch)
    {
        _values.Set(ValueTable.PinFailures, failures, StoreJson.Default.IReadOnlyListPinFailures);
        batch.After(() => _pinFailures = failures);
        return null;
    }

    /// <summary>
    /// A person of the feed. A new PIN forgets the wrong ones: whoever gave it is who may end a lock.
    /// </summary>
    private void ApplyStaff(StaffMember member, Batch batch)
    {
        // Read back from the transaction: a row before this one on the page may have changed it.
        var before = _values.Get(ValueTable.Staff, StoreJson.Default.IReadOnlyListStaffMember, out _) ?? [];
        var known = before.FirstOrDefault(one => one.Person == member.Person);
        var others = before.Where(one => one.Person != member.Person);
        IReadOnlyList<StaffMember> staff = member.Withdrawn
            ? [.. others]
            : [.. others.Append(member).OrderBy(one => one.Name, StringComparer.Ordinal)];
        _values.Set(ValueTable.Staff, staff, StoreJson.Default.IReadOnlyListStaffMember);
        batch.After(() => _staff = staff);
        if (known is not null && known.Pin != member.Pin)
        {
            var failures = _values.Get(
                ValueTable.PinFailures, StoreJson.Default.IReadOnlyListPinFailures, out _) ?? [];
            SetPinFailures([.. failures.Where(one => one.Person != member.Person)], batch);
        }
    }
}
