using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Syncs one file behind its owner's back, one sync at a time, on a thread of its own: it waits in the
/// kernel, where a thread of the pool would spin for its next work on one of the till's few cores.
/// </summary>
internal sealed class MarkSync : IDisposable
{
    private readonly object _turn = new();
    private Thread? _thread;
    private SafeFileHandle? _wanted;
    private Exception? _failure;
    private bool _isRunning;
    private bool _ended;

    /// <summary>Begins to sync what was written. The sync before has ended.</summary>
    public void Begin(SafeFileHandle file)
    {
        lock (_turn)
        {
            (_wanted, _failure) = (file, null);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "journal mark" };
                _thread.Start();
            }
            else
                Monitor.PulseAll(_turn);
        }
    }

    /// <summary>
    /// Waits for the end of the sync that was begun last. Where the thread has not come to it, as on a
    /// machine that is busy with other things, the caller does it and waits for nobody.
    /// </summary>
    /// <exception cref="IOException">It failed.</exception>
    public void Wait()
    {
        lock (_turn)
        {
            while (_isRunning)
                Monitor.Wait(_turn);
            if (_wanted is { } file)
                (_wanted, _failure) = (null, Failure(() => Sync(file)));
            if (_failure is not null)
                throw new IOException(_failure.Message, _failure);
        }
    }

    /// <summary>Waits for a sync that runs, and ends the thread.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            _ended = true;
            Monitor.PulseAll(_turn);
        }
        _thread?.Join();
    }

    private void Run()
    {
        while (true)
        {
            SafeFileHandle? file;
            lock (_turn)
            {
                while (_wanted is null && !_ended)
                    Monitor.Wait(_turn);
                if (_wanted is null)
                    return;
                (file, _wanted, _isRunning) = (_wanted, null, true);
            }
            var failure = Failure(() => Sync(file));
            lock (_turn)
            {
                (_failure, _isRunning) = (failure, false);
                Monitor.PulseAll(_turn);
            }
        }
    }

    private static Exception? Failure(Action work)
    {
        try
        {
            work();
            return null;
        }
        catch (Exception failure) when (
            failure is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            return failure;
        }
    }

    /// <summary>
    /// The data and what is needed to find them, not the time of the last write, which would take the file
    /// system a transaction of its own (fdatasync(2)). The native binary is linked to the call, so that it
    /// goes where whoever is loaded before libc wants it, as the recorder of power cuts does.
    /// </summary>
    private static void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
            RandomAccess.FlushToDisk(file);
        else if (FlushData(file) != 0)
            throw new IOException($"It cannot be synchronised (error {Marshal.GetLastPInvokeError()}).");
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static extern int FlushData(SafeFileHandle file);
}
