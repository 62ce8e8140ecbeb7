using System.Diagnostics;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Benchmarks.Payments;

/// <summary>
/// Online authorisations over the line, with many in flight. Each opens the sealed card, stores that it asks,
/// asks over TCP, stores the answer with what follows from it, and tells the terminal.
/// </summary>
internal static class Authorisations
{
    private const int InFlight = 50;

    public static async Task PerSecond(BenchmarkRun run)
    {
        var table = new ResultTable(
            "round", "authorisations", "per second", "p50 ms", "p99 ms", "processor us each");
        for (var round = 1; round <= run.Rounds; round++)
        {
            await FsyncProbe.UntilHealthy(run);
            await using var shops = await PayingShops.Open(run.NewFolder("authorise"), InFlight);
            await shops.Start();
            await Ask(shops, Sealed(shops, run.Scaled(2_000)));
            var sales = Sealed(shops, run.Scaled(6_000));
            var before = Environment.CpuUsage.TotalTime;
            var samples = await Ask(shops, sales);
            table.Add(
                round, samples.Count, samples.PerSecond, samples.Milliseconds(0.5),
                samples.Milliseconds(0.99),
                (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / samples.Count);
        }
        await table.Print();
    }

    public static async Task<Samples> Ask(PayingShops shops, Paying[] sales)
    {
        var queues = sales.GroupBy(sale => sale.Terminal).Select(mine => mine.ToArray()).ToArray();
        var all = Stopwatch.StartNew();
        var taken = await Task.WhenAll(queues.Select(mine => Task.Run(async () =>
        {
            var own = new List<double>();
            foreach (var sale in mine)
                own.Add(await Timed(shops, sale));
            return own;
        })));
        return new Samples([.. taken.SelectMany(own => own)], all.Elapsed);
    }

    public static async Task<double> Timed(PayingShops shops, Paying sale, long? since = null)
    {
        var began = since ?? Stopwatch.GetTimestamp();
        var result = await shops.Authorise(sale);
        return result.Answer?.Result == AuthoriseResult.Approved
            ? Stopwatch.GetElapsedTime(began).TotalSeconds
            : throw new InvalidOperationException(
                result.Problem?.Sentence ?? result.Answer?.Sentence ?? "No answer.");
    }

    public static Paying[] Sealed(PayingShops shops, int count)
    {
        var sales = new Paying[count];
        shops.Seal(shops.Terminals[0], 1);
        Parallel.For(0, count, i => sales[i] = shops.Seal(
            shops.Terminals[i % shops.Terminals.Count], 100 + i % 9_900));
        return sales;
    }
}
