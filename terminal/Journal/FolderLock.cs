using System.Globalization;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// One process at a time on a data folder: an exclusive lock on a file of its own, which the system lifts
/// when the process ends, however it ends. The process id lies in a second file, since a locked one cannot be
/// read: for a sentence to whoever comes second, not for the lock.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    public const string Name = "journal.lock";
    private const string HolderName = "journal.pid";
    private const int HolderLengthMax = 16;
    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <returns>Null when another process, or another store of this one, has the folder.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static FolderLock? TryTake(string directory)
    {
        FileStream file;
        try
        {
            file = new FileStream(
                Path.Combine(directory, Name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (IsLocked(failure))
        {
            return null;
        }
        try
        {
            File.WriteAllText(
                Path.Combine(directory, HolderName),
                Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch
        {
            file.Dispose();
            throw;
        }
        return new FolderLock(file);
    }

    /// <summary>The process id that was written last, for people only.</summary>
    public static string HolderOf(string directory)
    {
        var path = Path.Combine(directory, HolderName);
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        return text.Length <= HolderLengthMax ? text : "";
    }

    public void Dispose() => _file.Dispose();

    /// <summary>EWOULDBLOCK of flock(2), as the runtime hands it on, or ERROR_SHARING_VIOLATION.</summary>
    private static bool IsLocked(IOException failure) => failure.HResult switch
    {
        11 or 35 => !OperatingSystem.IsWindows(),
        unchecked((int)0x80070020) => true,
        _ => false,
    };
}
