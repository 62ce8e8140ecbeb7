namespace CloudPos.Tests.Crash;

/// <summary>What a power cut makes of everything that was not synced.</summary>
internal enum Unsynced
{
    Lost,
    Whole,

    /// <summary>Some of the writes, in any choice; names only up to some point.</summary>
    Partial,

    /// <summary>Some sectors of each write.</summary>
    Torn,
}

/// <summary>
/// A disk as the kernel promises it: the content of a file is durable up to its last sync, a name up to the
/// last sync of its folder; what lies behind that may be there in part, in any order. Fed with a recorded
/// log, it builds what a power cut may have left at that point.
/// </summary>
internal sealed class DiskModel
{
    private const int SectorLength = 512;

    private readonly Dictionary<ulong, ModelFile> _byInode = [];
    private readonly Dictionary<string, ModelFile> _names = [];
    private readonly Dictionary<string, ModelFile> _durableNames = [];
    private readonly Dictionary<string, List<NameChange>> _unsyncedNames = [];

    /// <param name="start">What lay there, durable, before the log begins: path and content.</param>
    public DiskModel(IReadOnlyDictionary<string, byte[]> start)
    {
        foreach (var (path, content) in start)
            _names[path] = _durableNames[path] = new ModelFile(content);
    }

    public void Apply(LogRecord record)
    {
        switch (record.Operation)
        {
            case 'C':
                _byInode[record.Inode] = new ModelFile([]);
                Change(new NameChange(record.Path, _byInode[record.Inode], null));
                break;
            case 'W':
                FileOf(record).Unsynced.Add(record);
                break;
            case 'T':
                FileOf(record).Unsynced.Add(record);
                break;
            case 'S':
                FileOf(record).Sync();
                break;
            case 'D':
                foreach (var change in _unsyncedNames.GetValueOrDefault(record.Path) ?? [])
                    change.ApplyTo(_durableNames);
                _unsyncedNames.Remove(record.Path);
                break;
            case 'U':
                Change(new NameChange(record.Path, null, null));
                break;
            case 'R':
                Change(new NameChange(record.Text, _names[record.Path], record.Path));
                break;
            case 'L':
                Change(new NameChange(record.Text, _names[record.Path], null));
                break;
            default:
                break;
        }
    }

    public Dictionary<string, byte[]> Build(Unsynced mode, Random random)
    {
        var names = new Dictionary<string, ModelFile>(_durableNames);
        foreach (var changes in _unsyncedNames.Values)
        {
            var kept = mode switch
            {
                Unsynced.Lost => 0,
                Unsynced.Whole => changes.Count,
                _ => random.Next(changes.Count + 1),
            };
            foreach (var change in changes.Take(kept))
                change.ApplyTo(names);
        }
        return names.ToDictionary(name => name.Key, name => name.Value.Build(mode, random));
    }

    private ModelFile FileOf(LogRecord record)
    {
        if (!_byInode.TryGetValue(record.Inode, out var file))
            // It was there before the log began; its name has not changed hands since.
            _byInode[record.Inode] = file = _names[record.Path];
        return file;
    }

    private void Change(NameChange change)
    {
        change.ApplyTo(_names);
        var folder = Path.GetDirectoryName(change.Path) ?? "";
        if (!_unsyncedNames.TryGetValue(folder, out var changes))
            _unsyncedNames[folder] = changes = [];
        changes.Add(change);
    }

    /// <param name="File">What the name means from here on; null when it is gone.</param>
    /// <param name="Left">The name that a rename ends, in the same step.</param>
    private sealed record NameChange(string Path, ModelFile? File, string? Left)
    {
        public void ApplyTo(Dictionary<string, ModelFile> names)
        {
            if (Left is not null)
                names.Remove(Left);
            if (File is null)
                names.Remove(Path);
            else
                names[Path] = File;
        }
    }

    private sealed class ModelFile(byte[] durable)
    {
        private byte[] _durable = durable;

        public List<LogRecord> Unsynced { get; } = [];

        public void Sync()
        {
            _durable = Build(Crash.Unsynced.Whole, null);
            Unsynced.Clear();
        }

        public byte[] Build(Unsynced mode, Random? random)
        {
            if (mode == Crash.Unsynced.Lost || Unsynced.Count == 0)
                return _durable;
            var content = new MemoryStream();
            content.Write(_durable);
            foreach (var change in Unsynced)
                if (mode == Crash.Unsynced.Whole)
                    Write(content, change, 0, change.Data.Length);
                else if (mode == Crash.Unsynced.Partial || change.Operation == 'T')
                {
                    if (random!.Next(2) == 0)
                        Write(content, change, 0, change.Data.Length);
                }
                else
                    for (var at = 0; at < change.Data.Length;)
                    {
                        // A sector is written whole or not at all, wherever within it the write began.
                        var ends = SectorLength - (int)(((long)change.Number + at) % SectorLength);
                        var length = Math.Min(ends, change.Data.Length - at);
                        if (random!.Next(2) == 0)
                            Write(content, change, at, length);
                        at += length;
                    }
            return content.ToArray();
        }

        private static void Write(MemoryStream content, LogRecord change, int at, int length)
        {
            if (change.Operation == 'T')
            {
                content.SetLength((long)change.Number);
                return;
            }
            content.Position = (long)change.Number + at;
            content.Write(change.Data, at, length);
        }
    }
}
