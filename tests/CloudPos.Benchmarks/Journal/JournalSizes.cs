using System.Diagnostics;
using System.Globalization;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Reports;

namespace CloudPos.Benchmarks.Journal;

/// <summary>
/// Whether a sale slows down as its journal grows: the same sale on a till that is new, on one of ten
/// thousand entries and on one of a hundred thousand, in turns within one run, so that a slow spell of the
/// machine meets them alike. By the clock and by processor time, which other users of the cores change less;
/// and how long a week's report takes then, and how long those folders take to open.
/// </summary>
internal static class JournalSizes
{
    /// <summary>So many that each turn moves the WAL into the file once, as every 350th sale does.</summary>
    private const int SalesOfTurn = 350;

    private const int SalesToWarmUp = 50;
    private static readonly int[] Sizes = [0, 10_000, 100_000];

    /// <summary>On a busy machine the largest one is made as large as this allows.</summary>
    private static readonly TimeSpan FillingMax = TimeSpan.FromMinutes(4);

    public static async Task Run(BenchmarkRun run)
    {
        var peers = new List<Peer>();
        try
        {
            foreach (var size in Sizes)
                peers.Add(await Peer.Filled(run, size == 0 ? 0 : run.Scaled(size)));
            for (var round = 0; round < run.Rounds; round++)
            {
                await FsyncProbe.UntilHealthy(run);
                foreach (var peer in peers)
                    await peer.Turn();
            }
            var table = new ResultTable(
                "entries", "sales/s", "p50 us", "p99 us", "cpu us", "of new", "report ms", "open ms", "MiB");
            foreach (var peer in peers)
                peer.AddTo(table, peers[0].ProcessorMicroseconds);
            await table.Print();
        }
        finally
        {
            foreach (var peer in peers)
                peer.Dispose();
        }
    }

    private sealed class Peer : IDisposable
    {
        private readonly BenchmarkRun _run;
        private readonly bool _isNew;
        private readonly List<double> _taken = [];
        private readonly List<double> _processor = [];
        private string _folder;
        private BenchmarkTill _till;
        private long _from;
        private long _to;

        private Peer(BenchmarkRun run, bool isNew)
        {
            (_run, _isNew, _folder) = (run, isNew, run.NewFolder("sizes"));
            _till = new BenchmarkTill(_folder);
        }

        /// <summary>Of each turn; the median of the turns counts.</summary>
        public double ProcessorMicroseconds => Samples.Median(_processor);

        public static async Task<Peer> Filled(BenchmarkRun run, int entries)
        {
            var peer = new Peer(run, entries == 0);
            var filling = Stopwatch.StartNew();
            while (peer._till.Store.LastNumber < entries && filling.Elapsed < FillingMax)
                await peer._till.SellByCard();
            if (peer._till.Store.LastNumber < entries)
                Console.WriteLine($"note: {entries} entries were not reached in {FillingMax.Minutes} min");
            peer._from = peer._till.Store.LastNumber;
            return peer;
        }

        public async Task Turn()
        {
            if (_isNew)
                Renew();
            for (var sale = 0; sale < SalesToWarmUp; sale++)
                await _till.SellByCard();
            var before = Environment.CpuUsage.TotalTime;
            for (var sale = 0; sale < SalesOfTurn; sale++)
            {
                var began = Stopwatch.GetTimestamp();
                await _till.SellByCard();
                _taken.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            }
            _processor.Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / SalesOfTurn);
            _to = _till.Store.LastNumber;
        }

        public void AddTo(ResultTable table, double ofNew)
        {
            var samples = new Samples(_taken, TimeSpan.FromSeconds(_taken.Sum()));
            var report = WeekOf(_till.Store);
            _till.Dispose();
            var began = Stopwatch.GetTimestamp();
            using (var opened = TerminalStore.TryOpen(_folder, TimeProvider.System).Store!)
                table.Add(
                    string.Create(CultureInfo.InvariantCulture, $"{_from:#,0} to {_to:#,0}"),
                    samples.PerSecond, samples.Microseconds(0.5), samples.Microseconds(0.99),
                    ProcessorMicroseconds, ProcessorMicroseconds / ofNew, report,
                    Stopwatch.GetElapsedTime(began).TotalMilliseconds, SizeOf(_folder));
        }

        public void Dispose() => _till.Dispose();

        private void Renew()
        {
            _till.Dispose();
            _folder = _run.NewFolder("sizes");
            _till = new BenchmarkTill(_folder);
            _from = _till.Store.LastNumber;
        }

        /// <summary>Milliseconds that the report of a week takes, which reads kept totals.</summary>
        private static double WeekOf(TerminalStore store)
        {
            var today = store.BusinessDateAt(store.Now).Date;
            var began = Stopwatch.GetTimestamp();
            SalesReport.Of(store, store.Enrolment!.Currency, today.AddDays(-6), today);
            return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }
    }

    private static double SizeOf(string folder) =>
        Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length) / 1_048_576.0;
}
