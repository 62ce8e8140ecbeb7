using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using CloudPos.Tlv;

namespace CloudPos.Cards;

/// <summary>Why a chip's data are not those of a card. The numbers are fixed.</summary>
public enum CardDataFault
{
    None = 0,

    /// <summary>The bytes are not data objects; see <see cref="CardDataResult.Tlv"/>.</summary>
    Tlv = 1,

    /// <summary>Tag 57 is no track; see <see cref="CardDataResult.Track2"/>.</summary>
    Track2 = 2,

    /// <summary>Neither tag 57 nor tag 5A is there.</summary>
    PanMissing = 3,
    PanInvalid = 4,

    /// <summary>Without tag 57, tag 5F24 must be there.</summary>
    ExpiryMissing = 5,
    ExpiryInvalid = 6,

    /// <summary>Tags 57 and 5A, or 57 and 5F24, tell different things.</summary>
    Contradiction = 7,
    PanSequenceInvalid = 8,

    /// <summary>Tag 4F or 84 is not 5 to 16 bytes.</summary>
    AidInvalid = 9,
    ServiceCodeInvalid = 10,

    /// <summary>An entry mode that has no chip, or none at all.</summary>
    EntryModeInvalid = 11,

    /// <summary>The objects for field 55 take more than 255 bytes.</summary>
    ChipTlvTooLong = 12,
    VersionUnknown = 13,
}

/// <summary>
/// The card, which the caller disposes, or the fault and its place: bytes from the start of the input.
/// </summary>
public readonly record struct CardDataResult(CardData? Value, CardDataFault Fault, int Offset)
{
    public TlvFault Tlv { get; init; }

    public Track2Fault Track2 { get; init; }

    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsValid => Value is not null;

    public override string ToString() => Value?.ToString()
        ?? string.Create(CultureInfo.InvariantCulture, $"{Fault}{Detail()} at {Offset}");

    private string Detail() => Fault switch
    {
        CardDataFault.Tlv => $" ({Tlv})",
        CardDataFault.Track2 => $" ({Track2})",
        _ => "",
    };
}
