using CloudPos.Journal;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>
    /// One transaction of an enrolled terminal. The work returns null to have it committed, or what it ends
    /// with instead; then nothing has changed. The mark is written behind the commit and synced within some
    /// milliseconds; while more than a few are not on disk, nothing further is committed.
    /// </summary>
    private WriteOutcome Commit(Func<Batch, WriteOutcome?> work) => _head is { } head
        ? Commit(head, work)
        : Refuse() ?? WriteOutcome.Not(WriteStatus.NotEnrolled, "This terminal is not enrolled.");

    private WriteOutcome Commit(Head head, Func<Batch, WriteOutcome?> work)
    {
        if (Refuse() is { } refused)
            return refused;
        var batch = new Batch(head, _journal, _effects, _feed);
        try
        {
            _database.Begin();
            if ((work(batch) ?? SettleMark()) is { } ended)
                return ended;
            _database.Commit();
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode != raw.SQLITE_CONSTRAINT)
        {
            // A constraint is violated by a bug only, and goes up as one.
            var stored = Resolve(failure, batch, out var failed);
            if (!stored)
                return failed;
        }
        finally
        {
            if (!_mustReopen)
                _database.RollbackIfOpen();
        }
        _head = batch.Head;
        batch.Committed();
        Interlocked.Increment(ref _changes);
        TryWriteMark();
        return WriteOutcome.Stored(batch.Answer ?? batch.Last);
    }

    private WriteOutcome? Refuse()
    {
        if (_damage.Count > 0)
            return WriteOutcome.Not(
                WriteStatus.JournalDamaged,
                $"The journal is damaged, so nothing is added to it: {_damage[0].Sentence}");
        if (_isLeft)
            return WriteOutcome.Not(
                WriteStatus.NotEnrolled, "This terminal is being given away: nothing more is written in it.");
        if (_mustReopen)
            return WriteOutcome.Not(
                WriteStatus.Unknown,
                "The disk failed and did not say what it stored; start the program again.");
        return null;
    }

    /// <summary>
    /// Whether a transaction that failed was stored all the same: the database is opened anew, which settles
    /// it, and asked for the entry's hash. What an I/O error left half done is thereby either there for good
    /// or not at all. A transaction without an entry counts as not stored: each of those can be repeated
    /// without harm.
    /// </summary>
    private bool Resolve(SqliteException failure, Batch batch, out WriteOutcome outcome)
    {
        outcome = NotStored(failure);
        if (Database.IsCorrupt(failure))
        {
            NoteDamage(Unreadable(failure));
            outcome = Refuse()!;
            return false;
        }
        if (failure.SqliteErrorCode is raw.SQLITE_BUSY or raw.SQLITE_LOCKED
            || (failure.SqliteErrorCode == raw.SQLITE_FULL && _database.InTransaction))
            return false;
        try
        {
            _database.Reopen();
            // Only once the content is in the file itself, and synced, does its being there mean anything.
            var stored = _database.Checkpoint() && batch.Last is { } last
                && _journal.HashAt(last.Header.Journal, last.Header.Number) == last.Hash;
            if (!stored)
                Reload();
            return stored;
        }
        catch (Exception again) when (again is SqliteException or IOException)
        {
            _mustReopen = true;
            outcome = WriteOutcome.Not(
                WriteStatus.Unknown, $"The disk failed and does not say what it stored: {again.Message}");
            return false;
        }
    }

    private static WriteOutcome NotStored(SqliteException failure) => failure.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => WriteOutcome.Not(WriteStatus.DiskFull, "Nothing was stored: the disk is full."),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => WriteOutcome.Not(
            WriteStatus.Busy, "Nothing was stored: another program has the journal's file open."),
        _ => WriteOutcome.Not(WriteStatus.IoError, $"Nothing was stored: {failure.Message}"),
    };

    /// <summary>
    /// Before a commit: the mark stands where the journal does, and most of it is on disk. Null when so.
    /// </summary>
    private WriteOutcome? SettleMark()
    {
        try
        {
            _mark.Settle(HighWaterMark.EntriesUnsyncedMax);
            // One that could not be written, or synced, earlier must be there before anything is added.
            if (WriteMark())
                _mark.Settle(0);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return WriteOutcome.Not(
                WriteStatus.IoError,
                $"Nothing was stored: {HighWaterMark.Name} cannot be written: {failure.Message}");
        }
    }

    /// <summary>
    /// Behind a commit, which holds whatever becomes of the mark: one that cannot be written is written
    /// before the next.
    /// </summary>
    private void TryWriteMark()
    {
        try
        {
            WriteMark();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return;
        }
    }

    /// <summary>Writes the mark where it does not stand at the journal's end.</summary>
    private bool WriteMark()
    {
        if (_head is not { Number: > 0 } head)
            return false;
        var mark = new Mark(head.Journal.Epoch, head.Number, head.Hash);
        if (_mark.Last == mark)
            return false;
        _mark.Write(mark);
        return true;
    }

    /// <summary>
    /// Clears the WAL of what was deleted. What cannot be done now is done with the next write that asks for
    /// it.
    /// </summary>
    private void Scrub()
    {
        try
        {
            _scrubDue = !_database.Checkpoint();
        }
        catch (SqliteException)
        {
            _scrubDue = true;
        }
    }
}
