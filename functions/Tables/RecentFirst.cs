namespace CloudPos.Functions.Tables;

/// <summary>Makes one page of what is recent and what the file holds.</summary>
internal static class RecentFirst
{
    /// <summary>
    /// In order, the recent one of a row that both have, without those that were deleted. Where one side has
    /// more behind its last row, the page ends there at the latest, since what follows is not known.
    /// </summary>
    /// <param name="reached">The place of the last row that was looked at, from which to go on where the
    /// page came out empty.</param>
    public static RowPage Join(
        RecentPage recent, RowPage file, int max, int bytesMax, out (string Partition, string Key) reached)
    {
        var rows = new List<Row>();
        int r = 0, f = 0, bytes = 0;
        reached = default;
        while (rows.Count < max && bytes < bytesMax)
        {
            RecentRow? one = r < recent.Rows.Count ? recent.Rows[r] : null;
            var other = f < file.Rows.Count ? file.Rows[f] : null;
            if ((one is null && (other is null || recent.More)) || (other is null && file.More)) break;
            int order = one is null ? 1 : other is null ? -1 : Compare(one.Value, other);
            reached = order <= 0 ? (one!.Value.Partition, one.Value.Key) : (other!.Partition, other.Key);
            if (order > 0) rows.Add(other!);
            else if (one!.Value.Row is { } kept)
            {
                rows.Add(kept.Decode(reached.Partition, reached.Key));
                bytes += kept.Data.Length;
            }

            if (order <= 0) r++;
            if (order >= 0) f++;
        }

        bool isLeft = r < recent.Rows.Count || f < file.Rows.Count;
        return new RowPage(rows, isLeft || recent.More || file.More);
    }

    private static int Compare(RecentRow one, Row other)
    {
        int order = string.CompareOrdinal(one.Partition, other.Partition);
        return order != 0 ? order : string.CompareOrdinal(one.Key, other.Key);
    }
}
