namespace CloudPos.Tlv;

/// <summary>
/// Writes data objects with the shortest lengths. The size is computed first, so the bytes exist once:
/// whoever gets them zeroes them if they are card data.
/// </summary>
public static class TlvWriter
{
    public static byte[] Write(params IReadOnlyList<TlvNode> nodes)
    {
        var output = GC.AllocateUninitializedArray<byte>(SizeOf(nodes), pinned: true);
        var at = 0;
        WriteAll(nodes, output, ref at);
        return output;
    }

    private static int SizeOf(IReadOnlyList<TlvNode> nodes)
    {
        var size = 0;
        foreach (var node in nodes)
        {
            var length = ValueSize(node);
            size += TlvTag.ByteCount(node.Tag) + LengthBytes(length) + length;
        }
        return size;
    }

    private static int ValueSize(TlvNode node) =>
        node.IsConstructed ? SizeOf(node.Children) : node.Value.Length;

    private static int LengthBytes(int length) =>
        length switch { < 0x80 => 1, <= 0xFF => 2, <= 0xFFFF => 3, <= 0xFFFFFF => 4, _ => throw TooLong() };

    private static void WriteAll(IReadOnlyList<TlvNode> nodes, Span<byte> output, ref int at)
    {
        foreach (var node in nodes)
        {
            if (!TlvTag.IsWellFormed(node.Tag))
                throw new ArgumentException($"{TlvTag.ToText(node.Tag)} is not a tag.", nameof(nodes));
            for (var i = TlvTag.ByteCount(node.Tag) - 1; i >= 0; i--)
                output[at++] = (byte)(node.Tag >> (8 * i) & 0xFF);

            var length = ValueSize(node);
            var count = LengthBytes(length);
            if (count > 1)
                output[at++] = (byte)(0x80 | (count - 1));
            for (var i = Math.Max(count - 2, 0); i >= 0; i--)
                output[at++] = (byte)(length >> (8 * i) & 0xFF);

            if (node.IsConstructed)
            {
                WriteAll(node.Children, output, ref at);
                continue;
            }
            node.Value.Span.CopyTo(output[at..]);
            at += length;
        }
    }

    private static ArgumentException TooLong() => new("A value is longer than three length bytes can say.");
}
