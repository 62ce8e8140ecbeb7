using System.Buffers.Binary;
using System.Security.Cryptography;
using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

/// <summary>What the mark says the journal has reached.</summary>
internal sealed record Mark(int Epoch, long Number, EntryHash Hash);

/// <summary>
/// The journal's end, kept in a file of its own, written behind each commit and synced soon after.
/// SQLite takes a WAL whose tail was damaged for one that was never committed and opens without a word; only
/// something outside can tell that entries are missing. The slots are written in turn, each with its own
/// check, and outnumber the writes that are not synced, so that a cut or a torn write leaves one before.
/// Slot, big-endian: magic "CPM1" (4), epoch (4), number (8), hash (32), SHA-256 of these (32).
/// </summary>
internal sealed class HighWaterMark : IDisposable
{
    public const string Name = "journal.mark";

    /// <summary>So many entries at most stand behind what the mark on disk says, when one commits.</summary>
    public const int EntriesUnsyncedMax = 32;

    /// <summary>As many as transactions may be on their way to the disk, and one that is there.</summary>
    private const int Slots = EntriesUnsyncedMax + 2;

    private const int Checked = 48;
    private const int SlotLength = Checked + 32;

    /// <summary>Slots lie in sectors of their own: a torn sector spoils one only.</summary>
    private const int SlotDistance = 4096;

    private static ReadOnlySpan<byte> Magic => "CPM1"u8;
    private readonly Microsoft.Win32.SafeHandles.SafeFileHandle _file;
    private readonly MarkSync _sync = new(group: 3 * EntriesUnsyncedMax / 4);

    /// <summary>What was written and is not known to be on disk, each with the entries counted up to
    /// it.</summary>
    private readonly Queue<(long Reached, Mark Mark)> _unsynced = [];
    private Mark? _durable;
    private long _reached;
    private int _next;

    private HighWaterMark(Microsoft.Win32.SafeHandles.SafeFileHandle file)
    {
        _file = file;
        for (var slot = 0; slot < Slots; slot++)
            if (ReadSlot(slot) is { } mark && IsLater(mark, Last))
                (Last, _next) = (mark, (slot + 1) % Slots);
        _durable = Last;
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
    /// Writes the mark, which is synced while the caller goes on; <see cref="Settle"/> waits for it. A
    /// program that dies meanwhile loses nothing of it; a power cut may leave an earlier one.
    /// </summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void Write(Mark mark)
    {
        Span<byte> slot = stackalloc byte[SlotLength];
        Magic.CopyTo(slot);
        BinaryPrimitives.WriteInt32BigEndian(slot[4..], mark.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(slot[8..], mark.Number);
        mark.Hash.CopyTo(slot[16..]);
        SHA256.HashData(slot[..Checked], slot[Checked..]);
        RandomAccess.Write(_file, slot, (long)_next * SlotDistance);
        _next = (_next + 1) % Slots;
        _reached += mark.Epoch == Last?.Epoch ? mark.Number - Last.Number : mark.Number;
        Last = mark;
        _unsynced.Enqueue((_reached, mark));
        _sync.Begin(_file, _reached);
    }

    /// <summary>
    /// Waits until the mark on disk is behind the last one by so many entries at most; the first one of a
    /// file is waited for, so that an empty file stands beside a journal of one transaction at the most.
    /// </summary>
    /// <exception cref="IOException">
    /// It is not known to be: the last one of which it is known is the last again, and its slot is not
    /// written to.
    /// </exception>
    public void Settle(int most)
    {
        try
        {
            _sync.Wait(_durable is null ? _reached : _reached - most);
        }
        catch (IOException)
        {
            TakeDurable();
            var lost = _unsynced.Count;
            _unsynced.Clear();
            (Last, _reached) = (_durable, _sync.Done);
            _next = (_next - lost + Slots) % Slots;
            throw;
        }
        TakeDurable();
    }

    /// <summary>What was written is synced, and stays written.</summary>
    public void Dispose()
    {
        _sync.Dispose();
        _file.Dispose();
    }

    private void TakeDurable()
    {
        var done = _sync.Done;
        while (_unsynced.TryPeek(out var first) && first.Reached <= done)
            _durable = _unsynced.Dequeue().Mark;
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

    private static bool IsLater(Mark one, Mark? other) =>
        other is null || (one.Epoch, one.Number).CompareTo((other.Epoch, other.Number)) > 0;
}
