using System.Buffers.Binary;
using System.Text;
using CloudPos.Crypto;

namespace CloudPos.Journal;

/// <summary>An entry's bytes with what still lies beside it.</summary>
public sealed record ShippedEntry(ReadOnlyMemory<byte> Bytes, IReadOnlyList<Attachment> Attachments);

/// <summary>
/// A run of a journal's entries, signed with the terminal's key (ES256). Layout, big-endian: magic "CPS1"
/// (4), epoch (4), first number (8), count (4), hash before the first (32), length of the terminal id (1),
/// terminal id; then per entry its length (4), its bytes, the number of attachments (1) and per attachment
/// kind (1), salt (16), length (4), content; at the end the signature (64) over everything before it behind a
/// domain tag. Compressed only by the transport.
/// </summary>
public sealed record Segment(
    JournalId Journal,
    long First,
    EntryHash Previous,
    IReadOnlyList<ShippedEntry> Entries)
{
    /// <summary>Bounds of one segment, after decompression.</summary>
    public const int BytesMax = 1024 * 1024;

    public const int EntriesMax = 500;

    /// <summary>The one fault that says who sent it rather than how it is written.</summary>
    public const string SignatureFault = "the signature does not verify under the terminal's key";
    private const int FixedLength = 53;
    private const int SignatureLength = 64;
    private static ReadOnlySpan<byte> Magic => "CPS1"u8;
    private static ReadOnlySpan<byte> Domain => "cloudpos/segment/1\0"u8;

    /// <summary>What one entry adds to a segment, in bytes.</summary>
    public static int Weigh(ShippedEntry entry) =>
        5 + entry.Bytes.Length + entry.Attachments.Sum(a => 21 + a.Content.Length);

    public byte[] Write(Es256Key key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var terminal = Encoding.ASCII.GetBytes(Journal.Terminal);
        var length = FixedLength + terminal.Length + Entries.Sum(Weigh) + SignatureLength;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, BytesMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Entries.Count, EntriesMax);
        var bytes = new byte[length];
        var span = bytes.AsSpan();
        Magic.CopyTo(span);
        BinaryPrimitives.WriteInt32BigEndian(span[4..], Journal.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(span[8..], First);
        BinaryPrimitives.WriteInt32BigEndian(span[16..], Entries.Count);
        Previous.CopyTo(span[20..]);
        span[52] = checked((byte)terminal.Length);
        terminal.CopyTo(span[FixedLength..]);
        span = span[(FixedLength + terminal.Length)..];
        foreach (var entry in Entries)
            span = WriteEntry(span, entry);
        key.Sign([.. Domain, .. bytes.AsSpan(0, length - SignatureLength)]).CopyTo(span);
        return bytes;
    }

    /// <summary>
    /// Reads a segment and verifies its signature; the entries themselves are not looked into.
    /// </summary>
    /// <returns>False with a fault that names the place, or that the signature does not verify.</returns>
    public static bool TryRead(
        ReadOnlyMemory<byte> bytes, Es256PublicKey key, out Segment? segment, out string? fault)
    {
        ArgumentNullException.ThrowIfNull(key);
        segment = null;
        if (bytes.Length > BytesMax)
            fault = $"a segment has at most {BytesMax} bytes";
        else if (bytes.Length < FixedLength + SignatureLength || !bytes.Span.StartsWith(Magic))
            fault = "offset 0: no segment of version 1";
        else if (!key.Verify(
            [.. Domain, .. bytes.Span[..^SignatureLength]], bytes.Span[^SignatureLength..]))
            fault = SignatureFault;
        else
            return new SegmentReader(bytes[..^SignatureLength]).TryRead(out segment, out fault);
        return false;
    }

    private static Span<byte> WriteEntry(Span<byte> span, ShippedEntry entry)
    {
        BinaryPrimitives.WriteInt32BigEndian(span, entry.Bytes.Length);
        entry.Bytes.Span.CopyTo(span[4..]);
        span = span[(4 + entry.Bytes.Length)..];
        span[0] = checked((byte)entry.Attachments.Count);
        span = span[1..];
        foreach (var attachment in entry.Attachments)
        {
            span[0] = (byte)attachment.Kind;
            attachment.Salt.Span.CopyTo(span[1..]);
            BinaryPrimitives.WriteInt32BigEndian(span[17..], attachment.Content.Length);
            attachment.Content.Span.CopyTo(span[21..]);
            span = span[(21 + attachment.Content.Length)..];
        }
        return span;
    }
}
