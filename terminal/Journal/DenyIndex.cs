using CloudPos.Crypto;
using CloudPos.Wire;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// The deny list made ready for looking up: 40-bit tags as numbers. Immutable. A list that cannot be read as
/// a whole is not taken over, so that a listed card is never let through by a row that was skipped.
/// </summary>
internal sealed class DenyIndex
{
    private readonly HashSet<ulong> _tags;
    private readonly byte[] _key;

    private DenyIndex(DenyList list, byte[] key, HashSet<ulong> tags) =>
        (Version, _key, _tags) = (list.Version, key, tags);

    public long Version { get; }

    public int Count => _tags.Count;

    /// <summary>The merchant's key for <see cref="CardTag.Deny"/>.</summary>
    public ReadOnlySpan<byte> TagKey => _key;

    public static DenyIndex? TryRead(DenyList list)
    {
        var key = new byte[CardTag.KeySize];
        if (!Convert.TryFromBase64String(list.TagKey, key, out var length) || length != CardTag.KeySize
            || list.Tags.Count > Wire.DenyList.TagsMax)
            return null;
        var tags = new HashSet<ulong>(list.Tags.Count);
        Span<byte> tag = stackalloc byte[CardTag.DenySize];
        foreach (var text in list.Tags)
        {
            if (text.Length != 2 * CardTag.DenySize
                || Convert.FromHexString(text, tag, out _, out _) != default)
                return null;
            tags.Add(ToNumber(tag));
        }
        return new DenyIndex(list, key, tags);
    }

    /// <summary>Whether a card's tag under <see cref="TagKey"/> is listed.</summary>
    public bool Contains(ReadOnlySpan<byte> tag) =>
        tag.Length == CardTag.DenySize && _tags.Contains(ToNumber(tag));

    private static ulong ToNumber(ReadOnlySpan<byte> tag)
    {
        var number = 0UL;
        foreach (var part in tag)
            number = (number << 8) | part;
        return number;
    }
}
