using CloudPos.Cards;
using CloudPos.Iso8583;

namespace CloudPos.Local.Acquirer;

/// <summary>
/// The card of a request: field 2, or track 2 (field 35), or the chip's data (field 55, tags 57 and 5A).
/// </summary>
internal static class CardOf
{
    /// <summary>Null where there is none, or none with a valid check digit. The caller disposes it.</summary>
    public static Pan? Request(Iso8583Message message)
    {
        if (Pan.TryParse(message.RevealBytes(2), out var pan)) return pan;
        if (message.Has(35)) return FromTrack2(message);
        return message.Has(55) ? FromChip(message) : null;
    }

    /// <summary>Whether field 14, where present, says that the card is past its last month.</summary>
    public static bool IsExpired(Iso8583Message message, DateOnly today) =>
        Expiry.TryParseYymm(message.RevealBytes(14), out var expiry) && expiry.IsPast(today);

    private static Pan? FromTrack2(Iso8583Message message)
    {
        var track = message.RevealBytes(35);
        var end = track.IndexOfAny((byte)'=', (byte)'D');
        return end > 0 && Pan.TryParse(track[..end], out var pan) ? pan : null;
    }

    private static Pan? FromChip(Iso8583Message message)
    {
        using var card = CardData.TryFromChip(message.RevealBytes(55), EntryMode.Chip).Value;
        return card is not null && Pan.TryParse(card.Pan.RevealPanBytes(), out var pan) ? pan : null;
    }
}
