using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    /// <summary>
    /// Entries of the current epoch from a number on, decrypted, in order; faulty ones are named.
    /// </summary>
    public IReadOnlyList<JournalLine> Entries(long from = 1, int most = 500) =>
        Locked<IReadOnlyList<JournalLine>>(() =>
        _enrolment is null ? [] : _journal.Read(_enrolment.Journal, from, most));

    public JournalLine? FindEntry(long number) => Locked(() =>
        _enrolment is null ? null : _journal.Read(_enrolment.Journal, number));

    /// <summary>
    /// Takes a Z report: what was sold and voided since the one before. The next one starts behind this
    /// entry.
    /// </summary>
    public WriteOutcome TakeDayReport()
    {
        lock (_gate)
            return Commit(batch =>
            {
                var (report, from) = _sales.NextReport(batch.Head.Journal);
                var (sales, voids, totals) = _sales.Sum(batch.Head.Journal, from);
                return Added(batch, new DayReported(report, from, sales, voids, totals));
            });
    }

    /// <summary>
    /// What the next Z report will cover: its number and the number of the first entry in it.
    /// </summary>
    public (long Report, long FromNumber) NextDayReport => Locked(() =>
        _enrolment is null ? (1, 1) : _sales.NextReport(_enrolment.Journal));
}
