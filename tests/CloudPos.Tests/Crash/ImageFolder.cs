using System.Security.Cryptography;
using System.Text;

namespace CloudPos.Tests.Crash;

/// <summary>A disk's content written into a folder of its own; gone with the test.</summary>
internal sealed class ImageFolder : IDisposable
{
    private const UnixFileMode Owner =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public ImageFolder(IReadOnlyDictionary<string, byte[]> files)
    {
        foreach (var (path, content) in files.Where(file => IsOnDisk(file.Key)))
        {
            var target = System.IO.Path.Combine(Path, path);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!, Owner);
            File.WriteAllBytes(target, content);
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("cloudpos-img-").FullName;

    /// <summary>Everything in a folder that a power cut leaves.</summary>
    public static Dictionary<string, byte[]> Contents(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).ToDictionary(
            file => System.IO.Path.GetRelativePath(folder, file), File.ReadAllBytes);

    /// <summary>
    /// The same for two disks that hold the same: between two syncs most cuts leave what others left.
    /// </summary>
    public static string Digest(IReadOnlyDictionary<string, byte[]> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, content) in files.OrderBy(file => file.Key, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\0{content.Length}\0"));
            hash.AppendData(content);
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    /// <summary>SQLite makes its shared memory anew, and a socket is no file.</summary>
    private static bool IsOnDisk(string path) =>
        !path.EndsWith("-shm", StringComparison.Ordinal) && !path.EndsWith(".sock", StringComparison.Ordinal);
}
