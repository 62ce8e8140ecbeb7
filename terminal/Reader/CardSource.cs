using CloudPos.Cards;

namespace CloudPos.Terminal.Reader;

/// <summary>
/// Where a scripted card comes from: a card file, the text of a stripe, or data objects as hex. The last two
/// hold card data in clear, so ToString shows the kind only.
/// </summary>
internal sealed class CardSource
{
    private readonly char[] _stripe = [];

    private CardSource(string? path, string? track2, string? tlvHex, EntryMode mode, char[]? stripe = null) =>
        (Path, Track2, TlvHex, Mode, _stripe) = (path, track2, tlvHex, mode, stripe ?? []);

    /// <summary>A card file; see <see cref="CardFile"/>.</summary>
    public string? Path { get; }

    /// <summary>A stripe as text, clear card data.</summary>
    public string? Track2 { get; }

    /// <summary>Data objects of a chip as hex, clear card data.</summary>
    public string? TlvHex { get; }

    /// <summary>How the chip was read; Unknown for the other kinds, which tell it themselves.</summary>
    public EntryMode Mode { get; }

    public static CardSource FromFile(string path) => new(path, null, null, EntryMode.Unknown);

    public static CardSource FromTrack2(string text) => new(null, text, null, EntryMode.Unknown);

    public static CardSource FromTlv(string hex, EntryMode mode) => new(null, null, hex, mode);

    /// <summary>
    /// A stripe that a reader sent; the memory becomes this source's, and <see cref="Forget"/> zeroes it.
    /// </summary>
    public static CardSource FromReader(char[] stripe) => new(null, null, null, EntryMode.Unknown, stripe);

    /// <summary>Clear card data until <see cref="Forget"/>; empty for the other kinds.</summary>
    public ReadOnlySpan<char> Stripe => _stripe;

    public void Forget() => Array.Clear(_stripe);

    public override string ToString() =>
        Path is not null ? "card file" : Track2 is not null ? "stripe" : "chip";
}
