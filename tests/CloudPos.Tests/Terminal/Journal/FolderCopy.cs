using CloudPos.Terminal.Journal;

namespace CloudPos.Tests.Terminal.Journal;

/// <summary>A folder of its own that data folders are copied into; gone with the test.</summary>
internal sealed class FolderCopy : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("cloudpos-copy-").FullName;

    /// <summary>
    /// Copies files and folders below, but for the lock; keys become readable for their owner alone.
    /// </summary>
    public void Take(string source)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            if (System.IO.Path.GetFileName(file) == FolderLock.Name)
                continue;
            var target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.WriteAllBytes(target, TestTill.ReadShared(file));
            File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
