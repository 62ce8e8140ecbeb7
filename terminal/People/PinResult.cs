using CloudPos.Wire;

namespace CloudPos.Terminal.People;

/// <summary>What became of a PIN. Numbers are shown to scripts and never reused.</summary>
internal enum PinStatus
{
    None = 0,
    Right = 1,
    Wrong = 10,
    PersonUnknown = 11,

    /// <summary>Not looked at: too many were wrong.</summary>
    Locked = 12,

    /// <summary>Right, but this takes a manager.</summary>
    NotManager = 13,

    /// <summary>The store has no staff yet, so there is nobody to be.</summary>
    NoStaff = 14,

    /// <summary>Not looked at: what could not be counted could be tried without end.</summary>
    NotStored = 20,
}

/// <param name="Member">Who it is; null unless the PIN was right.</param>
/// <param name="Sentence">For the person; empty when the PIN was right.</param>
/// <param name="LockedUntil">When the next PIN is looked at; null when at once.</param>
internal sealed record PinResult(
    PinStatus Status, StaffMember? Member, string Sentence, DateTimeOffset? LockedUntil = null)
{
    public bool IsRight => Status == PinStatus.Right;
}
