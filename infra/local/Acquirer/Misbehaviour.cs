namespace CloudPos.Local.Acquirer;

/// <summary>
/// What goes wrong with an answer. Except for Lost, the request has been decided and remembered.
/// </summary>
internal enum MisbehaviourKind
{
    None = 0,

    /// <summary>The answer comes after some seconds.</summary>
    Late = 1,

    /// <summary>The answer comes twice.</summary>
    Twice = 2,

    /// <summary>The connection is closed instead of an answer.</summary>
    Drop = 3,

    /// <summary>No answer; a repeat of the request gets it.</summary>
    Silent = 4,

    /// <summary>The request vanishes on its way: nothing is remembered and nothing answered.</summary>
    Lost = 5,

    /// <summary>Declined with a chosen code, whatever the card.</summary>
    Decline = 6,
}

/// <param name="Delay">Of a late answer; zero otherwise.</param>
/// <param name="Code">Field 39 of a decline; null otherwise.</param>
internal readonly record struct Misbehaviour(
    MisbehaviourKind Kind, TimeSpan Delay = default, string? Code = null)
{
    public static readonly TimeSpan LateByDefault = TimeSpan.FromSeconds(3);
    public static readonly TimeSpan LateMax = TimeSpan.FromMinutes(5);

    public static Misbehaviour Late => new(MisbehaviourKind.Late, LateByDefault);
}
