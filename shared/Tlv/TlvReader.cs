namespace CloudPos.Tlv;

/// <summary>
/// Reads BER-TLV data objects as EMV restricts them (Book 3, annex B): definite lengths of up to three bytes,
/// 00 and FF as padding between objects, no primitive twice in one template. Everything is bounded, nothing
/// throws, and nothing is copied: values are views of the input.
/// </summary>
public static class TlvReader
{
    public const int InputLengthMax = 64 * 1024;
    public const int DepthMax = 8;
    public const int NodesMax = 4096;
    private const int TagBytesMax = 4;
    private const int LengthBytesMax = 3;

    public static TlvResult TryRead(ReadOnlyMemory<byte> input)
    {
        if (input.Length > InputLengthMax)
            return new(null, TlvFault.InputTooLong, InputLengthMax);
        var nodesLeft = NodesMax;
        var nodes = ReadTemplate(input, 0, input.Length, 1, ref nodesLeft, out var fault);
        return nodes is null ? new(null, fault.Reason, fault.Offset) : new(nodes, TlvFault.None, 0);
    }

    private static List<TlvNode>? ReadTemplate(
        ReadOnlyMemory<byte> input, int start, int end, int depth, ref int nodesLeft,
        out (TlvFault Reason, int Offset) fault)
    {
        fault = (TlvFault.None, start);
        if (depth > DepthMax)
            return Refuse(TlvFault.NestedTooDeep, start, out fault);
        var nodes = new List<TlvNode>();
        var primitives = new HashSet<uint>();
        var bytes = input.Span;
        for (var at = start; at < end;)
        {
            if (bytes[at] is 0x00 or 0xFF)
            {
                at++;
                continue;
            }
            if (nodesLeft-- == 0)
                return Refuse(TlvFault.TooManyNodes, at, out fault);
            if (!TryReadTag(bytes[..end], at, out var tag, out fault)
                || !TryReadLength(
                    bytes[..end], at + TlvTag.ByteCount(tag), out var valueAt, out var length, out fault))
                return null;
            if (length > end - valueAt)
                return Refuse(TlvFault.ValueOverrun, at, out fault);

            IReadOnlyList<TlvNode> children = [];
            if (TlvTag.IsConstructed(tag))
            {
                var read = ReadTemplate(
                    input, valueAt, valueAt + length, depth + 1, ref nodesLeft, out fault);
                if (read is null)
                    return null;
                children = read;
            }
            else if (!primitives.Add(tag))
            {
                return Refuse(TlvFault.DuplicatePrimitive, at, out fault);
            }
            nodes.Add(new TlvNode(tag, at, input.Slice(valueAt, length), children));
            at = valueAt + length;
        }
        return nodes;
    }

    /// <summary>Reads one tag at the given place; used for data object lists too.</summary>
    internal static bool TryReadTag(
        ReadOnlySpan<byte> bytes, int at, out uint tag, out (TlvFault Reason, int Offset) fault)
    {
        fault = (TlvFault.None, at);
        tag = bytes[at];
        if ((tag & 0x1F) != 0x1F)
            return true;
        for (var i = 1; ; i++)
        {
            if (i == TagBytesMax)
                fault = (TlvFault.TagTooLong, at);
            else if (at + i >= bytes.Length)
                fault = (TlvFault.TagTruncated, at);
            if (fault.Reason != TlvFault.None)
                return false;
            tag = tag << 8 | bytes[at + i];
            if ((bytes[at + i] & 0x80) == 0)
                return true;
        }
    }

    private static bool TryReadLength(
        ReadOnlySpan<byte> bytes, int at, out int valueAt, out int length,
        out (TlvFault Reason, int Offset) fault)
    {
        fault = (TlvFault.None, at);
        length = 0;
        valueAt = at + 1;
        if (at >= bytes.Length)
            fault = (TlvFault.LengthTruncated, at);
        else if (bytes[at] == 0x80)
            fault = (TlvFault.LengthIndefinite, at);
        else if (bytes[at] > 0x80 + LengthBytesMax)
            fault = (TlvFault.LengthTooLong, at);
        if (fault.Reason != TlvFault.None)
            return false;
        if (bytes[at] < 0x80)
        {
            length = bytes[at];
            return true;
        }
        var count = bytes[at] & 0x7F;
        if (at + count >= bytes.Length)
        {
            fault = (TlvFault.LengthTruncated, at);
            return false;
        }
        for (var i = 1; i <= count; i++)
            length = length << 8 | bytes[at + i];
        valueAt = at + 1 + count;
        return true;
    }

    private static List<TlvNode>? Refuse(TlvFault reason, int offset, out (TlvFault Reason, int Offset) fault)
    {
        fault = (reason, offset);
        return null;
    }
}
