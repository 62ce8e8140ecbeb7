using System.Diagnostics;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Journal;

namespace CloudPos.Benchmarks.Payments;

/// <summary>
/// What a customer waits for an online authorisation while deferred payments drain, and while there are none.
/// Customers come by the clock, whether or not those before them are answered, and as often in both; each is
/// timed from the moment when he comes. The last row is of all rounds together.
/// </summary>
internal static class Backlogs
{
    private const int Terminals = 20;
    private const int Backlog = 10_000;
    private const int CustomersMax = 2_000;
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(10);

    public static async Task Measure(BenchmarkRun run)
    {
        var table = new ResultTable(
            "round", "idle", "p50 ms", "p99 ms", "draining", "p50 ms", "p99 ms", "drained/s", "left");
        var (idle, busy) = (new List<double>(), new List<double>());
        for (var round = 1; round <= run.Rounds; round++)
        {
            await FsyncProbe.UntilHealthy(run);
            var (alone, _, _) = await Customers(run, 0);
            await FsyncProbe.UntilHealthy(run);
            var (among, drained, left) = await Customers(run, run.Scaled(Backlog));
            Add(table, round, alone, among, drained, left);
            idle.AddRange(alone);
            busy.AddRange(among);
        }
        Add(table, "all", idle, busy, double.NaN, "");
        await table.Print();
    }

    private static void Add(
        ResultTable table, object round, List<double> idle, List<double> busy, double drained, object left)
    {
        var (alone, among) = (new Samples(idle, default), new Samples(busy, default));
        table.Add(
            round, alone.Count, alone.Milliseconds(0.5), alone.Milliseconds(0.99), among.Count,
            among.Milliseconds(0.5), among.Milliseconds(0.99), drained, left);
    }

    /// <summary>
    /// Customers until all have come, or the backlog is through: whoever comes after it finds no drain.
    /// </summary>
    /// <returns>What each waited, how fast the backlog drained meanwhile, and what is left of it.</returns>
    private static async Task<(List<double> Seconds, double PerSecond, long Left)> Customers(
        BenchmarkRun run, int count)
    {
        await using var shops = await PayingShops.Open(run.NewFolder("backlog"), Terminals);
        var backlog = Authorisations.Sealed(shops, count);
        await Defer(shops, backlog);
        var (first, sales) = (Authorisations.Sealed(shops, 100),
            Authorisations.Sealed(shops, run.Scaled(CustomersMax)));
        // Counted before anything can be approved.
        var before = shops.Acquirer.ApprovedCount + first.Length;
        await shops.Start();
        await Authorisations.Ask(shops, first);
        var (waiting, began) = (new List<Task<double>>(), Stopwatch.GetTimestamp());
        long Drained() => shops.Acquirer.ApprovedCount - before
            - waiting.Count(one => one.IsCompletedSuccessfully);
        var already = Drained();
        // A thread of its own, so that a customer's time begins before he waits for one of the others'.
        await Task.Factory.StartNew(
            () =>
            {
                foreach (var sale in sales)
                {
                    // A few came before the line was up, and wait for their next try.
                    if (count > 0 && shops.Acquirer.ApprovedCount - before - waiting.Count > count * 0.99)
                        return;
                    var rest = (waiting.Count * Gap) - Stopwatch.GetElapsedTime(began);
                    if (rest > TimeSpan.Zero)
                        Thread.Sleep(rest);
                    var came = Stopwatch.GetTimestamp();
                    waiting.Add(Task.Run(() => Authorisations.Timed(shops, sale, came)));
                }
            },
            TaskCreationOptions.LongRunning);
        var seconds = await Task.WhenAll(waiting);
        var drained = Drained();
        return (
            [.. seconds], (drained - already) / Stopwatch.GetElapsedTime(began).TotalSeconds,
            count - drained);
    }

    /// <summary>Attempts and sales as ApplyJournal records them; doorbells wait for the start.</summary>
    private static Task Defer(PayingShops shops, Paying[] sales) => Parallel.ForEachAsync(
        sales.GroupBy(sale => sale.Terminal), async (mine, cancel) =>
        {
            var recorder = shops.Get<PaymentRecorder>();
            var acceptor = shops.Acceptor(mine.Key);
            var (journal, receipt) = (new JournalId(mine.Key, 1), 0);
            foreach (var sale in mine)
            {
                var done = sale.Completed(++receipt, []);
                var key = $"j.000001.a.{sale.Payment}.0";
                await shops.Insert(TableNames.Terminal, [new Row(mine.Key, key)]);
                var beside = await shops.Get<TablePort>().Get(TableNames.Terminal, mine.Key, key, cancel);
                await recorder.RecordAttempt(
                    acceptor, journal, sale.Attempted, sale.At,
                    new StoredAttachment(key, beside!.ETag!, sale.Card), cancel);
                await recorder.RecordAccepted(
                    acceptor, journal, done, done.Tenders[0].Payment!, sale.Amount,
                    DateOnly.FromDateTime(sale.At.UtcDateTime), sale.At, cancel);
            }
        });
}
