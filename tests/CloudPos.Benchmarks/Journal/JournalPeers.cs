namespace CloudPos.Benchmarks.Journal;

/// <summary>Somebody who can store card sales, each durable before the next begins.</summary>
internal interface ISalePeer : IAsyncDisposable
{
    string Name { get; }

    Task Sell();
}

/// <summary>
/// Durable card sales per second, one after the other: ours through the real checkout (price, seal the card,
/// decide, encrypt, chain, commit, mark), the peers storing the same rows, of the same size, in clear.
/// </summary>
internal static class JournalPeers
{
    /// <summary>So that compiled code is measured, as the published terminal runs nothing else.</summary>
    private const int WarmUp = 600;

    public static async Task Run(BenchmarkRun run)
    {
        List<Func<ISalePeer>> peers =
        [
            () => new CheckoutPeer(run.NewFolder("ours")),
            () => new SqlitePeer(run.NewFolder("sqlite")),
            () => new EfCorePeer(run.NewFolder("efcore")),
            () => new LiteDbPeer(run.NewFolder("litedb")),
        ];
        await using var postgres = await PostgresServer.TryStart(run.NewFolder("postgres"));
        if (postgres is not null)
            peers.Add(() => new PostgresPeer(postgres));

        var results = new Dictionary<string, List<Samples>>();
        var probes = new List<double>();
        for (var round = 0; round < run.Rounds; round++)
            foreach (var make in peers)
            {
                await using var peer = make();
                for (var i = 0; i < WarmUp; i++)
                    await peer.Sell();
                probes.Add((await FsyncProbe.UntilHealthy(run)).PerSecond);
                var samples = await Samples.Collect(run.Seconds, peer.Sell);
                if (!results.TryGetValue(peer.Name, out var list))
                    results[peer.Name] = list = [];
                list.Add(samples);
            }
        await Print(results, Samples.Median(probes));
    }

    private static async Task Print(Dictionary<string, List<Samples>> results, double probe)
    {
        var bare = Samples.Median(results[SqlitePeer.Title].Select(samples => samples.PerSecond));
        var table = new ResultTable(
            "card sales", "sales/s (median)", "min", "max", "of bare SQLite", "of the sync probe", "p50 us",
            "p99 us");
        foreach (var (name, rounds) in results)
        {
            var rate = Samples.Median(rounds.Select(samples => samples.PerSecond));
            table.Add(
                name, rate, rounds.Min(samples => samples.PerSecond),
                rounds.Max(samples => samples.PerSecond), rate / bare, rate / probe,
                Samples.Median(rounds.Select(samples => samples.Microseconds(0.5))),
                Samples.Median(rounds.Select(samples => samples.Microseconds(0.99))));
        }
        await table.Print();
        Console.WriteLine($"sync probe: {probe:0}/s (median)");
    }
}
