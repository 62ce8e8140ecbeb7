using CloudPos.Crypto;
using CloudPos.Terminal.Journal;
using CloudPos.Wire;

namespace CloudPos.Terminal.People;

/// <summary>
/// Who stands at the terminal: verifies a PIN, offline too, and stops asking when too many were wrong. The
/// count lies on disk and is raised before a PIN is looked at. Thread-safe; one PIN at a time, since each
/// takes memory.
/// </summary>
internal sealed class PinCheck(TerminalStore store)
{
    /// <summary>So many wrong ones in a row cost no time.</summary>
    public const int FreeFailures = 3;

    private static readonly TimeSpan FirstLock = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestLock = TimeSpan.FromHours(1);
    private readonly Lock _one = new();

    /// <summary>How long the terminal does not ask behind so many wrong PINs in a row: doubling, to an
    /// hour.</summary>
    public static TimeSpan LockAfter(int failures)
    {
        if (failures < FreeFailures)
            return TimeSpan.Zero;
        var doublings = Math.Min(failures - FreeFailures, 10);
        var wait = FirstLock * (1 << doublings);
        return wait < LongestLock ? wait : LongestLock;
    }

    /// <summary>The person if the PIN is theirs and they are a manager.</summary>
    public PinResult CheckManager(string person, ReadOnlySpan<char> pin)
    {
        var result = Check(person, pin);
        return result is { IsRight: true, Member.Role: not StaffRole.Manager }
            ? new PinResult(PinStatus.NotManager, null, $"{result.Member.Name} is no manager; ask one.")
            : result;
    }

    public PinResult Check(string person, ReadOnlySpan<char> pin)
    {
        lock (_one)
        {
            if (store.Staff.Count == 0)
                return new(PinStatus.NoStaff, null, "The back office has named no staff for this store yet.");
            var member = store.Staff.FirstOrDefault(one => one.Person == person);
            if (member is null)
                return new(PinStatus.PersonUnknown, null, $"'{person}' does not work in this store.");
            if (PinHash.TryParse(member.Pin) is not { } hash)
                return new(PinStatus.Wrong, null, $"{member.Name} has no PIN that this version can check.");
            return Look(member, hash, pin);
        }
    }

    private PinResult Look(StaffMember member, PinHash hash, ReadOnlySpan<char> pin)
    {
        var (now, before) = (store.Now, store.PinFailuresOf(member.Person));
        if (before?.Until > now)
            return Locked(member, before.Until);
        var count = (before?.Count ?? 0) + 1;
        var counted = new PinFailures(member.Person, count, now + LockAfter(count));
        var stored = store.CountPin(counted, count - 1);
        if (!stored.IsStored)
            return new(PinStatus.NotStored, null, stored.Sentence);
        if (!hash.IsOf(pin))
            return Wrong(member, counted);
        // A right PIN that could not be forgotten as wrong only brings the next lock nearer.
        _ = store.ForgetPins(member.Person);
        return new(PinStatus.Right, member, "");
    }

    private PinResult Wrong(StaffMember member, PinFailures counted)
    {
        if (counted.Count < FreeFailures)
            return new(PinStatus.Wrong, null, "The PIN is wrong.");
        // The lock itself is on disk already; if its entry is not, the next wrong PIN writes one.
        _ = store.RecordPinLocked(counted);
        return Locked(member, counted.Until) with { Status = PinStatus.Wrong };
    }

    private PinResult Locked(StaffMember member, DateTimeOffset until)
    {
        var seconds = (long)Math.Ceiling((until - store.Now).TotalSeconds);
        var wait = seconds < 120 ? $"{seconds} seconds" : $"{(seconds + 59) / 60} minutes";
        return new(
            PinStatus.Locked, null,
            $"Too many wrong PINs of {member.Name}: try again in {wait}, or let the back office set a new "
            + "one.",
            until);
    }
}
