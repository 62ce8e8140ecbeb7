using System.Globalization;

namespace CloudPos.Tlv;

/// <summary>
/// One data object. The value is a view of the bytes that were read, so whoever owns those can zero them.
/// ToString shows tag and length only: the value may be card data.
/// </summary>
public sealed class TlvNode
{
    public TlvNode(uint tag, ReadOnlyMemory<byte> value)
    {
        if (TlvTag.IsConstructed(tag))
            throw new ArgumentException("A constructed tag holds data objects, not bytes.", nameof(tag));
        Tag = tag;
        Value = value;
    }

    public TlvNode(uint tag, IReadOnlyList<TlvNode> children)
    {
        if (!TlvTag.IsConstructed(tag))
            throw new ArgumentException("A primitive tag holds bytes, not data objects.", nameof(tag));
        Tag = tag;
        Children = children;
    }

    internal TlvNode(uint tag, int offset, ReadOnlyMemory<byte> value, IReadOnlyList<TlvNode> children)
    {
        Tag = tag;
        Offset = offset;
        Value = value;
        Children = children;
    }

    /// <summary>The tag's one to four bytes, the first most significant: 0x9F02.</summary>
    public uint Tag { get; }

    /// <summary>Where the tag stood in the bytes read; 0 for an object made here.</summary>
    public int Offset { get; }

    public bool IsConstructed => TlvTag.IsConstructed(Tag);

    /// <summary>
    /// The value's bytes. For a constructed object that was read: the bytes of its children.
    /// </summary>
    public ReadOnlyMemory<byte> Value { get; }

    public IReadOnlyList<TlvNode> Children { get; } = [];

    /// <summary>
    /// The first object of that tag, here or in the children, in reading order; null when there is none.
    /// </summary>
    public TlvNode? Find(uint tag) => Tag == tag ? this : Find(Children, tag);

    /// <summary>The same for a sequence of objects.</summary>
    public static TlvNode? Find(IReadOnlyList<TlvNode> nodes, uint tag)
    {
        foreach (var node in nodes)
        {
            if (node.Find(tag) is { } found)
                return found;
        }
        return null;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{TlvTag.ToText(Tag)} [{Value.Length} bytes]");
}
