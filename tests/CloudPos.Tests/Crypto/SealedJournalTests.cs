using System.Text;
using CloudPos.Crypto;
using CloudPos.Journal;

namespace CloudPos.Tests.Crypto;

/// <summary>A file that anybody may carry, and only the back office opens: whole, or not at all.</summary>
public sealed class SealedJournalTests : IDisposable
{
    private static readonly JournalId Journal = new("T0000001", 3);
    private readonly SealingKeyPair _pair = SealingKeyPair.Generate();

    public void Dispose() => _pair.Dispose();

    [Fact]
    public void What_was_sealed_opens_in_its_order_and_names_its_journal()
    {
        var file = Seal("first", "second", "third");

        Assert.Equal(SealedJournalResult.Opened, Open(file, out var journal, out var parts));
        Assert.Equal(Journal, journal);
        Assert.Equal(["first", "second", "third"], parts);
        Assert.DoesNotContain("second", Encoding.Latin1.GetString(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_was_cut_anywhere_does_not_open()
    {
        var file = Seal("first", "second");

        for (var length = 0; length < file.Length; length++)
        {
            Assert.NotEqual(SealedJournalResult.Opened, Open(file[..length], out _, out var parts));
            Assert.Empty(parts);
        }
        Assert.Equal(SealedJournalResult.Damaged, Open([.. file, 0], out _, out _));
    }

    [Fact]
    public void A_file_in_which_one_byte_differs_does_not_open()
    {
        var file = Seal("first", "second");

        for (var at = 0; at < file.Length; at++)
        {
            var altered = file.ToArray();
            altered[at] ^= 1;
            Assert.NotEqual(SealedJournalResult.Opened, Open(altered, out _, out _));
        }
    }

    [Fact]
    public void A_part_that_was_left_out_or_came_from_another_file_does_not_open()
    {
        var (file, other) = (Seal("first", "second"), Seal("first", "other!"));
        var part = 4 + "first".Length + Hpke.TagSize;
        var rest = 4 + "second".Length + Hpke.TagSize + 4 + Hpke.TagSize;
        var head = file.Length - part - rest;

        Assert.Equal(
            SealedJournalResult.Damaged, Open([.. file[..head], .. file[(head + part)..]], out _, out _));
        Assert.Equal(
            SealedJournalResult.Damaged,
            Open([.. file[..(head + part)], .. other[(head + part)..]], out _, out _));
    }

    [Fact]
    public void Another_back_offices_key_opens_nothing()
    {
        using var other = SealingKeyPair.Generate();

        var result = SealedJournal.TryOpen(
            Seal("first"), id => id == other.KeyId ? other : null, out _, out var parts);

        Assert.Equal(SealedJournalResult.UnknownKey, result);
        Assert.Empty(parts);
        Assert.Equal(SealedJournalResult.UnknownVersion, Open("CPSJ of old"u8, out _, out _));
    }

    private byte[] Seal(params string[] parts)
    {
        using var target = new MemoryStream();
        using var writer = new SealedJournalWriter(target, _pair.PublicKey, Journal);
        foreach (var part in parts)
            writer.Add(Encoding.UTF8.GetBytes(part));
        writer.End();
        Assert.Equal(target.Length, writer.BytesWritten);
        return target.ToArray();
    }

    private SealedJournalResult Open(
        ReadOnlySpan<byte> file, out JournalId journal, out IReadOnlyList<string> parts)
    {
        var result = SealedJournal.TryOpen(
            file, id => id == _pair.KeyId ? _pair : null, out journal, out var bytes);
        parts = [.. bytes.Select(Encoding.UTF8.GetString)];
        return result;
    }
}
