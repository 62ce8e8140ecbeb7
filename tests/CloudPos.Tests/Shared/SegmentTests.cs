using CloudPos.Crypto;
using CloudPos.Journal;
using CsCheck;

namespace CloudPos.Tests.Shared;

public sealed class SegmentTests
{
    private static readonly JournalId Journal = new("T0000001", 1);
    private static readonly Es256Key Key = Es256Key.Generate();
    private static readonly Es256PublicKey PublicKey = Key.PublicKey;

    [Fact]
    public void A_segment_is_read_back_with_its_entries_and_attachments()
    {
        var segment = Make(3);

        Assert.True(Segment.TryRead(segment.Write(Key), PublicKey, out var read, out var fault), fault);
        Assert.Equal(segment.Journal, read!.Journal);
        Assert.Equal(segment.First, read.First);
        Assert.Equal(segment.Previous, read.Previous);
        Assert.Equal(3, read.Entries.Count);
        for (var index = 0; index < 3; index++)
        {
            Assert.True(segment.Entries[index].Bytes.Span.SequenceEqual(read.Entries[index].Bytes.Span));
            Assert.Equal(
                segment.Entries[index].Attachments.Select(a => a.Digest),
                read.Entries[index].Attachments.Select(a => a.Digest));
        }
    }

    [Fact]
    public void An_empty_segment_is_a_segment() =>
        Assert.True(Segment.TryRead(Make(0).Write(Key), PublicKey, out _, out _));

    [Fact]
    public void Another_terminals_signature_is_refused()
    {
        using var other = Es256Key.Generate();
        Assert.False(Segment.TryRead(Make(1).Write(other), PublicKey, out var read, out var fault));
        Assert.Null(read);
        Assert.Contains("signature", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void No_changed_byte_passes_the_signature()
    {
        var bytes = Make(2).Write(Key);
        Gen.Int[0, bytes.Length - 1].Sample(place =>
        {
            var changed = bytes.ToArray();
            changed[place] ^= 0x40;
            Assert.False(Segment.TryRead(changed, PublicKey, out _, out _));
        }, iter: 300);
    }

    /// <summary>
    /// A terminal's key may be stolen, so what is inside a signed segment is still not trusted.
    /// </summary>
    [Fact]
    public void A_signed_segment_with_wrong_lengths_inside_is_refused_with_the_place()
    {
        var good = Make(2).Write(Key);
        Gen.Select(Gen.Int[4, good.Length - 65], Gen.Byte).Sample((place, value) =>
        {
            var inner = good[..^64];
            inner[place] = value;
            byte[] signed = [.. inner, .. Key.Sign([.. "cloudpos/segment/1\0"u8, .. inner])];
            if (!Segment.TryRead(signed, PublicKey, out _, out var fault))
                Assert.StartsWith("offset ", fault, StringComparison.Ordinal);
        }, iter: 1_000);
    }

    [Fact]
    public void A_segment_cut_anywhere_is_refused()
    {
        var good = Make(1).Write(Key);
        for (var length = 0; length < good.Length; length += 7)
            Assert.False(Segment.TryRead(good.AsMemory(0, length), PublicKey, out _, out _));
    }

    private static Segment Make(int count)
    {
        var previous = EntryHash.Genesis(Journal);
        var entries = new List<ShippedEntry>();
        for (var number = 1; number <= count; number++)
        {
            var entry = Entry.Create(
                Journal, number, previous, DateTimeOffset.UnixEpoch.AddDays(20_000), new DateOnly(2026, 1, 2),
                new StockReceived([new StockChange("A", number)], "delivery"));
            previous = entry.Hash;
            entries.Add(new ShippedEntry(entry.Bytes,
            [
                Attachment.Create(AttachmentKind.SealedCard, new byte[300]),
                Attachment.Create(AttachmentKind.Contact, "{}"u8.ToArray()),
            ]));
        }
        return new Segment(Journal, 1, EntryHash.Genesis(Journal), entries);
    }
}
