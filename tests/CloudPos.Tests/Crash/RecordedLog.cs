using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace CloudPos.Tests.Crash;

/// <summary>One thing that the recorder saw; recorder.c says what the operations mean.</summary>
internal sealed record LogRecord(char Operation, ulong Inode, ulong Number, string Path, byte[] Data)
{
    public string Text => Encoding.UTF8.GetString(Data);

    /// <summary>The entry of a sale whose receipt is out from here on; null for anything else.</summary>
    public long? Printed
    {
        get
        {
            if (Operation != 'A' || !Text.StartsWith("{\"sale\"", StringComparison.Ordinal))
                return null;
            using var document = JsonDocument.Parse(Text);
            return document.RootElement.GetProperty("entry").GetInt64();
        }
    }
}

/// <summary>
/// A recorded log, and the logs that broken terminals would have written: what differs between them and the
/// real one is which syncs they make and when they say that a sale is done, and both stand in the log.
/// </summary>
internal static class RecordedLog
{
    private const int HeadLength = 25;

    /// <summary>Linux, open(2).</summary>
    private const int WriteOnly = 1, Append = 0x400, CloseOnExec = 0x80000;

    public static List<LogRecord> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var records = new List<LogRecord>();
        for (var at = 0; at < bytes.Length;)
        {
            var head = bytes.AsSpan(at, HeadLength);
            var pathLength = BinaryPrimitives.ReadInt32LittleEndian(head[17..]);
            var dataLength = BinaryPrimitives.ReadInt32LittleEndian(head[21..]);
            records.Add(new LogRecord(
                (char)head[0], BinaryPrimitives.ReadUInt64LittleEndian(head[1..]),
                BinaryPrimitives.ReadUInt64LittleEndian(head[9..]),
                Encoding.UTF8.GetString(bytes, at + HeadLength, pathLength),
                bytes[(at + HeadLength + pathLength)..(at + HeadLength + pathLength + dataLength)]));
            at += HeadLength + pathLength + dataLength;
        }
        return Joined(records);
    }

    /// <summary>A line is printed in several writes; it counts as out from the first of them.</summary>
    private static List<LogRecord> Joined(List<LogRecord> records)
    {
        var joined = new List<LogRecord>();
        var begun = -1;
        foreach (var record in records)
        {
            if (record.Operation != 'A' || begun < 0)
                joined.Add(record);
            else
                joined[begun] = joined[begun] with { Data = [.. joined[begun].Data, .. record.Data] };
            if (record.Operation == 'A')
                begun = record.Data is [.., (byte)'\n'] ? -1 : begun < 0 ? joined.Count - 1 : begun;
        }
        return joined;
    }

    /// <summary>A receipt that a running terminal handed to whoever asked for it.</summary>
    public static void AppendPrinted(string path, string document)
    {
        var data = Encoding.UTF8.GetBytes(document);
        var record = new byte[HeadLength + data.Length];
        record[0] = (byte)'A';
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(21), data.Length);
        data.CopyTo(record, HeadLength);
        // The running terminal writes to it too: only the kernel knows where its end is at that moment.
        var log = Open(path, WriteOnly | Append | CloseOnExec);
        Assert.True(log >= 0, $"{path} cannot be opened.");
        try
        {
            Assert.Equal(record.Length, Write(log, record, record.Length));
        }
        finally
        {
            _ = Close(log);
        }
    }

    /// <summary>
    /// As with synchronous=NORMAL: the WAL is synced before a checkpoint moves it into the file, and at no
    /// commit.
    /// </summary>
    public static List<LogRecord> WithoutCommitSyncs(IReadOnlyList<LogRecord> log, string database)
    {
        var wal = database + "-wal";
        return [.. log.Where((record, at) => record.Operation != 'S' || record.Path != wal
            || NextOf(log, at, database, wal)?.Path == database)];
    }

    /// <summary>
    /// As if no folder were ever synced: what is in a new file is safe, and its name is not.
    /// </summary>
    public static List<LogRecord> WithoutFolderSyncs(IReadOnlyList<LogRecord> log) =>
        [.. log.Where(record => record.Operation != 'D')];

    /// <summary>As if the receipt were printed first and the sale written behind it.</summary>
    public static List<LogRecord> PrintedBeforeCommit(IReadOnlyList<LogRecord> log)
    {
        var moved = new List<LogRecord>();
        var from = 0;
        foreach (var record in log)
            if (record.Printed is null)
                moved.Add(record);
            else
            {
                moved.Insert(from, record);
                from = moved.Count;
            }
        return moved;
    }

    private static LogRecord? NextOf(IReadOnlyList<LogRecord> log, int at, params string[] paths) =>
        log.Skip(at + 1).FirstOrDefault(next => next.Operation is 'W' or 'T' && paths.Contains(next.Path));

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi)]
    private static extern int Open(string path, int flags);

    [DllImport("libc", EntryPoint = "write")]
    private static extern nint Write(int file, byte[] bytes, nint length);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int file);
}
