using System.Diagnostics;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reports;

namespace CloudPos.Benchmarks.Journal;

/// <summary>
/// Whether a sale slows down as its journal grows: the same sale on one till after a thousand entries and up
/// to a hundred thousand, by the clock and by processor time, which other users of the cores change less; how
/// long a week's report takes then, and how long that folder takes to open.
/// </summary>
internal static class JournalSizes
{
    private static readonly int[] Sizes = [1_000, 10_000, 30_000, 100_000];

    public static async Task Run(BenchmarkRun run)
    {
        var folder = run.NewFolder("sizes");
        var table = new ResultTable(
            "entries", "sales/s", "p50 us", "p99 us", "cpu us", "report ms", "open ms", "MiB");
        using (var till = new BenchmarkTill(folder))
            foreach (var size in Sizes)
            {
                while (till.Store.LastNumber < run.Scaled(size))
                    await till.SellByCard();
                await FsyncProbe.UntilHealthy(run);
                var before = Environment.CpuUsage.TotalTime;
                var samples = await Samples.Collect(run.Seconds, till.SellByCard);
                var used = Environment.CpuUsage.TotalTime - before;
                table.Add(
                    till.Store.LastNumber, samples.PerSecond, samples.Microseconds(0.5),
                    samples.Microseconds(0.99), used.TotalMicroseconds / samples.Count,
                    WeekOf(till.Store), "", SizeOf(folder));
            }
        var began = Stopwatch.GetTimestamp();
        using (var opened = TerminalStore.TryOpen(folder, TimeProvider.System).Store!)
            table.Add(
                opened.LastNumber, "", "", "", "", "", Stopwatch.GetElapsedTime(began).TotalMilliseconds,
                SizeOf(folder));
        await table.Print();
    }

    /// <summary>Milliseconds that the report of a week takes, which reads kept totals.</summary>
    private static double WeekOf(TerminalStore store)
    {
        var today = store.BusinessDateAt(store.Now).Date;
        var began = Stopwatch.GetTimestamp();
        SalesReport.Of(store, store.Enrolment!.Currency, today.AddDays(-6), today);
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static double SizeOf(string folder) =>
        Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length) / 1_048_576.0;
}
