using System.Runtime.CompilerServices;
using CloudPos.Terminal.Cli;

namespace CloudPos.Terminal.Web;

/// <summary>
/// Gives memory back behind the requests that used it up. By itself the collector lets garbage stand beside
/// the few megabytes that live until there is twice as much of it, and libc keeps what lies between pieces in
/// use; on a till of little memory both are the browser's.
/// </summary>
internal sealed class SpareMemory
{
    /// <summary>
    /// Some two hundred sales: rarely enough that the milliseconds that it takes are nobody's wait.
    /// </summary>
    private const long AllocatedBytes = 24 * 1024 * 1024;

    private long _collectedAt;

    /// <summary>After the answer has gone out.</summary>
    public Task Look()
    {
        if (RuntimeFeature.IsDynamicCodeSupported)
            return Task.CompletedTask;
        var (allocated, before) = (GC.GetTotalAllocatedBytes(), Interlocked.Read(ref _collectedAt));
        if (allocated - before >= AllocatedBytes
            && Interlocked.CompareExchange(ref _collectedAt, allocated, before) == before)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            NativeMemoryUse.TryGiveBack();
        }
        return Task.CompletedTask;
    }
}
