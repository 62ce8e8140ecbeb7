using System.Diagnostics.CodeAnalysis;

namespace CloudPos.Tlv;

/// <summary>Why a sequence of data objects was refused. The numbers are fixed.</summary>
public enum TlvFault
{
    None = 0,
    InputTooLong = 1,

    /// <summary>The bytes end inside a tag.</summary>
    TagTruncated = 2,

    /// <summary>A tag of more than four bytes.</summary>
    TagTooLong = 3,

    /// <summary>The bytes end inside a length, or where one must stand.</summary>
    LengthTruncated = 4,

    /// <summary>Length byte 80: the end would have to be searched for, which EMV does not allow.</summary>
    LengthIndefinite = 5,

    /// <summary>A length of more than three bytes.</summary>
    LengthTooLong = 6,

    /// <summary>The value would reach beyond its template, or beyond the input.</summary>
    ValueOverrun = 7,
    NestedTooDeep = 8,

    /// <summary>
    /// The same primitive tag twice in one template, which EMV treats as an error of the card.
    /// </summary>
    DuplicatePrimitive = 9,
    TooManyNodes = 10,
}

/// <summary>The data objects, or the fault and its place: bytes from the start of the whole input.</summary>
public readonly record struct TlvResult(IReadOnlyList<TlvNode>? Nodes, TlvFault Fault, int Offset)
{
    [MemberNotNullWhen(true, nameof(Nodes))]
    public bool IsValid => Nodes is not null;

    public override string ToString() =>
        Nodes is null ? $"{Fault} at {Offset}" : $"{Nodes.Count} data objects";
}
