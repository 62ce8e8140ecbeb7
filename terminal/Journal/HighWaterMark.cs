using System.Buffers.Binary;
using System.Security.Cryptography;
using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>What the mark says the journal has reached.</summary>
internal sealed record Mark(int Epoch, long Number, EntryHash Hash);

/// <summary>
/// The journal's end, kept in a file of its own, written behind each commit and synced before the next.
/// SQLite takes a WAL whose tail was damaged for one that was never committed and opens without a word; only
/// something outside can tell that entries are missing. Two slots are written in turn, each with its own
/// check, so that a torn write leaves the one before. Slot, big-endian: magic "CPM1" (4), epoch (4), number
/// (8), hash (32), SHA-256 of these (32).
/// </summary>
internal sealed class HighWaterMark : IDisposable
{
    public const string Name = "journal.mark";
    private const int Checked = 48;
    private const int SlotLength = Checked + 32;

    /// <summary>Slots lie in sectors of their own: a torn sector spoils one only.</summary>
    private const int SlotDistance = 4096;

    private static ReadOnlySpan<byte> Magic => "CPM1"u8;
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;
    private int _next;
    private Mark? _durable;
    private readonly MarkSync _sync = new();

    private HighWaterMark(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        _file = file;
        var slots = new[] { ReadSlot(0), ReadSlot(1) };
        Last = _durable = Later(slots[0], slots[1]);
        _next = Last is not null && Last == slots[0] ? 1 : 0;
        IsReadable = Last is not null || RandomAccess.GetLength(file) == 0;
    }

    /// <summary>Null when nothing was marked yet, or nothing in the file can be read.</summary>
    public Mark? Last { get; private set; }

    /// <summary>False when the file has content and none of it is a mark.</summary>
    public bool IsReadable { get; }

    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static HighWaterMark Open(string directory) => new(File.OpenHandle(
        Path.Combine(directory, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));

    /// <summary>
    /// Writes the mark and begins to sync it while the caller goes on; <see cref="Settle"/> waits for the
    /// end. A program that dies meanwhile loses nothing of it; a power cut may leave the one before.
    /// </summary>
    /// <exception cref="IOException">It could not be written, or the one before not synced.</exception>
    public void Write(Mark mark)
    {
        Settle();
        Span<byte> slot = stackalloc byte[SlotLength];
        Magic.CopyTo(slot);
        BinaryPrimitives.WriteInt32BigEndian(slot[4..], mark.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(slot[8..], mark.Number);
        mark.Hash.CopyTo(slot[16..]);
        SHA256.HashData(slot[..Checked], slot[Checked..]);
        RandomAccess.Write(_file, slot, (long)_next * SlotDistance);
        _next = 1 - _next;
        Last = mark;
        _sync.Begin(_file);
    }

    /// <summary>Waits until the last mark is on disk.</summary>
    /// <exception cref="IOException">
    /// It is not known to be: the one before is the last again, and its slot is not written to.
    /// </exception>
    public void Settle()
    {
        if (_durable == Last)
            return;
        try
        {
            _sync.Wait();
            _durable = Last;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Last = _durable;
            _next = 1 - _next;
            throw;
        }
    }

    /// <summary>What is written stays written; only a sync that runs is waited for.</summary>
    public void Dispose()
    {
        _sync.Dispose();
        _file.Dispose();
    }

    private Mark? ReadSlot(int index)
    {
        Span<byte> slot = stackalloc byte[SlotLength];
        Span<byte> check = stackalloc byte[SHA256.HashSizeInBytes];
        if (RandomAccess.Read(_file, slot, (long)index * SlotDistance) < SlotLength
            || !slot.StartsWith(Magic))
            return null;
        SHA256.HashData(slot[..Checked], check);
        return check.SequenceEqual(slot[Checked..])
            ? new Mark(
                BinaryPrimitives.ReadInt32BigEndian(slot[4..]),
                BinaryPrimitives.ReadInt64BigEndian(slot[8..]),
                EntryHash.From(slot[16..Checked]))
            : null;
    }

    private static Mark? Later(Mark? a, Mark? b) =>
        a is null || (b is not null && (b.Epoch, b.Number).CompareTo((a.Epoch, a.Number)) > 0) ? b : a;
}
