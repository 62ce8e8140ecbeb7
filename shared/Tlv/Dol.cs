using System.Diagnostics.CodeAnalysis;

namespace CloudPos.Tlv;

/// <summary>One request of a card: a tag, and how many bytes of it.</summary>
public readonly record struct DolEntry(uint Tag, int Length);

/// <summary>The requests of a card, or the fault and its place in bytes.</summary>
public readonly record struct DolResult(IReadOnlyList<DolEntry>? Entries, TlvFault Fault, int Offset)
{
    [MemberNotNullWhen(true, nameof(Entries))]
    public bool IsValid => Entries is not null;

    public override string ToString() =>
        Entries is null ? $"{Fault} at {Offset}" : $"{Entries.Count} requests";
}

/// <summary>
/// Data object lists: tags and lengths without values, in which a card asks for data (EMV Book 3, 5.4).
/// </summary>
public static class Dol
{
    /// <summary>Bytes of the longest list; a list is one tag's value.</summary>
    public const int InputLengthMax = 255;

    public static DolResult TryParse(ReadOnlySpan<byte> list)
    {
        if (list.Length > InputLengthMax)
            return new(null, TlvFault.InputTooLong, InputLengthMax);
        var entries = new List<DolEntry>();
        for (var at = 0; at < list.Length;)
        {
            if (!TlvReader.TryReadTag(list, at, out var tag, out var fault))
                return new(null, fault.Reason, fault.Offset);
            at += TlvTag.ByteCount(tag);
            if (at >= list.Length)
                return new(null, TlvFault.LengthTruncated, at);
            // The length is one byte here, never the long form.
            if (list[at] >= 0x80)
                return new(null, TlvFault.LengthTooLong, at);
            entries.Add(new(tag, list[at++]));
        }
        return new(entries, TlvFault.None, 0);
    }

    /// <summary>
    /// The values asked for, one after the other. What is absent, or a template, is zeros. A numeric value
    /// keeps its right end and is filled with zeros on the left; compressed numeric keeps its left end and is
    /// filled with F; any other keeps its left end and is filled with zeros on the right. The result may be
    /// card data: the caller zeroes it.
    /// </summary>
    /// <param name="entries">As parsed from the card's list.</param>
    /// <param name="find">The value of a tag, or null when the terminal has none.</param>
    public static byte[] Build(IReadOnlyList<DolEntry> entries, Func<uint, ReadOnlyMemory<byte>?> find)
    {
        var output = GC.AllocateArray<byte>(entries.Sum(entry => entry.Length), pinned: true);
        var at = 0;
        foreach (var (tag, length) in entries)
        {
            if (!TlvTag.IsConstructed(tag) && find(tag) is { } value)
                Place(value.Span, EmvTags.Find(tag)?.Format ?? EmvFormat.B, output.AsSpan(at, length));
            at += length;
        }
        return output;
    }

    private static void Place(ReadOnlySpan<byte> value, EmvFormat format, Span<byte> target)
    {
        var kept = Math.Min(value.Length, target.Length);
        if (format == EmvFormat.N)
        {
            value[(value.Length - kept)..].CopyTo(target[(target.Length - kept)..]);
            return;
        }
        if (format == EmvFormat.Cn)
            target.Fill(0xFF);
        value[..kept].CopyTo(target);
    }
}
