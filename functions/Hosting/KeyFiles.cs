namespace CloudPos.Functions.Hosting;

/// <summary>
/// Files that only their owner may read: keys of a development machine. In Azure keys come from Key Vault.
/// </summary>
internal sealed class KeyFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode ForOthers =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
    private const int BytesMax = 256 * 1024;
    private readonly string _folder;

    public KeyFiles(string folder)
    {
        _folder = folder;
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>The file's bytes, or null when there is none.</summary>
    /// <exception cref="InvalidOperationException">Others may read it, or it is no key file of
    /// ours.</exception>
    public byte[]? Read(string name)
    {
        var path = Path.Combine(_folder, name);
        if (!File.Exists(path))
            return null;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ForOthers) != 0)
            throw new InvalidOperationException($"{path} may be read by others; give it mode 600.");
        if (new FileInfo(path).Length > BytesMax)
            throw new InvalidOperationException($"{path} is too long for a key.");
        return File.ReadAllBytes(path);
    }

    /// <summary>Writes a new file so that it is there whole, or not at all.</summary>
    public void Write(string name, ReadOnlySpan<byte> content)
    {
        var path = Path.Combine(_folder, name);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using (var file = new FileStream(path + ".new", options))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }
        File.Move(path + ".new", path, overwrite: false);
    }
}
