using System.Globalization;

namespace CloudPos.Functions.Tables;

/// <summary>A row as the file holds it: its version and what <see cref="RowCodec"/> made of it.</summary>
internal sealed record KeptRow(long ETag, byte[] Data)
{
    public Row Decode(string partition, string key) =>
        RowCodec.Decode(partition, key, ETag.ToString(CultureInfo.InvariantCulture), Data);
}

/// <summary>
/// The full name of a row in the file. Its hash is made once: a commit looks for each of its rows a dozen
/// times, here, among the recent ones and beside its neighbours.
/// </summary>
internal readonly record struct RowName(string Table, string Partition, string Key)
{
    private readonly int hash = HashCode.Combine(
        string.GetHashCode(Partition, StringComparison.Ordinal),
        string.GetHashCode(Key, StringComparison.Ordinal));

    public bool Equals(RowName other) => hash == other.hash && Key == other.Key
        && Partition == other.Partition && Table == other.Table;

    public override int GetHashCode() => hash;
}

/// <summary>
/// Rows that were written or read a short while ago, and keys that were found free, so that most lookups do
/// not touch the file. It never answers other than the file would: only this process writes the file; what a
/// commit changes is taken out before the commit and put in again after it is durable, and a reader puts in
/// what it read only where nothing of the same part of the cache was committed since it began. Bounded: what
/// was not asked for over two fillings is forgotten. Thread-safe.
/// </summary>
internal sealed class RowCache
{
    private const int Parts = 64;
    private const int BytesMax = 32 * 1024 * 1024;
    private const int RowBytesMax = 32 * 1024;

    /// <summary>What an entry takes beside its data, roughly: names, objects, its place.</summary>
    private const int EntryBytes = 400;

    private readonly Part[] parts = [.. Enumerable.Range(0, Parts).Select(_ => new Part())];

    /// <summary>
    /// True when the cache knows the row, or knows that there is none. Else the version is for <see
    /// cref="Offer"/>, and is to be taken before the file is read.
    /// </summary>
    public bool TryGet(in RowName name, out KeptRow? row, out long version)
    {
        var part = PartOf(name);
        lock (part.Gate)
        {
            version = part.Version;
            return part.TryGet(name, out row);
        }
    }

    /// <summary>What a reader found in the file.</summary>
    public void Offer(in RowName name, KeptRow? row, long version)
    {
        var part = PartOf(name);
        lock (part.Gate)
            if (part.Version == version && part.Committing == 0) part.Put(name, row);
    }

    /// <summary>From here on readers look into the file, until <see cref="Committed"/>.</summary>
    public void Committing(IReadOnlyList<(RowName Name, KeptRow? Row)> changes)
    {
        foreach (var (name, _) in changes)
        {
            var part = PartOf(name);
            lock (part.Gate)
            {
                part.Committing++;
                part.Version++;
                part.Remove(name);
            }
        }
    }

    /// <summary>The commit has ended.</summary>
    /// <param name="changes">As before; null stands for a deleted row. Of a row's changes the last
    /// counts.</param>
    /// <param name="isDone">False: whether the file holds them is not known.</param>
    public void Committed(IReadOnlyList<(RowName Name, KeptRow? Row)> changes, bool isDone)
    {
        foreach (var (name, row) in changes)
        {
            var part = PartOf(name);
            lock (part.Gate)
            {
                part.Committing--;
                part.Version++;
                if (isDone) part.Put(name, row);
            }
        }
    }

    private Part PartOf(in RowName name) => parts[(name.GetHashCode() & int.MaxValue) % Parts];

    private sealed class Part
    {
        private Dictionary<RowName, KeptRow?> young = [], old = [];
        private int youngBytes;

        public Lock Gate { get; } = new();

        /// <summary>Rises with each change of the part that a commit makes.</summary>
        public long Version { get; set; }

        /// <summary>Changes whose commit has not ended.</summary>
        public int Committing { get; set; }

        public bool TryGet(in RowName name, out KeptRow? row)
        {
            if (young.TryGetValue(name, out row)) return true;
            if (!old.Remove(name, out row)) return false;
            Put(name, row);
            return true;
        }

        public void Put(in RowName name, KeptRow? row)
        {
            Remove(name);
            if (row?.Data.Length > RowBytesMax) return;
            young[name] = row;
            youngBytes += EntryBytes + (row?.Data.Length ?? 0);
            if (youngBytes < BytesMax / Parts / 2) return;
            (young, old, youngBytes) = (old, young, 0);
            young.Clear();
        }

        public void Remove(in RowName name)
        {
            old.Remove(name);
            if (young.Remove(name, out var before)) youngBytes -= EntryBytes + (before?.Data.Length ?? 0);
        }
    }
}
