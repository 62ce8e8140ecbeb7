using System.Diagnostics;

namespace CloudPos.Benchmarks;

/// <summary>
/// What the disk can do: appends of 4 KiB to one file, each synced before the next. Disks of virtual machines
/// have slow spells, mostly after much was written; a figure taken in one of them says nothing. So every
/// durable measurement waits for a healthy probe, and is given as a ratio to it as well.
/// </summary>
internal static class FsyncProbe
{
    private const int PageBytes = 4096;
    private const double HealthyMicroseconds = 400;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task Show(BenchmarkRun run)
    {
        var table = new ResultTable("round", "syncs/s", "p50 us", "p99 us");
        for (var round = 1; round <= run.Rounds; round++)
        {
            var samples = Take(run.Folder, run.Seconds);
            table.Add(round, samples.PerSecond, samples.Microseconds(0.5), samples.Microseconds(0.99));
        }
        await table.Print();
    }

    /// <summary>Waits until the disk is healthy, at most two minutes, and says what it found then.</summary>
    public static async Task<Samples> UntilHealthy(BenchmarkRun run)
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            var samples = Take(run.Folder, 0.7);
            if (samples.Microseconds(0.5) <= HealthyMicroseconds)
                return samples;
            if (began.Elapsed > Patience)
            {
                Console.WriteLine(
                    $"note: the disk is in a slow spell, p50 {samples.Microseconds(0.5):0} us; "
                    + "figures of this round are lower bounds");
                return samples;
            }
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
    }

    private static Samples Take(string folder, double seconds)
    {
        var page = new byte[PageBytes];
        var path = Path.Combine(folder, "probe");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0);
        var samples = Samples.Collect(seconds, () =>
        {
            file.Write(page);
            file.Flush(flushToDisk: true);
        });
        file.Close();
        File.Delete(path);
        return samples;
    }
}
