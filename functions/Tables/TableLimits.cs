using System.Buffers;

namespace CloudPos.Functions.Tables;

/// <summary>
/// The limits of Azure Tables, kept for every engine so that what works on the one works on the other.
/// </summary>
internal enum TableLimit
{
    TableName = 1,
    KeyCharacters = 2,
    KeyLength = 3,
    PropertyName = 4,
    PropertyCount = 5,
    PropertyBytes = 6,
    RowBytes = 7,
    CommitChanges = 8,
    CommitBytes = 9,
    OnePartition = 10,
    KeyOnce = 11,
    ETag = 12,
    TextEncoding = 13,
    TimeRange = 14,
    ContentBytes = 15,
    RealRange = 16,
}

/// <summary>A caller broke a limit of the table port: a bug, since the caller could have counted.</summary>
internal sealed class TableLimitException(TableLimit limit, string message)
    : Exception($"Table limit {limit}: {message}")
{
    public TableLimit Limit { get; } = limit;
}

/// <summary>
/// Counts as "Understanding the Table service data model" does: a row is 4 bytes, two per character of its
/// keys, and per property 8 bytes, two per character of its name, and its value (text two per character plus
/// 4, binary plus 4). The size of a commit is that of the request which carries it, so it is estimated from
/// above.
/// </summary>
internal static class TableLimits
{
    public const int CommitChangesMax = 100;
    public const int CommitBytesMax = (4 * 1024 * 1024) - 1;
    public const int RowBytesMax = 1024 * 1024;
    public const int PropertyBytesMax = 64 * 1024;
    public const int KeyLengthMax = 512;
    public const int NameLengthMax = 255;

    /// <summary>Azure's 252, less the one that holds the commit id.</summary>
    public const int PropertyCountMax = 251;

    /// <summary>The property in which an engine without a place of its own keeps the commit id.</summary>
    public const string CommitIdName = "CommitId";

    private const int CommitIdRowBytes = 8 + (2 * 8) + 4 + (2 * 24);
    private const int HeadersPerChange = 1024;

