using System.CommandLine;
using CloudPos.Journal;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Receipts;
using CloudPos.Terminal.Reports;

namespace CloudPos.Terminal.Cli;

/// <summary>report z: closes the cashier's day with consecutive numbers.</summary>
internal sealed class ReportVerb(VerbHost host)
{
    public Command Create()
    {
        var z = new Verb(
            "z", "Take a Z report: all that was sold and voided since the one before.",
            "report z --data till1")
        {
            host.Data,
        };
        z.SetAction(parse => host.OnTerminal(parse, context => TakeZ(context.Store)));
        return new Verb("report", "Reports of this terminal.") { z };
    }

    private static VerbResult TakeZ(TerminalStore store)
    {
        var outcome = store.TakeDayReport();
        if (!outcome.IsStored || outcome.Entry is not { Body: DayReported taken } entry)
            return VerbResult.Error(outcome);
        var enrolment = store.Enrolment!;
        var entries = EntriesOf(store, taken.FromNumber, entry.Header.Number);
        var report = ZReport.Of(
            taken, entry.Header, enrolment.Currency, entries,
            sale => store.FindSale(sale) is { } row ? store.SaleEntry(row)?.Body as SaleCompleted : null);
        var text = ZReportText.Of(ReceiptHead.Of(store), entry.Header, report);
        return VerbResult.Done(text, report, CliJson.Default.ZReport);
    }

    /// <summary>The entries from a number up to, and without, another; read in pages.</summary>
    private static IEnumerable<Entry> EntriesOf(TerminalStore store, long from, long before)
    {
        const int page = 500;
        for (var next = from; next < before; next += page)
        {
            foreach (var line in store.Entries(next, (int)Math.Min(page, before - next)))
            {
                if (line.Entry is { } entry)
                    yield return entry;
            }
        }
    }
}
