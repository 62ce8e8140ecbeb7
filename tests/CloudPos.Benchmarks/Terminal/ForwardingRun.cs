using System.Diagnostics;
using CloudPos.Journal;
using CloudPos.Local.Demo;
using CloudPos.Terminal.Cli;
using CloudPos.Terminal.Journal;

namespace CloudPos.Benchmarks.Terminal;

/// <summary>
/// A backlog of cash sales goes to the local back office over HTTP, signed and compressed as in a shop;
/// beside it the till goes on selling. The rate is that of acknowledged entries, the latency that of sales
/// on disk.
/// </summary>
internal static class ForwardingRun
{
    private const int Backlog = 10_000;
    private static readonly Currency Eur = Currency.Parse("EUR");

    public static async Task Run(BenchmarkRun run)
    {
        var table = new ResultTable(
            "round", "entries", "entries/s", "sale p50 us alone", "p99", "while draining p50 us", "p99");
        for (var round = 1; round <= run.Rounds; round++)
        {
            var (world, till) = await LocalShop.Open(run);
            await using (world)
            {
                var opened = TerminalStore.TryOpen(till, TimeProvider.System);
                var store = opened.Store ?? throw new InvalidOperationException(opened.Sentence);
                using var context = new TerminalContext(store, TimeProvider.System);
                await Measure(run, context, round, table);
            }
        }
        await table.Print();
    }

    private static async Task Measure(
        BenchmarkRun run, TerminalContext context, int round, ResultTable table)
    {
        await FsyncProbe.UntilHealthy(run);
        var alone = new List<double>();
        var waiting = run.Scaled(Backlog);
        var began = Stopwatch.GetTimestamp();
        for (var sale = 0; sale < waiting; sale++)
            alone.Add(Sell(context.Store));
        var filled = new Samples(alone, Stopwatch.GetElapsedTime(began));

        var meanwhile = new List<double>();
        began = Stopwatch.GetTimestamp();
        var forwarding = Task.Run(() => context.Forwarder!.Run(CancellationToken.None));
        while (!forwarding.IsCompleted)
        {
            meanwhile.Add(Sell(context.Store));
            // A customer every 20 ms: many more than come, and few enough to let the backlog end.
            await Task.WhenAny(forwarding, Task.Delay(20));
        }
        var report = await forwarding;
        var drained = Stopwatch.GetElapsedTime(began);
        if (!report.IsComplete)
            throw new InvalidOperationException(report.Stopped);
        var during = new Samples(meanwhile, drained);
        table.Add(
            round, report.Entries, report.Entries / drained.TotalSeconds, filled.Microseconds(0.5),
            filled.Microseconds(0.99), during.Microseconds(0.5), during.Microseconds(0.99));
    }

    /// <returns>Seconds until it was on disk.</returns>
    private static double Sell(TerminalStore store)
    {
        var product = DemoCatalogue.Products[0];
        var price = new Money(product.PriceMinor, Eur);
        var line = new SaleLine(
            product.Sku, product.Name, 1, price, Money.Zero(Eur), product.TaxBasisPoints, price);
        var draft = new SaleDraft(
            Id.New(), "Kim", [line], [TaxLine.Included(price, product.TaxBasisPoints)], price,
            [new Tender(TenderKind.Cash, price, price)]);
        var began = Stopwatch.GetTimestamp();
        var outcome = store.CompleteSale(draft);
        return outcome.IsStored
            ? Stopwatch.GetElapsedTime(began).TotalSeconds
            : throw new InvalidOperationException(outcome.Sentence);
    }
}
