namespace CloudPos.Functions.Tables;

internal enum ChangeKind
{
    Insert = 1,
    Replace = 2,
    Delete = 3,
}

/// <summary>
/// One change of a commit. Insert wants the key free; Replace and Delete want the row at exactly the version
/// named. Replace writes the whole row: a property it does not carry is gone.
/// </summary>
internal sealed class Change
{
    private Change(ChangeKind kind, string partition, string key, Row? row, string? etag)
    {
        Kind = kind;
        Partition = partition;
        Key = key;
        Row = row;
        ETag = etag;
    }

    public ChangeKind Kind { get; }
    public string Partition { get; }
    public string Key { get; }

    /// <summary>What is written; null for a delete.</summary>
    public Row? Row { get; }

    /// <summary>The version wanted; null for an insert.</summary>
    public string? ETag { get; }

    public static Change Insert(Row row) => new(ChangeKind.Insert, row.Partition, row.Key, row, null);

    public static Change Replace(Row row) => Replace(row, ETagOf(row));

    public static Change Replace(Row row, string etag) =>
        new(ChangeKind.Replace, row.Partition, row.Key, row, etag);

    public static Change Delete(Row row) => Delete(row.Partition, row.Key, ETagOf(row));

    public static Change Delete(string partition, string key, string etag) =>
        new(ChangeKind.Delete, partition, key, null, etag);

    public override string ToString() => $"{Kind} ({Partition}, {Key})";

    private static string ETagOf(Row row) =>
        row.ETag ?? throw new ArgumentException($"Row {row} was made here, not read: it has no version.");
}
