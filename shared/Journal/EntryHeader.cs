using System.Buffers.Binary;
using System.Text;

namespace CloudPos.Journal;

/// <summary>A journal is one terminal in one epoch; each enrolment opens the next epoch.</summary>
public readonly record struct JournalId(string Terminal, int Epoch)
{
    public override string ToString() => $"{Terminal}.{Epoch}";
}

/// <summary>
/// What stands before the body of every entry, big-endian, in this order: magic "CPJ1" (4), kind (2), number
/// (8), epoch (4), UTC Unix milliseconds (8), offset from UTC in minutes (2), business date as yyyymmdd (4),
/// hash of the entry before (32), length of the terminal id (1), terminal id (ASCII). The body, UTF-8 JSON,
/// follows to the end.
/// </summary>
/// <param name="Number">1, 2, 3 ... within the journal, without a gap.</param>
/// <param name="BusinessDate">The store's trading day, fixed here for ever.</param>
public sealed record EntryHeader(
    JournalId Journal,
    long Number,
    EntryKind Kind,
    DateTimeOffset At,
    DateOnly BusinessDate,
    EntryHash Previous)
{
    internal const int FixedLength = 65;
    private static ReadOnlySpan<byte> Magic => "CPJ1"u8;

    /// <summary>
    /// Header and body as the one byte string that is hashed, shipped and stored, never made again.
    /// </summary>
    public byte[] Write(ReadOnlySpan<byte> body)
    {
        var terminal = Encoding.ASCII.GetBytes(Journal.Terminal);
        var bytes = new byte[FixedLength + terminal.Length + body.Length];
        var span = bytes.AsSpan();
        Magic.CopyTo(span);
        BinaryPrimitives.WriteUInt16BigEndian(span[4..], (ushort)Kind);
        BinaryPrimitives.WriteInt64BigEndian(span[6..], Number);
        BinaryPrimitives.WriteInt32BigEndian(span[14..], Journal.Epoch);
        BinaryPrimitives.WriteInt64BigEndian(span[18..], At.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt16BigEndian(span[26..], (short)At.TotalOffsetMinutes);
        BinaryPrimitives.WriteInt32BigEndian(span[28..], ToNumber(BusinessDate));
        Previous.CopyTo(span[32..]);
        span[64] = checked((byte)terminal.Length);
        terminal.CopyTo(span[FixedLength..]);
        body.CopyTo(span[(FixedLength + terminal.Length)..]);
        return bytes;
    }

    /// <summary>Reads a header; the body is what lies behind <paramref name="bodyStart"/>.</summary>
    /// <returns>False when the bytes are no entry; the fault names the offset and what is wrong
    /// there.</returns>
    public static bool TryRead(
        ReadOnlySpan<byte> bytes, out EntryHeader? header, out int bodyStart, out string? fault)
    {
        (header, bodyStart, fault) = (null, 0, null);
        if (bytes.Length < FixedLength)
            return Fail("an entry has at least 65 bytes", out fault);
        if (!bytes.StartsWith(Magic))
            return Fail("offset 0: no entry of version 1", out fault);
        var number = BinaryPrimitives.ReadInt64BigEndian(bytes[6..]);
        var epoch = BinaryPrimitives.ReadInt32BigEndian(bytes[14..]);
        var milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes[18..]);
        var offset = BinaryPrimitives.ReadInt16BigEndian(bytes[26..]);
        if (number < 1 || epoch < 1)
            return Fail("offset 6: number and epoch start at 1", out fault);
        if (milliseconds is < 0 or > 253_402_214_400_000 || offset is < -840 or > 840)
            return Fail("offset 18: the time is out of range", out fault);
        if (!TryDate(BinaryPrimitives.ReadInt32BigEndian(bytes[28..]), out var date))
            return Fail("offset 28: the business date is no date", out fault);
        bodyStart = FixedLength + bytes[64];
        if (bytes[64] == 0 || bytes.Length < bodyStart)
            return Fail("offset 64: the terminal id is missing or cut short", out fault);
        var terminal = bytes[FixedLength..bodyStart];
        if (terminal.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
            return Fail("offset 65: the terminal id is not printable ASCII", out fault);
        var at = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToOffset(TimeSpan.FromMinutes(offset));
        header = new EntryHeader(
            new JournalId(Encoding.ASCII.GetString(terminal), epoch), number,
            (EntryKind)BinaryPrimitives.ReadUInt16BigEndian(bytes[4..]), at, date,
            EntryHash.From(bytes[32..64]));
        return true;
    }

    private static bool Fail(string what, out string? fault)
    {
        fault = what;
        return false;
    }

    private static int ToNumber(DateOnly date) => date.Year * 10_000 + date.Month * 100 + date.Day;

    private static bool TryDate(int number, out DateOnly date)
    {
        var (year, month, day) = (number / 10_000, number / 100 % 100, number % 100);
        date = default;
        if (year is < 2000 or > 9999 || month is < 1 or > 12
            || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        date = new DateOnly(year, month, day);
        return true;
    }
}
