using System.Runtime.InteropServices;

namespace CloudPos.Terminal.Cli;

/// <summary>
/// How libc keeps what SQLite and OpenSSL give back: by itself it raises its measure with what is asked for,
/// up to 64 MiB, and each thread has a heap of its own, which costs a till of `serve` some two megabytes.
/// </summary>
internal static class NativeMemoryUse
{
    // malloc.h
    private const int TrimThreshold = -1;
    private const int ArenaMax = -8;
    private const int KeptBytesMax = 128 * 1024;

    /// <summary>False where libc is another one, which has no such setting.</summary>
    public static bool TryLimit()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return SetOption(TrimThreshold, KeptBytesMax) != 0 && SetOption(ArenaMax, 1) != 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    /// <summary>Gives back the whole pages that lie free; false where there were none, or no such
    /// call.</summary>
    public static bool TryGiveBack()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            return Trim(0) != 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint kept);

    [DllImport("libc", EntryPoint = "mallopt")]
    private static extern int SetOption(int option, int value);
}
