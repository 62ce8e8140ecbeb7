using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;

namespace CloudPos.Terminal.Reports;

/// <summary>X and Z: all since the last Z, from the entries themselves, so that it can be checked.</summary>
internal static class DayReport
{
    private const int Page = 500;

    /// <summary>A look in between: nothing is closed, and nothing written down.</summary>
    /// <returns>Null before enrolment.</returns>
    public static string? X(TerminalStore store)
    {
        if (store.Enrolment is not { } enrolment)
            return null;
        var (_, from) = store.NextDayReport;
        var (date, offset) = store.BusinessDateAt(store.Now);
        var header = new EntryHeader(
            enrolment.Journal, store.LastNumber + 1, EntryKind.DayReported, store.Now.ToOffset(offset), date,
            default);
        var report = Of(store, new DayReported(0, from, 0, 0, []), header, enrolment.Currency);
        return ZReportText.Paper(ReceiptHead.Of(store), header.At, report, isX: true).ToString();
    }

    /// <param name="entry">The one that took it.</param>
    public static (ZReport Report, ReceiptPaper Paper) Z(TerminalStore store, Entry entry)
    {
        var report = Of(store, (DayReported)entry.Body, entry.Header, store.Enrolment!.Currency);
        return (report, ZReportText.Paper(ReceiptHead.Of(store), entry.Header.At, report));
    }

    private static ZReport Of(
        TerminalStore store, DayReported taken, EntryHeader header, Currency currency) => ZReport.Of(
        taken, header, currency, EntriesOf(store, taken.FromNumber, header.Number),
        sale => store.FindSale(sale) is { } row ? store.SaleEntry(row)?.Body as SaleCompleted : null);

    /// <summary>The entries from a number up to, and without, another; read in pages.</summary>
    private static IEnumerable<Entry> EntriesOf(TerminalStore store, long from, long before)
    {
        for (var next = from; next < before; next += Page)
            foreach (var line in store.Entries(next, (int)Math.Min(Page, before - next)))
                if (line.Entry is { } entry)
                    yield return entry;
    }
}
