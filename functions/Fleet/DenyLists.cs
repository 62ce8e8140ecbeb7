using CloudPos.Crypto;
using CloudPos.Functions.Tables;
using CloudPos.Wire;

namespace CloudPos.Functions.Fleet;

/// <summary>
/// Each merchant's deny list: 40-bit tags of cards that may not be accepted offline, sorted, five bytes each,
/// in the row `deny`. Its row in the feed only points there, because a long list has no room in two rows of
/// one commit; whoever reads the feed is given the newest list.
/// </summary>
internal sealed partial class DenyLists(TablePort tables, Merchants merchants, ILogger<DenyLists> log)
{
    private const string Key = "deny";

    /// <summary>Adds a tag of ten hexadecimal digits; one that is listed already changes nothing.</summary>
    /// <exception cref="ArgumentException">The tag has another shape: a bug of the caller.</exception>
    public async Task Add(string merchant, string tag, CancellationToken cancel)
    {
        var bytes = Convert.FromHexString(tag);
        if (bytes.Length != CardTag.DenySize)
            throw new ArgumentException("A tag has ten hexadecimal digits.", nameof(tag));
        await Attempts.UntilCommitted(async () =>
        {
            var row = await tables.Get(TableNames.Merchant, merchant, Key, cancel)
                ?? throw new RowShapeException($"Merchant {merchant} has no deny list.");
            var tags = row.ChunksOrNull("tags") ?? [];
            var place = PlaceOf(tags, bytes, out var listed);
            if (listed)
                return true;
            if (tags.Length / CardTag.DenySize >= DenyList.TagsMax)
            {
                // The limits of the offline policy still hold for the card.
                LogFull(merchant);
                return true;
            }
            var version = row.Number("version") + 1;
            row["version"] = version;
            row.SetChunks("tags", [.. tags.AsSpan(0, place), .. bytes, .. tags.AsSpan(place)]);
            var feed = await FeedAppend.Begin(tables, TableNames.Merchant, merchant, cancel);
            await feed.Add(row, Pointer(version), cancel);
            IReadOnlyList<Change> changes = [Change.Replace(row), .. feed.Changes];
            return await tables.TryCommit(TableNames.Merchant, merchant, changes, cancel) is null;
        });
    }

    /// <summary>Whether a tag of ten hexadecimal digits is on the list.</summary>
    public async Task<bool> Holds(string merchant, string tag, CancellationToken cancel)
    {
        var row = await tables.Get(TableNames.Merchant, merchant, Key, cancel);
        _ = PlaceOf(row?.ChunksOrNull("tags") ?? [], Convert.FromHexString(tag), out var listed);
        return listed;
    }

    /// <summary>The list as the feed carries it; null when there is no such merchant.</summary>
    public async Task<DenyList?> Find(string merchant, CancellationToken cancel)
    {
        if (await merchants.Find(merchant, cancel) is not { } known)
            return null;
        if (await tables.Get(TableNames.Merchant, merchant, Key, cancel) is not { } row)
            return null;
        var tags = (row.ChunksOrNull("tags") ?? []).Chunk(CardTag.DenySize).Select(Convert.ToHexStringLower);
        return new DenyList(row.Number("version"), Convert.ToBase64String(known.DenyTagKey), [.. tags]);
    }

    public static Row Empty(string merchant) => new(merchant, Key) { ["version"] = 0L };

    /// <summary>Says only that there is another version.</summary>
    public static FeedRow Pointer(long version) => new(Deny: new DenyList(version, "", []));

    /// <summary>Where the tag is, or belongs, in bytes.</summary>
    private static int PlaceOf(byte[] tags, byte[] tag, out bool listed)
    {
        var (low, high) = (0, tags.Length / CardTag.DenySize);
        while (low < high)
        {
            var middle = (low + high) / 2;
            var order = tags.AsSpan(middle * CardTag.DenySize, CardTag.DenySize).SequenceCompareTo(tag);
            if (order < 0)
                low = middle + 1;
            else
                high = middle;
        }
        var place = low * CardTag.DenySize;
        listed = place < tags.Length && tags.AsSpan(place, CardTag.DenySize).SequenceEqual(tag);
        return place;
    }

    [LoggerMessage(
        1111, LogLevel.Error, "The deny list of merchant {Merchant} is full; a card was not added.")]
    private partial void LogFull(string merchant);
}
