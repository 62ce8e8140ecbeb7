using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    private const int VerifyPage = 500;

    /// <summary>
    /// Checks all that opening checks only the end of: the file itself, every entry of every epoch
    /// (decrypted, its hash recomputed, its number, its place in the chain), the mark, the acknowledgement,
    /// and each table against what the entries say.
    /// </summary>
    public VerifyReport Verify()
    {
        lock (_gate)
        {
            var findings = new List<DamageFinding>(_damage);
            Guard(findings, () => findings.AddRange(_database.All(
                "PRAGMA integrity_check(20)", row => row.GetString(0)).Where(text => text != "ok")
                .Select(text => new DamageFinding(0, $"{DatabaseName}: {text}."))));
            if (_enrolment is { } enrolment)
            {
                Guard(findings, () => findings.AddRange(OpenCheck.Mark(_database, _mark)));
                Guard(findings, () => findings.AddRange(CheckAcknowledged()));
                Guard(findings, () => findings.AddRange(CheckPruned(enrolment.Journal)));
                var audit = new JournalAudit(_journal, _database, _payments);
                Guard(findings, () =>
                {
                    foreach (var epoch in _journal.Epochs())
                        Walk(enrolment.Journal with { Epoch = epoch }, audit, findings);
                    findings.AddRange(audit.Conclude());
                });
            }
            var pruned = 0L;
            Guard(findings, () => pruned = _enrolment is null ? 0 : _pruned.Through(_enrolment.Epoch));
            return new VerifyReport(
                _head?.Number ?? 0, _confirmation?.UpTo.Number ?? 0, _head?.Hash ?? default,
                [.. findings.DistinctBy(finding => finding.Sentence)], pruned);
        }
    }

    private void Walk(JournalId journal, JournalAudit audit, List<DamageFinding> findings)
    {
        var walk = new ChainWalk(_journal, journal);
        var pruned = _pruned.Of(journal.Epoch);
        audit.Begin(pruned);
        findings.AddRange(walk.Follow(
            (pruned?.Number ?? 0) + 1, _journal.Head(journal).Number, VerifyPage, audit.Look));
    }

    private IEnumerable<DamageFinding> CheckAcknowledged()
    {
        if (_confirmation?.UpTo is { } upTo && _head is { } head && upTo.Number <= head.Number
            && upTo.Number >= _pruned.Through(head.Journal.Epoch)
            && _journal.HashAt(head.Journal, upTo.Number) != upTo.Hash)
            yield return new DamageFinding(
                upTo.Number, $"Entry {upTo.Number} is not the one that the back office acknowledged.");
    }
}
