using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace CloudPos.Functions.Tables;

/// <summary>
/// What was committed and is not in the file of tables yet, on disk: two files that take turns, so that one
/// is written on while the rows of the other go into the file. A record is what one sync made durable:
/// length, checksum, number, then the rows. Numbers have no gap, and the file of tables says which of them it
/// holds; so what is left of a turn before, or was torn by a crash, is never taken for a record. Not
/// thread-safe, but for <see cref="Wipe"/> of the file whose turn it is not.
/// </summary>
internal sealed class RowLog : IDisposable
{
    private const int HeaderBytes = 16;
    private const int RecordBytesMax = 64 * 1024 * 1024;
    private const int WipeBytes = 1024 * 1024;

    /// <summary>EINTR: a signal came while the call waited, and it is to be made again.</summary>
    private const int Interrupted = 4;

    private static readonly UTF8Encoding utf8 = new(false, throwOnInvalidBytes: true);

    private readonly FileStream[] streams;
    private readonly SafeFileHandle[] files;
    private readonly long[] ends = new long[2];
    private readonly ArrayBufferWriter<byte> record = new(64 * 1024);
    private int turn;

    /// <summary>A record was begun that does not count and may be whole all the same.</summary>
    private bool isTorn;

    /// <summary>Opens or makes the two files beside the file of tables.</summary>
    public RowLog(string path)
    {
        streams =
        [
            SqliteFile.OpenPrivate(path + ".log0", FileShare.Read),
            SqliteFile.OpenPrivate(path + ".log1", FileShare.Read),
        ];
        files = [.. streams.Select(stream => stream.SafeFileHandle)];
    }

    /// <summary>The number of the last record.</summary>
    public long Last { get; private set; }

    /// <summary>
    /// The records behind the one that the file of tables holds, in order. Called once, before anything is
    /// appended. Throws <see cref="InvalidDataException"/> when records are missing in between: the files
    /// were not left behind together.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<(RowName Name, KeptRow? Row)>> Behind(long merged)
    {
        var records = new SortedDictionary<long, byte[]>();
        for (int file = 0; file < files.Length; file++) Read(file, merged, records);
        Last = merged;
        foreach (long number in records.Keys)
            if (number != ++Last)
                throw new InvalidDataException(
                    $"The log goes on at record {number}, where the file of tables ends at {Last - 1}: "
                    + "put back the files of the folder as they were together.");
        return [.. records.Values.Select(Rows)];
    }

