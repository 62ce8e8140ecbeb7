using CloudPos.Functions.Fleet;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Journals;

/// <summary>
/// POST /api/journal/{terminal}/{epoch}/damage: a terminal found its journal damaged. Kept in row
/// `dm.{epoch}` until that epoch is written off, and shown to people; nothing else hangs on it, since what
/// the terminal can still read it sends as always. A report takes the place of one that was signed before it,
/// so that an old one, sent again by whoever caught it, does not take back what was found since.
/// </summary>
internal sealed partial class JournalDamages(
    TablePort tables, JournalHeads heads, TimeProvider time, ILogger<JournalDamages> log)
{
    public async Task<Answer> Report(Call call, CancellationToken cancel)
    {
        if (!StoreSegment.TryJournal(call, out var journal, out var refusal)
            || !call.TryRead(WireJson.Default.DamageReport, out var report, out refusal))
            return refusal!;
        if (report.Findings.Count is 0 or > DamageReport.FindingsMax
            || report.Findings.Any(finding => finding.Length is 0 or > DamageReport.LengthMax))
            return Answer.Refuse(
                ProblemCode.Malformed, "findings",
                $"A report has 1 to {DamageReport.FindingsMax} findings of at most {DamageReport.LengthMax} "
                + "characters.");
        if (await heads.Find(journal, cancel) is not { } head)
            return Answer.NotFound("such epoch of this terminal");
        var (isKnown, isOlder) = (false, false);
        await Attempts.UntilCommitted(async () =>
        {
            var key = JournalRows.Damage(journal.Epoch);
            var row = await tables.Get(TableNames.Terminal, journal.Terminal, key, cancel)
                ?? new Row(journal.Terminal, key) { ["at"] = time.GetUtcNow() };
            var findings = string.Join('\n', report.Findings.Select(Printable));
            isKnown = row.NumberOrNull("entries") == report.Entries && row.TextOrNull("findings") == findings;
            isOlder = !isKnown && row.TimeOrNull("signedAt") >= call.Terminal.SignedAt;
            if (isKnown || isOlder)
                return true;
            row["entries"] = report.Entries;
            row["findings"] = findings;
            row["signedAt"] = call.Terminal.SignedAt;
            var change = row.ETag is null ? Change.Insert(row) : Change.Replace(row);
            return await tables.TryCommit(TableNames.Terminal, journal.Terminal, [change], cancel) is null;
        });
        if (isOlder)
            return Answer.Refuse(
                new Problem(ProblemCode.Busy, null, "A report signed later is here; sign this one anew."),
                TimeSpan.FromSeconds(1));
        if (!isKnown)
            LogDamaged(journal, report.Entries, head.Number);
        return Answer.Text(
            WireContract.JwsMediaType, heads.Acknowledge(head, call.Terminal.Identity.Standing));
    }

    public async Task<DamageLine?> Of(JournalId journal, CancellationToken cancel) =>
        await tables.Get(TableNames.Terminal, journal.Terminal, JournalRows.Damage(journal.Epoch), cancel)
            is { } row
            ? new DamageLine(row.Time("at"), row.Number("entries"), row.Text("findings").Split('\n'))
            : null;

    private static string Printable(string finding) =>
        string.Concat(finding.Select(c => char.IsControl(c) ? ' ' : c));

    [LoggerMessage(
        1207, LogLevel.Critical,
        "Journal {Journal} is damaged at its terminal, which has {Entries} entries; here are {Stored}.")]
    private partial void LogDamaged(JournalId journal, long entries, long stored);
}
