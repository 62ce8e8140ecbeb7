namespace CloudPos.Iso8583;

/// <summary>What a field's characters may be (ISO 8583:1987, 4.2).</summary>
public enum FieldKind
{
    /// <summary>Digits.</summary>
    N = 0,

    /// <summary>Letters, digits and the space that pads them.</summary>
    An = 1,

    /// <summary>Any printable ASCII character.</summary>
    Ans = 2,

    /// <summary>Bytes. Length counts bytes.</summary>
    B = 3,

    /// <summary>Track data: digits and separators.</summary>
    Z = 4,

    /// <summary>C or D, then digits: x+n in the standard. Length counts the letter too.</summary>
    XN = 5,
}

/// <summary>How a field's length is told.</summary>
public enum LengthPrefix
{
    Fixed = 0,

    /// <summary>Two digits before the value.</summary>
    LL = 1,

    /// <summary>Three digits before the value.</summary>
    LLL = 2,
}

/// <summary>How the characters lie on the line.</summary>
public enum FieldEncoding
{
    /// <summary>One byte a character. Fields of kind B as two hex digits a byte.</summary>
    Ascii = 0,

    /// <summary>
    /// Two digits a byte; an odd number of them gets a zero in front. The letter of XN stays ASCII.
    /// </summary>
    Bcd = 1,

    /// <summary>The bytes themselves; kind B only.</summary>
    Binary = 2,
}

/// <summary>
/// One row of a layout. Length is the exact length of a fixed field and the greatest of a variable one:
/// digits or characters, or bytes for kind B. A sensitive field is never printed in clear.
/// </summary>
public sealed record Iso8583Field(
    int Number,
    string Name,
    FieldKind Kind,
    int Length,
    LengthPrefix Prefix = LengthPrefix.Fixed,
    FieldEncoding Encoding = FieldEncoding.Ascii,
    bool IsSensitive = false);
