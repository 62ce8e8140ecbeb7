using System.Diagnostics.CodeAnalysis;

namespace CloudPos.Cards;

/// <summary>Why a track was refused. The numbers are fixed.</summary>
public enum Track2Fault
{
    None = 0,
    Empty = 1,
    TooLong = 2,

    /// <summary>Neither a digit nor the separator stands where one of them must.</summary>
    UnexpectedCharacter = 3,
    SeparatorMissing = 4,
    PanLength = 5,
    PanCheckDigit = 6,

    /// <summary>The expiry is missing, short, or its month is not 01 to 12.</summary>
    Expiry = 7,

    /// <summary>The service code is missing or short.</summary>
    ServiceCode = 8,
    DiscretionaryData = 9,
    EndSentinelMissing = 10,

    /// <summary>Something follows the end sentinel, or the padding of tag 57.</summary>
    Trailing = 11,
}

/// <summary>
/// A track, or the fault and its place. Offset counts from 0: characters of the text, sentinels included, or
/// half bytes of tag 57.
/// </summary>
public readonly record struct Track2Result(Track2? Value, Track2Fault Fault, int Offset)
{
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsValid => Value is not null;

    public override string ToString() => Value is null ? $"{Fault} at {Offset}" : Value.ToString();
}
