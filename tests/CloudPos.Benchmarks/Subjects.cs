using CloudPos.Benchmarks.Journal;
using CloudPos.Benchmarks.Payments;
using CloudPos.Benchmarks.Terminal;
using CloudPos.Benchmarks.Settlement;
using CloudPos.Benchmarks.Web;

namespace CloudPos.Benchmarks;

/// <summary>Something that is measured.</summary>
/// <param name="Name">As typed on the command line.</param>
/// <param name="Measures">One line for people.</param>
/// <param name="IsOfBackOffice">Runs in a process that is set as the back office is.</param>
internal sealed record Subject(
    string Name, string Measures, Func<BenchmarkRun, Task> Run, bool IsOfBackOffice = false);

internal static class Subjects
{
    public static IReadOnlyList<Subject> All { get; } =
    [
        new("terminal", "all that is said of the terminal: the next five, one after the other", Together),
        new("disk", "appends of 4 KiB, each synced: what a durable commit costs at least", FsyncProbe.Show),
        new("journal", "durable card sales through the checkout, beside other stores", JournalPeers.Run),
        new("journal-size", "the same sale on a new till and on one of 100,000 entries", JournalSizes.Run),
        new("program", "the published terminal: start to first sale, memory, size", ProgramRun.Run),
        new("forwarding", "a backlog to the local back office, and sales meanwhile", ForwardingRun.Run),
        new("screen", "the touch screen: process start to first screen, and a tap", TouchScreen.Run),
        new("authorise", "online authorisations, 50 in flight, over TCP", Authorisations.PerSecond, true),
        new("backlog", "a customer, alone and while a backlog drains", Backlogs.Measure, true),
        new("apply", "ApplyJournal over stored journals", Applying.Run, true),
        new("close-day", "closing and reporting 100,000 payments, beside PostgreSQL", Finance.Day, true),
        new("range", "a report over 1,000,000 payments, by totals and by rows", Finance.Range, true),
    ];

    private static async Task Together(BenchmarkRun run)
    {
        foreach (var subject in All.Skip(1).Take(5))
        {
            Console.WriteLine();
            Console.WriteLine($"{subject.Name}: {subject.Measures}");
            await subject.Run(run);
        }
    }
}
