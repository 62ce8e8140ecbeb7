using System.Globalization;
using System.Text;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// One process at a time on a data folder: an exclusive lock on a file of its own, which the system lifts when the process
/// ends, however it ends. The file holds the process id, for a sentence to whoever comes second.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = "journal.lock";
    private const int TextMax = 16;
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <returns>Null when another process, or another store of this one, has the folder.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static FolderLock? TryTake(string directory)
    {
        var path = Path.Combine(directory, Name);
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException) when (File.Exists(path) && HolderOf(directory).Length > 0)
        {
            return null;
        }
        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
        file.Flush();
        return new FolderLock(file);
    }

    /// <summary>The process id in the lock file, or nothing.</summary>
    public static string HolderOf(string directory)
    {
        // Asking for no lock of its own, the reading does not run into the writer's.
        using var file = new FileStream(
            Path.Combine(directory, Name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[TextMax];
        var length = file.ReadAtLeast(bytes, TextMax, throwOnEndOfStream: false);
        return Encoding.ASCII.GetString(bytes, 0, length);
    }

    public void Dispose() => _file.Dispose();
}
