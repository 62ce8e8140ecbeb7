using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SQLitePCL;

namespace CloudPos.Terminal.Journal;

/// <summary>
/// Stands between SQLite and the file of its WAL. A commit's pages come in two pieces each, some fifty for a
/// sale: they are gathered, written at once, and then the data alone are synced (fdatasync(2)), where
/// SQLite's build takes the time of the last write along, for which the file system needs a transaction of
/// its own. Nothing stays gathered over a sync, a read or a cut, so what SQLite was told is written, is.
/// Holds only with synchronous=FULL, which syncs in each commit. Called under the connection's own lock.
/// </summary>
internal static unsafe class WalFile
{
    /// <summary>More than most transactions write; a larger one is written in several parts.</summary>
    private const int RoomBytes = 128 * 1024;

    /// <summary>The file of the WAL, while there is one (sqlite3.h, SQLITE_FCNTL_JOURNAL_POINTER).</summary>
    private const int JournalPointer = 28;

    /// <summary>The newest table of methods that is known here: no other one is stood in for.</summary>
    private const int MethodsVersion = 3;

    private const int ReadOnlyNotInherited = 0x80000;

    /// <summary>
    /// Takes the file over, from when the WAL is open until SQLite closes it. What cannot be taken over stays
    /// as it is, which is slower and no less safe.
    /// </summary>
    public static void TakeOver(sqlite3 database, string path)
    {
        File* file = null;
        var answer = raw.SQLITE_ERROR;
        fixed (byte* name = "main\0"u8)
            answer = Control(database.DangerousGetHandle(), name, JournalPointer, &file);
        if (answer != raw.SQLITE_OK || file == null || file->Methods == null
            || file->Methods->Version != MethodsVersion)
            return;
        var state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        state->Pieces = (byte*)NativeMemory.Alloc(RoomBytes);
        state->Descriptor = OperatingSystem.IsLinux()
            ? Open([.. Encoding.UTF8.GetBytes(path), 0], ReadOnlyNotInherited)
            : -1;
        state->Before = file->Methods;
        state->Own = *file->Methods;
        state->Own.Close = &Close;
        state->Own.Read = &Read;
        state->Own.Write = &Write;
        state->Own.Truncate = &Truncate;
        state->Own.Sync = &Sync;
        state->Own.Size = &Size;
        file->Methods = &state->Own;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(File* file, byte* bytes, int length, long at)
    {
        var state = StateOf(file);
        if ((at != state->At + state->Length || length > RoomBytes - state->Length)
            && WriteGathered(file) is not raw.SQLITE_OK and var failed)
            return failed;
        if (length > RoomBytes)
            return state->Before->Write(file, bytes, length, at);
        if (state->Length == 0)
            state->At = at;
        Buffer.MemoryCopy(bytes, state->Pieces + state->Length, RoomBytes - state->Length, length);
        state->Length += length;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(File* file, int flags)
    {
        var state = StateOf(file);
        if (WriteGathered(file) is not raw.SQLITE_OK and var failed)
            return failed;
        if (state->Descriptor < 0)
            return state->Before->Sync(file, flags);
        return FlushData(state->Descriptor) == 0 ? raw.SQLITE_OK : raw.SQLITE_IOERR_FSYNC;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(File* file, byte* bytes, int length, long at) =>
        WriteGathered(file) is not raw.SQLITE_OK and var failed
            ? failed
            : StateOf(file)->Before->Read(file, bytes, length, at);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(File* file, long length) =>
        WriteGathered(file) is not raw.SQLITE_OK and var failed
            ? failed
            : StateOf(file)->Before->Truncate(file, length);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Size(File* file, long* length) =>
        WriteGathered(file) is not raw.SQLITE_OK and var failed
            ? failed
            : StateOf(file)->Before->Size(file, length);

    /// <summary>
    /// Whatever is still gathered was never committed, but is written, as SQLite would have; whether that
    /// succeeds matters to nobody any more.
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(File* file)
    {
        WriteGathered(file);
        var state = StateOf(file);
        file->Methods = state->Before;
        if (state->Descriptor >= 0)
            Close(state->Descriptor);
        NativeMemory.Free(state->Pieces);
        NativeMemory.Free(state);
        return file->Methods->Close(file);
    }

    /// <summary>
    /// What cannot be written is dropped: its transaction fails, and the next one writes to the same place.
    /// </summary>
    private static int WriteGathered(File* file)
    {
        var state = StateOf(file);
        if (state->Length == 0)
            return raw.SQLITE_OK;
        var length = state->Length;
        state->Length = 0;
        return state->Before->Write(file, state->Pieces, length, state->At);
    }

    private static State* StateOf(File* file) => (State*)file->Methods;

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control")]
    private static extern int Control(nint database, byte* name, int operation, File** file);

    [DllImport("libc", EntryPoint = "open")]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fdatasync")]
    private static extern int FlushData(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int descriptor);

    /// <summary>sqlite3_file.</summary>
    private struct File
    {
        public Methods* Methods;
    }

    /// <summary>sqlite3_io_methods.</summary>
    private struct Methods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<File*, int> Close;
        public delegate* unmanaged[Cdecl]<File*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<File*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<File*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<File*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<File*, long*, int> Size;
        private readonly nint _lock, _unlock, _checkReservedLock, _fileControl, _sectorSize, _characteristics;
        private readonly nint _shmMap, _shmLock, _shmBarrier, _shmUnmap, _fetch, _unfetch;
    }

    /// <summary>The methods come first: a file leads to them, and so to all that is kept for it.</summary>
    private struct State
    {
        public Methods Own;
        public Methods* Before;
        public byte* Pieces;
        public long At;
        public int Length;

        /// <summary>
        /// The file once more, to sync it by; below zero where SQLite does. SQLite holds no lock on this file
        /// that closing it could drop.
        /// </summary>
        public int Descriptor;
    }
}
