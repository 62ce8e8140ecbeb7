using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CloudPos.Iso8583;

/// <summary>Why a message could not be read or written. The numbers are fixed.</summary>
public enum Iso8583Fault
{
    None = 0,

    /// <summary>The whole message is longer than 8 KiB.</summary>
    MessageTooLong = 1,
    MtiTruncated = 2,
    MtiInvalid = 3,
    BitmapTruncated = 4,
    BitmapInvalid = 5,

    /// <summary>The layout has no such field.</summary>
    FieldUnknown = 6,
    LengthTruncated = 7,

    /// <summary>The length prefix is not a number.</summary>
    LengthInvalid = 8,

    /// <summary>Longer than the layout allows.</summary>
    ValueTooLong = 9,

    /// <summary>The bytes end inside the field.</summary>
    ValueTruncated = 10,

    /// <summary>A character that the field's kind does not allow.</summary>
    CharacterInvalid = 11,

    /// <summary>Bytes follow the last field.</summary>
    Trailing = 12,

    /// <summary>Shorter than a field of kind B must be; other fixed fields are padded.</summary>
    ValueTooShort = 13,

    /// <summary>A text was set where the layout wants bytes, or bytes where it wants a text.</summary>
    KindMismatch = 14,
}

/// <summary>
/// The message, or the fault, its field (0 type, 1 bitmap) and its place in bytes. The caller disposes it.
/// </summary>
public readonly record struct Iso8583Decoded(
    Iso8583Message? Message, Iso8583Fault Fault, int Field, int Offset)
{
    [MemberNotNullWhen(true, nameof(Message))]
    public bool IsValid => Message is not null;

    public override string ToString() => Message?.ToString()
        ?? string.Create(CultureInfo.InvariantCulture, $"{Fault} in field {Field} at {Offset}");
}

/// <summary>The message's bytes, which the caller zeroes, or the fault and its field.</summary>
public readonly record struct Iso8583Encoded(byte[]? Bytes, Iso8583Fault Fault, int Field)
{
    [MemberNotNullWhen(true, nameof(Bytes))]
    public bool IsValid => Bytes is not null;

    public override string ToString() => Bytes is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Fault} in field {Field}")
        : string.Create(CultureInfo.InvariantCulture, $"{Bytes.Length} bytes");
}
