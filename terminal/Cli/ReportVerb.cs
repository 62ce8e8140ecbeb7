using System.CommandLine;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reports;

namespace CloudPos.Terminal.Cli;

/// <summary>report z, report x, report sales.</summary>
internal sealed class ReportVerb(VerbHost host)
{
    private readonly Option<DateOnly?> _from = new("--from")
    {
        Description = "The first business date; today when left out.",
        HelpName = "DATE",
    };

    private readonly Option<DateOnly?> _through = new("--through")
    {
        Description = "The last business date; the first one when left out.",
        HelpName = "DATE",
    };

    public Command Create()
    {
        var z = new Verb(
            "z", "Take a Z report: all that was sold and voided since the one before.",
            "report z --data till1")
        {
            host.Data,
        };
        z.SetAction((parse, cancel) => host.OnTerminal(parse, context => TakeZ(context, cancel)));
        var x = new Verb("x", "Look in between, and close nothing.", "report x --data till1") { host.Data };
        x.SetAction(parse => host.OnTerminal(parse, context => DayReport.X(context.Store) is { } text
            ? VerbResult.Done(text, new XDocument(text), CliJson.Default.XDocument)
            : VerbResult.NotEnrolled(context.Store)));
        var sales = new Verb(
            "sales",
            "Sales by day, hour, product, category, cashier, tender and customer, as CSV.",
            "report sales --data till1",
            "report sales --data till1 --from 2026-11-01 --through 2026-11-30 > november.csv")
        {
            host.Data, _from, _through,
        };
        sales.SetAction(parse => host.OnTerminal(parse, context => Sales(context.Store, parse)));
        return new Verb("report", "Reports of this terminal.") { z, x, sales };
    }

    private static async Task<VerbResult> TakeZ(TerminalContext context, CancellationToken cancel)
    {
        var outcome = context.Store.TakeDayReport();
        if (!outcome.IsStored || outcome.Entry is not { } entry)
            return VerbResult.Error(outcome);
        var (report, paper) = DayReport.Z(context.Store, entry);
        var told = VerbResult.Done(paper.ToString(), report, CliJson.Default.ZReport);
        return context.Printing.HasPrinter
            ? told.Beside(await context.Printing.PrintWaiting(cancel))
            : told with { AfterOutput = () => context.Store.MarkPrinted(entry) };
    }

    private VerbResult Sales(TerminalStore store, ParseResult parse)
    {
        if (store.Enrolment is not { } enrolment)
            return VerbResult.NotEnrolled(store);
        var today = store.BusinessDateAt(store.Now).Date;
        var from = parse.GetValue(_from) ?? today;
        var through = parse.GetValue(_through) ?? from;
        if (through < from || through.DayNumber - from.DayNumber >= SalesReport.DaysMax)
            return VerbResult.Error(
                ExitCode.BadInput, $"A report covers 1 to {SalesReport.DaysMax} days, the first one first.");
        var report = SalesReport.Of(store, enrolment.Currency, from, through);
        return VerbResult.Done(SalesReportCsv.Of(report, store.Locale), report, CliJson.Default.SalesReport);
    }
}
