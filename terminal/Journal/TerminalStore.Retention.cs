using CloudPos.Journal;
using CloudPos.Wire;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>How long entries are kept when the policy does not say.</summary>
    public const int JournalDaysDefault = 180;

    /// <summary>The newest entries stay, however old: the last receipts must be there to be copied.</summary>
    private const int EntriesKept = 100;

    /// <summary>The number of the last entry that was deleted of the current epoch; 0 when none
    /// was.</summary>
    public long PrunedThrough => Locked(() =>
        _enrolment is null ? 0 : _pruned.Through(_enrolment.Journal.Epoch));

    /// <summary>
    /// Deletes a bounded run of the oldest entries: acknowledged with a signature, older by signed time than
    /// the policy keeps them, of payments that are finished. The chain goes on from the hash of the last one.
    /// </summary>
    /// <returns>Stored when some were deleted, None when there is nothing to delete.</returns>
    public WriteOutcome Prune()
    {
        lock (_gate)
            try
            {
                return PruneSome();
            }
            catch (SqliteException failure) when (failure.SqliteErrorCode != raw.SQLITE_CONSTRAINT)
            {
                // Read before anything is written: nothing has changed, and the next round tries again.
                if (Database.IsCorrupt(failure))
                    NoteDamage(Unreadable(failure));
                return NotStored(failure);
            }
    }

    private WriteOutcome PruneSome()
    {
        var nothing = WriteOutcome.Not(WriteStatus.None, "Nothing is old enough to be deleted.");
        // Figures that are still being counted from old entries need them.
        if (_damage.Count > 0 || _mustReopen || _head is not { } head
            || _confirmation?.UpTo is not { Jws: { } jws, At: { } at, Standing: TerminalStanding.Active }
            || _database.Number("SELECT 1 FROM figure_backlog") == 1)
            return nothing;
        var before = at - TimeSpan.FromDays(Math.Max(1, _policy.JournalDays ?? JournalDaysDefault));
        foreach (var epoch in _journal.Epochs())
        {
            var (upTo, acknowledgement) = epoch == head.Journal.Epoch
                ? (EndOfOld(head), jws)
                : _pruned.ClosedAt(epoch) ?? (0, jws);
            if (_retention.Find(head.Journal with { Epoch = epoch }, upTo, before) is { Count: > 0 } old)
                return Commit(_ =>
                {
                    _retention.Delete(old, acknowledgement, at);
                    return null;
                });
        }
        return nothing;
    }

    /// <summary>
    /// The last number of the current epoch that may ever go: an open shift stays, and what no Z report
    /// covers yet where Z reports are taken at all.
    /// </summary>
    private long EndOfOld(Head head)
    {
        var upTo = Math.Min(_confirmation!.UpTo.Number, head.Number - EntriesKept);
        if (_database.Number("SELECT min(opened) FROM shift WHERE closed IS NULL") is { } opened)
            upTo = Math.Min(upTo, new Place(opened).Number - 1);
        var (report, from) = _sales.NextReport(head.Journal);
        return report > 1 ? Math.Min(upTo, from - 1) : upTo;
    }

    /// <summary>
    /// What the back office asks for and cannot have any more: it was restored from a backup older than its
    /// own acknowledgement, and the entries were deleted here on the strength of that. Null when there is no
    /// such gap.
    /// </summary>
    private PrunedGap? GapBehind(Head head, long acknowledged) =>
        _pruned.Of(head.Journal.Epoch) is { } pruned && acknowledged < pruned.Number
            ? new PrunedGap(acknowledged + 1, pruned.Number, pruned.Hash, pruned.Acknowledgement)
            : null;

    private IEnumerable<DamageFinding> CheckPruned(JournalId journal)
    {
        if (_pruned.Of(journal.Epoch) is not { } pruned
            || _signedKeys?.TryVerifyAcknowledgement(pruned.Acknowledgement) is not { } signed)
            yield break;
        if (new JournalId(signed.Terminal, signed.Epoch) != journal || signed.Number < pruned.Number
            || (_journal.HashAt(journal, signed.Number) is { } hash && hash != signed.Hash))
            yield return new DamageFinding(
                pruned.Number,
                $"Entries up to {pruned.Number} are deleted, and the acknowledgement that is kept for them "
                + "does not cover them.");
    }
}
