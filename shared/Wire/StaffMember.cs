namespace CloudPos.Wire;

/// <summary>What a person may do at a terminal. Numbers are stored and never reused.</summary>
public enum StaffRole
{
    Cashier = 1,

    /// <summary>Also approves what goes beyond a cashier's limits.</summary>
    Manager = 2,
}

/// <summary>A person who works in a store, as its terminals know them.</summary>
/// <param name="Person">1 to 16 lower-case letters, digits and hyphens; unique in the store, given
/// once.</param>
/// <param name="Pin">As <see cref="Crypto.PinHash"/> writes it; empty for who was withdrawn.</param>
/// <param name="Withdrawn">Works here no more; what they did keeps their name.</param>
public sealed record StaffMember(
    string Person, string Name, StaffRole Role, string Pin, bool Withdrawn = false)
{
    /// <summary>Of one store.</summary>
    public const int PersonsMax = 200;

    public const int NameLengthMax = 40;

    /// <summary>Without the hash: it belongs into no log.</summary>
    public override string ToString() => $"{Person} ({Role})";
}
