using System.Runtime.InteropServices;
using System.Text;

namespace CloudPos.Terminal.Journal.Keys;

/// <summary>
/// Makes the names in a folder durable. A new file's content is safe once it is synchronised, its name only
/// when the folder is (fsync(2), "Notes"); .NET opens no folders, hence the three calls of the C library, to
/// which the native binary is linked.
/// </summary>
internal static class FolderSync
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The system refused; the number is its errno.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        var handle = Open([.. Encoding.UTF8.GetBytes(folder), 0], ReadOnly);
        if (handle < 0)
            throw Failed(folder);
        try
        {
            if (Fsync(handle) != 0)
                throw Failed(folder);
        }
        finally
        {
            Close(handle);
        }
    }

    private static IOException Failed(string folder) =>
        new($"The folder {folder} cannot be synchronised (error {Marshal.GetLastPInvokeError()}).");

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(int handle);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int handle);
}
