using System.Security.Cryptography;

namespace CloudPos.Cards;

/// <summary>
/// What a reader got from a card, in clear: it exists only inside the reader's call and the sealing call. It
/// owns its parts; <see cref="Dispose"/> zeroes them all. ToString shows scheme, last four and entry mode.
/// </summary>
public sealed partial class CardData : IDisposable
{
    private CardData(EntryMode entryMode, Track2? track2, Pan pan, Expiry expiry, byte[] chipTlv)
    {
        EntryMode = entryMode;
        Track2 = track2;
        Pan = pan;
        Expiry = expiry;
        ChipTlv = chipTlv;
    }

    public EntryMode EntryMode { get; }

    /// <summary>
    /// The stripe, or its image on the chip; null when the chip gave number and expiry only.
    /// </summary>
    public Track2? Track2 { get; }

    public Pan Pan { get; }

    public Expiry Expiry { get; }

    /// <summary>Null when neither a track nor tag 5F30 told it.</summary>
    public ServiceCode? ServiceCode { get; private init; }

    /// <summary>Tag 4F, or 84; null for a stripe.</summary>
    public byte[]? Aid { get; private init; }

    /// <summary>The name that receipts show: tag 50, printable ASCII; null when the card told none.</summary>
    public string? ApplicationLabel { get; private init; }

    /// <summary>Tag 5F34, 0 to 99; field 23.</summary>
    public int? PanSequence { get; private init; }

    /// <summary>By the application identifier of a chip, otherwise by the number's range.</summary>
    public Scheme Scheme =>
        Aid is not null && SchemeAids.Of(Aid) is not Scheme.Unknown and var scheme ? scheme : Pan.Scheme;

    /// <summary>
    /// The chip's data objects for field 55, without number, tracks and names; empty for a stripe.
    /// </summary>
    public byte[] ChipTlv { get; }

    /// <summary>
    /// Takes over the track, which it will dispose. The card has a chip: then the swipe is a fallback.
    /// </summary>
    public static CardData FromTrack2(Track2 track2) =>
        new(track2.ServiceCode.IsChip ? EntryMode.Fallback : EntryMode.Swipe, track2, track2.Pan,
            track2.Expiry, [])
        {
            ServiceCode = track2.ServiceCode,
        };

    public override string ToString() => $"{Scheme} {Pan} {EntryMode}";

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(ChipTlv);
        Track2?.Dispose();
        Pan.Dispose();
    }
}
