using System.Buffers.Binary;

namespace CloudPos.Functions.Vault;

/// <summary>
/// Keys of a development machine: files that only their owner may read, each `{kind}-{name}.key` with its
/// period (two Unix times in seconds) before the secret. Refused under the Functions host.
/// </summary>
internal sealed class KeyFiles : IKeyStore
{
    private const string Ending = ".key";
    private const int PeriodBytes = 2 * sizeof(long);
    private const int BytesMax = 4 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private readonly string _folder;

    public KeyFiles(string folder)
    {
        _folder = folder;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    public Task<IReadOnlyList<KeptKey>> List(CancellationToken cancel)
    {
        var found = new List<KeptKey>();
        foreach (var path in Directory.EnumerateFiles(_folder, "*" + Ending).Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var bytes = Bytes(path);
            if (KindOf(name) is not { } kind || bytes.Length <= PeriodBytes)
                throw new KeysUnavailableException($"The key file {path} is damaged.");
            found.Add(new KeptKey(name, kind, Time(bytes), Time(bytes.AsSpan(sizeof(long)))));
        }
        return Task.FromResult<IReadOnlyList<KeptKey>>(found);
    }

    public Task<byte[]> Read(KeptKey key, CancellationToken cancel) =>
        Task.FromResult(Bytes(PathOf(key))[PeriodBytes..]);

    /// <summary>Writes a new file so that it is there whole, or not at all.</summary>
    public Task Add(KeptKey key, ReadOnlyMemory<byte> secret, CancellationToken cancel)
    {
        var path = PathOf(key);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        Span<byte> period = stackalloc byte[PeriodBytes];
        BinaryPrimitives.WriteInt64BigEndian(period, key.NotBefore.ToUnixTimeSeconds());
        BinaryPrimitives.WriteInt64BigEndian(period[sizeof(long)..], key.NotAfter.ToUnixTimeSeconds());
        using (var file = new FileStream(path + ".new", options))
        {
            file.Write(period);
            file.Write(secret.Span);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: false);
        return Task.CompletedTask;
    }

    public Task Delete(KeptKey key, CancellationToken cancel)
    {
        File.Delete(PathOf(key));
        return Task.CompletedTask;
    }

    internal static KeyKind? KindOf(string name) =>
        Enum.TryParse<KeyKind>(name.Split('-')[0], ignoreCase: true, out var kind) && Enum.IsDefined(kind)
            ? kind
            : null;

    private string PathOf(KeptKey key) => Path.Combine(_folder, key.Name + Ending);

    private static byte[] Bytes(string path)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ForOthers) != 0)
            throw new KeysUnavailableException($"{path} may be read by others; give it mode 600.");
        if (new FileInfo(path).Length > BytesMax)
            throw new KeysUnavailableException($"{path} is too long for a key.");
        return File.ReadAllBytes(path);
    }

    private static DateTimeOffset Time(ReadOnlySpan<byte> bytes) =>
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(bytes));
}
