namespace CloudPos.Functions.Tables;

/// <summary>A row among the recent ones; null stands for one that was deleted.</summary>
internal readonly record struct RecentRow(string Partition, string Key, KeptRow? Row);

/// <summary>Some recent rows in order. More: others may follow behind the last of them.</summary>
internal sealed record RecentPage(IReadOnlyList<RecentRow> Rows, bool More);

/// <summary>
/// What was committed and is not in the file of tables yet, in memory: the young rows, and the aging ones
/// that are on their way into the file. They stand before the file: whoever reads looks here first and into
/// the file after that, so a row that moves meanwhile is found in one of both. Thread-safe.
/// </summary>
internal sealed class RecentRows
{
    /// <summary>What a row takes beside its data, roughly: names, objects, its place.</summary>
    private const int EntryBytes = 400;

    private readonly Lock gate = new();
    private Generation young = new(), aging = new();

    /// <summary>Of the young ones, roughly.</summary>
    public int Bytes
    {
        get
        {
            lock (gate) return young.Bytes;
        }
    }

    /// <summary>True when it is known here; null then says that it was deleted.</summary>
    public bool TryGet(in RowName name, out KeptRow? row)
    {
        lock (gate) return young.TryGet(name, out row) || aging.TryGet(name, out row);
    }

    /// <summary>What has just become durable.</summary>
    public void Put(IReadOnlyList<(RowName Name, KeptRow? Row)> written)
    {
        lock (gate)
            foreach (var (name, row) in written)
                young.Put(name, row);
    }

    /// <summary>The young ones begin to age. All that age are in the file by now.</summary>
    /// <returns>Those that age from here on, in the order of the file; put in order when they are
    /// asked for.</returns>
    public IEnumerable<(RowName Name, KeptRow? Row)> Age()
    {
        lock (gate)
        {
            (young, aging) = (new Generation(), young);
            return aging.All();
        }
    }

    /// <summary>Those that age are in the file.</summary>
    public void Merged()
    {
        lock (gate) aging = new Generation();
    }

    public RecentPage Range(string table, string partition, PageStart from, string? to, int max)
    {
        var rows = new List<RecentRow>();
        lock (gate) Range(table, partition, from, to, max, rows);
        return new RecentPage(rows, rows.Count == max);
    }

    public RecentPage Scan(string table, (string Partition, string Key) after, int max)
    {
        var rows = new List<RecentRow>();
        lock (gate)
            foreach (string partition in young.Partitions(table).Union(aging.Partitions(table))
                .Where(partition => string.CompareOrdinal(partition, after.Partition) >= 0)
                .Order(StringComparer.Ordinal))
            {
                if (rows.Count == max) break;
                string from = partition == after.Partition ? after.Key : "";
                Range(table, partition, new PageStart(from, After: true), null, max, rows);
            }

        return new RecentPage(rows, rows.Count == max);
    }

    private void Range(
        string table, string partition, PageStart from, string? to, int max, List<RecentRow> rows)
    {
        PartitionRows? newer = young.Find(table, partition), older = aging.Find(table, partition);
        int n = newer?.First(from) ?? 0, o = older?.First(from) ?? 0;
        while (rows.Count < max)
        {
            string? one = newer?.KeyAt(n), other = older?.KeyAt(o);
            if (one is null && other is null) return;
            int order = one is null ? 1 : other is null ? -1 : string.CompareOrdinal(one, other);
            string key = order <= 0 ? one! : other!;
            if (to is not null && string.CompareOrdinal(key, to) >= 0) return;
            rows.Add(new RecentRow(partition, key, (order <= 0 ? newer! : older!)[key]));
            if (order <= 0) n++;
            if (order >= 0) o++;
        }
    }

    private sealed class Generation
    {
        private readonly Dictionary<(string Table, string Partition), PartitionRows> partitions = [];

        public int Bytes { get; private set; }

        public bool TryGet(in RowName name, out KeptRow? row)
        {
            row = null;
            return partitions.TryGetValue((name.Table, name.Partition), out var rows)
                && rows.TryGet(name.Key, out row);
        }

        public void Put(in RowName name, KeptRow? row)
        {
            if (Find(name.Table, name.Partition) is not { } rows)
                partitions.Add((name.Table, name.Partition), rows = new PartitionRows());
            rows.Put(name.Key, row);
            Bytes += EntryBytes + (row?.Data.Length ?? 0);
        }

        public PartitionRows? Find(string table, string partition) =>
            partitions.GetValueOrDefault((table, partition));

        public IEnumerable<string> Partitions(string table) =>
            partitions.Keys.Where(name => name.Table == table).Select(name => name.Partition);

        /// <summary>For one that is not changed any more.</summary>
        public IEnumerable<(RowName Name, KeptRow? Row)> All() => partitions
            .OrderBy(one => one.Key.Table, StringComparer.Ordinal)
            .ThenBy(one => one.Key.Partition, StringComparer.Ordinal)
            .SelectMany(one => one.Value.Keys.Select(key => (
                new RowName(one.Key.Table, one.Key.Partition, key), one.Value[key])));
    }

    private sealed class PartitionRows
    {
        private readonly Dictionary<string, KeptRow?> rows = new(StringComparer.Ordinal);
        private string[]? keys;

        /// <summary>In order; made when they are asked for after a new one came.</summary>
        public string[] Keys => keys ??= Ordered();

        public KeptRow? this[string key] => rows[key];

        public bool TryGet(string key, out KeptRow? row) => rows.TryGetValue(key, out row);

        public void Put(string key, KeptRow? row)
        {
            int before = rows.Count;
            rows[key] = row;
            if (rows.Count != before) keys = null;
        }

        /// <summary>The place of the first key there.</summary>
        public int First(PageStart from)
        {
            int place = Array.BinarySearch(Keys, from.Key, StringComparer.Ordinal);
            return place < 0 ? ~place : from.After ? place + 1 : place;
        }

        public string? KeyAt(int place) => place < Keys.Length ? Keys[place] : null;

        private string[] Ordered()
        {
            string[] ordered = [.. rows.Keys];
            Array.Sort(ordered, StringComparer.Ordinal);
            return ordered;
        }
    }
}
