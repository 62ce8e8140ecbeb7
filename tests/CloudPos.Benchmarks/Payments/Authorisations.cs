using System.Diagnostics;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Benchmarks.Payments;

/// <summary>
/// Online authorisations: over the line with many in flight, and one after the other while a backlog drains.
/// Each opens the sealed card, stores that it asks, asks over TCP, stores the answer with what follows from
/// it, and tells the terminal.
/// </summary>
internal static class Authorisations
{
    private const int InFlight = 50;
    private const int Backlog = 10_000;

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

    /// <summary>A customer every 20 ms, alone and while ten thousand deferred payments drain.</summary>
    public static async Task DuringBacklog(BenchmarkRun run)
    {
        var table = new ResultTable(
            "round", "idle p50 ms", "p99 ms", "draining p50 ms", "p99 ms", "asked meanwhile", "drained/s");
        for (var round = 1; round <= run.Rounds; round++)
        {
            await FsyncProbe.UntilHealthy(run);
            var idle = await Idle(run);
            var (busy, drained) = await Draining(run);
            table.Add(
                round, idle.Milliseconds(0.5), idle.Milliseconds(0.99), busy.Milliseconds(0.5),
                busy.Milliseconds(0.99), busy.Count, drained);
        }
        await table.Print();
    }

    private static async Task<Samples> Idle(BenchmarkRun run)
    {
        await using var shops = await PayingShops.Open(run.NewFolder("idle"), 20);
        await shops.Start();
        await Ask(shops, Sealed(shops, 100));
        var began = Stopwatch.GetTimestamp();
        return await Customers(shops, () => Stopwatch.GetElapsedTime(began).TotalSeconds < run.Seconds);
    }

    private static async Task<(Samples, double)> Draining(BenchmarkRun run)
    {
        await using var shops = await PayingShops.Open(run.NewFolder("backlog"), 20);
        var backlog = Sealed(shops, run.Scaled(Backlog));
        await Defer(shops, backlog);
        // Counted before anything can be approved: what is missed here would be waited for without end.
        var (began, before) = (Stopwatch.GetTimestamp(), shops.Acquirer.ApprovedCount);
        await shops.Start();
        var asked = 0;
        var samples = await Customers(
            shops, () => shops.Acquirer.ApprovedCount - before - asked++ < backlog.Length);
        return (samples, backlog.Length / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    /// <summary>Attempts and sales as ApplyJournal records them; doorbells wait for the start.</summary>
    private static Task Defer(PayingShops shops, Paying[] sales) => Parallel.ForEachAsync(
        sales.GroupBy(sale => sale.Terminal), async (mine, cancel) =>
        {
            var recorder = shops.Get<Functions.Payments.PaymentRecorder>();
            var acceptor = shops.Acceptor(mine.Key);
            var (journal, receipt) = (new JournalId(mine.Key, 1), 0);
            foreach (var sale in mine)
            {
                var done = sale.Completed(++receipt, []);
                var key = $"j.000001.a.{sale.Payment}.0";
                await shops.Insert(
                    Functions.Fleet.TableNames.Terminal, [new Functions.Tables.Row(mine.Key, key)]);
                var beside = await shops.Get<Functions.Tables.TablePort>().Get(
                    Functions.Fleet.TableNames.Terminal, mine.Key, key, cancel);
                await recorder.RecordAttempt(
                    acceptor, journal, sale.Attempted, sale.At,
                    new Functions.Payments.StoredAttachment(key, beside!.ETag!, sale.Card), cancel);
                await recorder.RecordAccepted(
                    acceptor, journal, done, done.Tenders[0].Payment!, sale.Amount,
                    DateOnly.FromDateTime(sale.At.UtcDateTime), sale.At, cancel);
            }
        });

    private static async Task<Samples> Customers(PayingShops shops, Func<bool> goOn)
    {
        var (taken, all, number) = (new List<double>(), Stopwatch.StartNew(), 0);
        while (goOn())
        {
            var sale = shops.Seal(shops.Terminals[number++ % shops.Terminals.Count], 1_250);
            taken.Add(await Timed(shops, sale));
            await Task.Delay(20);
        }
        return new Samples(taken, all.Elapsed);
    }

    private static async Task<Samples> Ask(PayingShops shops, Paying[] sales)
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

    private static async Task<double> Timed(PayingShops shops, Paying sale)
    {
        var began = Stopwatch.GetTimestamp();
        var result = await shops.Authorise(sale);
        return result.Answer?.Result == AuthoriseResult.Approved
            ? Stopwatch.GetElapsedTime(began).TotalSeconds
            : throw new InvalidOperationException(
                result.Problem?.Sentence ?? result.Answer?.Sentence ?? "No answer.");
    }

    private static Paying[] Sealed(PayingShops shops, int count)
    {
        var sales = new Paying[count];
        shops.Seal(shops.Terminals[0], 1);
        Parallel.For(0, count, i => sales[i] = shops.Seal(
            shops.Terminals[i % shops.Terminals.Count], 100 + i % 9_900));
        return sales;
    }
}