    /// <summary>Writes a record and syncs it. When it throws, nothing was appended that counts.</summary>
    /// <param name="syncing">Called when all is written, and a failure leaves open what the disk
    /// holds.</param>
    public void Append(IReadOnlyList<(RowName Name, KeptRow? Row)> rows, Action syncing)
    {
        record.ResetWrittenCount();
        record.GetSpan(HeaderBytes)[..HeaderBytes].Clear();
        record.Advance(HeaderBytes);
        foreach (var (name, row) in rows) Write(name, row);
        byte[] bytes = MemoryMarshal.TryGetArray(record.WrittenMemory, out var segment)
            ? segment.Array!
            : throw new InvalidOperationException("The buffer is no array.");
        var whole = bytes.AsSpan(0, record.WrittenCount);
        BinaryPrimitives.WriteInt32LittleEndian(whole, whole.Length - HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(whole[8..], Last + 1);
        BinaryPrimitives.WriteUInt32LittleEndian(whole[4..], Checksum(whole));
        isTorn = true;
        RandomAccess.Write(files[turn], whole, ends[turn]);
        syncing();
        Sync(files[turn]);
        isTorn = false;
        ends[turn] += whole.Length;
        Last++;
    }

    /// <summary>
    /// From here on the other file is written, from its beginning. When it throws, all is as it was.
    /// </summary>
    /// <returns>The file whose turn it was.</returns>
    public int TakeTurns()
    {
        int before = turn;
        if (isTorn)
        {
            // The other file begins with the same number.
            RandomAccess.Write(files[turn], new byte[HeaderBytes], ends[turn]);
            Sync(files[turn]);
            isTorn = false;
        }

        turn = 1 - turn;
        ends[turn] = 0;
        return before;
    }

    /// <summary>
    /// Overwrites a file whose rows are in the file of tables: customers are forgotten, cards purged.
    /// </summary>
    public void Wipe(int file)
    {
        byte[] zeros = new byte[WipeBytes];
        for (long at = 0; at < ends[file]; at += WipeBytes)
            RandomAccess.Write(files[file], zeros.AsSpan(0, (int)Math.Min(WipeBytes, ends[file] - at)), at);
        Sync(files[file]);
    }

    /// <summary>Empties both, once the file of tables holds everything.</summary>
    public void Clear()
    {
        for (int file = 0; file < files.Length; file++) Wipe(file);
        foreach (var file in files) RandomAccess.SetLength(file, 0);
        ends.AsSpan().Clear();
    }

    public void Dispose()
    {
        foreach (var stream in streams) stream.Dispose();
    }

    private void Read(int file, long merged, SortedDictionary<long, byte[]> records)
    {
        long length = RandomAccess.GetLength(files[file]), before = -1;
        ends[file] = length;
        byte[] header = new byte[HeaderBytes];
        for (long at = 0; at + HeaderBytes <= length;)
        {
            RandomAccess.Read(files[file], header, at);
            int size = BinaryPrimitives.ReadInt32LittleEndian(header);
            long number = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(8));
            if (size is <= 0 or > RecordBytesMax || at + HeaderBytes + size > length) break;
            if (before >= 0 && number != before + 1) break;
            byte[] whole = new byte[HeaderBytes + size];
            RandomAccess.Read(files[file], whole, at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(whole.AsSpan(4)) != Checksum(whole)) break;
            if (number > merged) records[number] = whole;
            before = number;
            at += whole.Length;
        }
    }

    /// <summary>Over all but the length and itself; a wrong length gives a wrong sum as well.</summary>
    private static uint Checksum(ReadOnlySpan<byte> whole)
    {
        uint sum = uint.MaxValue;
        var rest = whole[8..];
        for (; rest.Length >= 8; rest = rest[8..])
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(rest));
        foreach (byte one in rest) sum = BitOperations.Crc32C(sum, one);
        return ~sum;
    }

    private void Write(in RowName name, KeptRow? row)
    {
        WriteText(name.Table);
        WriteText(name.Partition);
        WriteText(name.Key);
        WriteNumber(row is null ? -1 : row.Data.Length);
        if (row is null) return;
        BinaryPrimitives.WriteInt64LittleEndian(record.GetSpan(8), row.ETag);
        record.Advance(8);
        record.Write(row.Data);
    }

    private void WriteText(string text)
    {
        int bytes = utf8.GetByteCount(text);
        WriteNumber(bytes);
        utf8.GetBytes(text, record.GetSpan(bytes));
        record.Advance(bytes);
    }

    private void WriteNumber(int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record.GetSpan(4), number);
        record.Advance(4);
    }

    private static List<(RowName Name, KeptRow? Row)> Rows(byte[] whole)
    {
        var rows = new List<(RowName, KeptRow?)>();
        int at = HeaderBytes;
        ReadOnlySpan<byte> Take(int count) => whole.AsSpan((at += count) - count, count);
        int Number() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));
        string Text() => utf8.GetString(Take(Number()));
        while (at < whole.Length)
        {
            var name = new RowName(Text(), Text(), Text());
            int length = Number();
            if (length < 0) rows.Add((name, null));
            else
            {
                long etag = BinaryPrimitives.ReadInt64LittleEndian(Take(8));
                rows.Add((name, new KeptRow(etag, Take(length).ToArray())));
            }
        }

        return rows;
    }

    /// <summary>
    /// On Linux the bytes without the file's times, which would cost the file system a transaction of its
    /// own.
    /// </summary>
    private static void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }

        while (SyncData(file) != 0)
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw new IOException($"The log could not be synced: error {Marshal.GetLastPInvokeError()}.");
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static extern int SyncData(SafeFileHandle file);
}
