using System.Globalization;
using System.Text.Json;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// Rows appended to one stream of the feed, as changes of the commit that changes the things they tell of. A
/// stream lies in the partition of those things: head row `fh` with the last number, rows `f.{number}`. The
/// head's ETag makes the numbers rise in the order of commits, so a reader who has seen a number has seen all
/// below it. A thing remembers the number of its row, and its next row replaces it: a stream holds at most
/// one row per thing. On a conflict of the commit, begin again.
/// </summary>
internal sealed class FeedAppend
{
    private const string HeadKey = "fh";
    private const string RowPrefix = "f.";
    private const string ThingProperty = "feed";
    private readonly TablePort _tables;
    private readonly string _table;
    private readonly Row _head;
    private readonly List<Change> _changes = [];
    private long _number;

    private FeedAppend(TablePort tables, string table, Row head)
    {
        (_tables, _table, _head) = (tables, table, head);
        _number = head.NumberOrNull("number") ?? 0;
    }

    public static async Task<FeedAppend> Begin(
        TablePort tables, string table, string partition, CancellationToken cancel)
    {
        var head = await tables.Get(table, partition, HeadKey, cancel) ?? new Row(partition, HeadKey);
        return new FeedAppend(tables, table, head);
    }

    /// <summary>
    /// What the commit must hold beside the caller's own changes: one for the head, and one or two per row
    /// added.
    /// </summary>
    public IReadOnlyList<Change> Changes =>
        _changes.Count == 0
            ? []
            : [_head.ETag is null ? Change.Insert(_head) : Change.Replace(_head), .. _changes];

    /// <summary>
    /// Adds the thing's full state. The caller inserts or replaces the thing itself, after this call.
    /// </summary>
    public async Task Add(Row thing, FeedRow content, CancellationToken cancel)
    {
        var superseded = thing.NumberOrNull(ThingProperty);
        _head["number"] = ++_number;
        thing[ThingProperty] = _number;
        var row = new Row(_head.Partition, KeyOf(_number));
        row.SetChunks("row", JsonSerializer.SerializeToUtf8Bytes(content, WireJson.Default.FeedRow));
        _changes.Add(Change.Insert(row));
        // A row with our number or a later one was written after the head was read: the commit meets a
        // conflict.
        if (superseded is { } number && number < _number
            && await _tables.Get(_table, _head.Partition, KeyOf(number), cancel) is { } old)
            _changes.Add(Change.Delete(old));
    }

    /// <summary>Whether the stream has a row of the thing; one of an earlier version may have none.</summary>
    public static bool IsTold(Row thing) => thing.NumberOrNull(ThingProperty) is not null;

    /// <summary>The number of the stream's last row; 0 for an empty stream.</summary>
    public static async Task<long> LastNumber(
        TablePort tables, string table, string partition, CancellationToken cancel) =>
        (await tables.Get(table, partition, HeadKey, cancel))?.Number("number") ?? 0;

    /// <summary>The rows behind a number, in order.</summary>
    public static async IAsyncEnumerable<(long Number, byte[] Json)> Behind(
        TablePort tables, string table, string partition, long number,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var rows = tables.Range(table, partition, KeyOf(number + 1), Keys.After(RowPrefix), cancel);
        await foreach (var row in rows)
        {
            var own = long.Parse(
                row.Key.AsSpan(RowPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture);
            yield return (own, row.Chunked("row"));
        }
    }

    private static string KeyOf(long number) =>
        RowPrefix + number.ToString("D12", CultureInfo.InvariantCulture);
}