    private static readonly SearchValues<char> keyCharacters = SearchValues.Create(
        " !\"$%&'()*+,-.0123456789:;<=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> letters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> nameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private static readonly DateTimeOffset timeMin = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void CheckTable(string table)
    {
        bool good = table.Length is >= 3 and <= 63 && letters.Contains(table[0])
            && !table.AsSpan().ContainsAnyExcept(nameCharacters)
            && !table.Contains('_', StringComparison.Ordinal)
            && !table.Equals("tables", StringComparison.OrdinalIgnoreCase);
        if (!good)
            throw new TableLimitException(
                TableLimit.TableName,
                $"'{table}' is not 3 to 63 letters and digits with a letter first, or is a reserved name.");
    }

    public static void CheckKey(string key)
    {
        if (key.Length is 0 or > KeyLengthMax)
            throw new TableLimitException(
                TableLimit.KeyLength, $"a key of {key.Length} characters, 1 to {KeyLengthMax} allowed.");
        if (key.AsSpan().IndexOfAnyExcept(keyCharacters) is >= 0 and var at)
            throw new TableLimitException(
                TableLimit.KeyCharacters, $"character {(int)key[at]:X2} at {at} in a key.");
    }

    /// <summary>Throws at the first limit that the changes break.</summary>
    public static void Check(string partition, IReadOnlyList<Change> changes)
    {
        CheckKey(partition);
        if (changes.Count is 0 or > CommitChangesMax)
            throw new TableLimitException(
                TableLimit.CommitChanges, $"{changes.Count} changes, 1 to {CommitChangesMax} allowed.");
        var keys = new HashSet<string>(changes.Count, StringComparer.Ordinal);
        long bytes = 0;
        foreach (var change in changes)
        {
            CheckKey(change.Key);
            if (change.Partition != partition)
                throw new TableLimitException(
                    TableLimit.OnePartition, $"{change} in a commit to partition {partition}.");
            if (!keys.Add(change.Key))
                throw new TableLimitException(
                    TableLimit.KeyOnce, $"{change} is not the only change of its key.");
            if (change.Kind != ChangeKind.Insert && change.ETag is null or "" or "*")
                throw new TableLimitException(TableLimit.ETag, $"{change} must name one version.");
            if (change.Row is not null) CheckRow(change.Row);
            bytes += RequestBytes(change);
        }

        if (bytes > CommitBytesMax)
            throw new TableLimitException(
                TableLimit.CommitBytes, $"{bytes} bytes, at most {CommitBytesMax}.");
    }

    /// <summary>The bytes of a row as the limit of 1 MiB counts them, the commit id included.</summary>
    public static long RowBytes(Row row)
    {
        long bytes = 4 + (2L * (row.Partition.Length + row.Key.Length)) + CommitIdRowBytes;
        foreach (var (name, value) in row.Values)
            bytes += 8 + (2L * name.Length) + ValueBytes(value);
        return bytes;
    }

    /// <summary>
    /// What a change can take of the 4 MiB of a commit, from above: base64 grows by a third and its plus
    /// signs are escaped, and so is every character outside ASCII, in six bytes.
    /// </summary>
    public static long RequestBytes(Change change)
    {
        long bytes = HeadersPerChange + (4L * (change.Partition.Length + change.Key.Length));
        if (change.Row is null) return bytes;
        foreach (var (name, value) in change.Row.Values)
        {
            bytes += (2L * name.Length) + 64 + value.Kind switch
            {
                ValueKind.Text => EscapedBytes(value.AsText),
                ValueKind.Bytes => value.AsBytes.Length * 3L / 2,
                _ => 32,
            };
        }

        return bytes;
    }

    private static void CheckRow(Row row)
    {
        if (row.Count > PropertyCountMax)
            throw new TableLimitException(
                TableLimit.PropertyCount, $"{row.Count} properties in {row}, at most {PropertyCountMax}.");
        foreach (var (name, value) in row.Values)
        {
            CheckName(row, name);
            CheckValue(row, name, value);
        }

        if (RowBytes(row) is > RowBytesMax and var bytes)
            throw new TableLimitException(
                TableLimit.RowBytes, $"{bytes} bytes in {row}, at most {RowBytesMax}.");
    }

    private static void CheckName(Row row, string name)
    {
        bool good = name.Length is > 0 and <= NameLengthMax && letters.Contains(name[0])
            && !name.AsSpan().ContainsAnyExcept(nameCharacters)
            && name is not ("PartitionKey" or "RowKey" or "Timestamp" or CommitIdName);
        if (!good)
            throw new TableLimitException(
                TableLimit.PropertyName, $"'{name}' in {row} is no property name, or a reserved one.");
    }

    private static void CheckValue(Row row, string name, Value value)
    {
        int bytes = value.Kind switch
        {
            ValueKind.Text => 2 * value.AsText.Length,
            ValueKind.Bytes => value.AsBytes.Length,
            _ => 0,
        };
        if (bytes > PropertyBytesMax)
            throw new TableLimitException(
                TableLimit.PropertyBytes, $"{bytes} bytes in '{name}' of {row}, at most {PropertyBytesMax}.");
        if (value.Kind == ValueKind.Time && value.AsTime < timeMin)
            throw new TableLimitException(
                TableLimit.TimeRange, $"'{name}' of {row} lies before the year 1601.");
        if (value.Kind == ValueKind.Real && !double.IsFinite(value.AsReal))
            throw new TableLimitException(
                TableLimit.RealRange, $"'{name}' of {row} is no finite number, which JSON cannot carry.");
        if (value.Kind == ValueKind.Text && HasLoneSurrogate(value.AsText))
            throw new TableLimitException(
                TableLimit.TextEncoding, $"'{name}' of {row} holds half a surrogate pair.");
    }

    private static bool HasLoneSurrogate(ReadOnlySpan<char> text)
    {
        while (text.IndexOfAnyInRange('\uD800', '\uDFFF') is >= 0 and var at)
        {
            if (at + 1 >= text.Length || !char.IsSurrogatePair(text[at], text[at + 1])) return true;
            text = text[(at + 2)..];
        }

        return false;
    }

    private static long ValueBytes(Value value) => value.Kind switch
    {
        ValueKind.Text => 4 + (2L * value.AsText.Length),
        ValueKind.Bytes => 4 + value.AsBytes.Length,
        ValueKind.Int => 4,
        ValueKind.Flag => 1,
        _ => 8,
    };

    private static long EscapedBytes(string text)
    {
        long bytes = 0;
        foreach (char c in text)
            bytes += char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '.' or ',' or ':' or '_' ? 1 : 6;
        return bytes;
    }
}
