using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Syncs one file behind its owner's back, several writes at a time, on a thread of its own: it waits in the
/// kernel, where a thread of the pool would spin for its next work on one of the till's few cores.
/// </summary>
/// <param name="group">How much is written before a sync begins at once.</param>
internal sealed class MarkSync(long group) : IDisposable
{
    /// <summary>What is less than a group waits so long for more of it.</summary>
    private const int GraceMilliseconds = 5;

    private readonly object _turn = new();
    private Thread? _thread;
    private SafeFileHandle? _file;
    private Exception? _failure;
    private long _wanted;
    private long _done;
    private bool _isRunning;
    private bool _isIdle;
    private bool _ended;

    /// <summary>How far what was written is known to be on disk.</summary>
    public long Done
    {
        get
        {
            lock (_turn)
                return _done;
        }
    }

    /// <summary>Has what was written synced, soon.</summary>
    /// <param name="reached">Rises with each write.</param>
    public void Begin(SafeFileHandle file, long reached)
    {
        lock (_turn)
        {
            (_file, _wanted) = (file, reached);
            if (_thread is null)
            {
                _thread = new Thread(Run) { IsBackground = true, Name = "journal mark" };
                _thread.Start();
            }
            else if (_isIdle || IsGroup)
                Monitor.PulseAll(_turn);
        }
    }

    /// <summary>
    /// Waits until so much is on disk. Where the thread has not come to it, as on a machine that is busy with
    /// other things, the caller does it and waits for nobody.
    /// </summary>
    /// <exception cref="IOException">
    /// A sync failed since the last waiting. Nothing that was written behind <see cref="Done"/> is known to
    /// be on disk, nor will be by itself.
    /// </exception>
    public void Wait(long upTo)
    {
        lock (_turn)
        {
            while (_isRunning && _done < upTo)
                Monitor.Wait(_turn);
            if (_done < upTo && _failure is null && _file is { } file)
                SyncInTurn(file);
            if (_failure is not { } failure)
                return;
            (_failure, _wanted) = (null, _done);
            throw new IOException(failure.Message, failure);
        }
    }

    /// <summary>Syncs what is left, and ends the thread.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            _ended = true;
            Monitor.PulseAll(_turn);
        }
        _thread?.Join();
    }

    /// <summary>
    /// To wake the thread costs a sale more than all else that the mark does. So it is woken for a group, and
    /// for the first write after a rest; what comes between it finds when its time is over.
    /// </summary>
    private void Run()
    {
        lock (_turn)
            while (true)
            {
                var isTime = !_ended && !IsGroup && !Monitor.Wait(_turn, GraceMilliseconds);
                if (_isRunning)
                    Monitor.Wait(_turn);
                else if (IsWanted && (isTime || IsGroup || _ended))
                    SyncInTurn(_file!);
                else if (_ended)
                    return;
                else if (isTime)
                {
                    _isIdle = true;
                    Monitor.Wait(_turn);
                    _isIdle = false;
                }
            }
    }

    private bool IsGroup => IsWanted && _wanted - _done >= group;

    /// <summary>
    /// Not after a failure: what the kernel could not write it forgets, and the next sync says that all is
    /// well. Only writing it anew helps, which is for the owner to do.
    /// </summary>
    private bool IsWanted => _wanted > _done && _failure is null;

    /// <summary>Lets go of the turn while it syncs, so that others write on.</summary>
    private void SyncInTurn(SafeFileHandle file)
    {
        var reached = _wanted;
        _isRunning = true;
        Monitor.Exit(_turn);
        Exception? failure = null;
        try
        {
            Sync(file);
        }
        catch (Exception failed) when (
            failed is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            failure = failed;
        }
        finally
        {
            Monitor.Enter(_turn);
            _isRunning = false;
            if (failure is null)
                _done = reached;
            _failure = failure;
            Monitor.PulseAll(_turn);
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
