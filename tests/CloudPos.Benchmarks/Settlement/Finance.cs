using System.Diagnostics;
using CloudPos.Benchmarks.Journal;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Totals;
using Npgsql;

namespace CloudPos.Benchmarks.Settlement;

/// <summary>
/// What finance waits for: closing and reporting a day, and a report over a range, with the kept totals and
/// by reading all rows; beside PostgreSQL doing the same sums over the same payments.
/// </summary>
internal static class Finance
{
    private const int DayPayments = 100_000;
    private const int RangePayments = 1_000_000;
    private const int RangeDays = 100;

    public static async Task Day(BenchmarkRun run)
    {
        var table = new ResultTable(
            "a day of payments", "batch, s", "settle, s", "report, s", "all, s", "processor, s");
        var count = run.Scaled(DayPayments);
        await using var year = await MerchantYear.Create(run.NewFolder("day"));
        await year.Sell(count, 1, ready: true);
        var before = Environment.CpuUsage.TotalTime;
        var batch = await Seconds(() => year.Get<Clearing>().Run(MerchantYear.Merchant, default));
        var cycle = (await year.Get<ClearingBatches>().Cycles(
            MerchantYear.Merchant, MerchantYear.Eur, default)).Single();
        var id = cycle.Batches.Last();
        var settle = await Seconds(async () => await year.Get<PaymentStamps>().Settle(
            id, await year.Get<ClearingBatches>().Members(id, default), default));
        var report = await Seconds(() => year.Get<ReportVersions>().Begin(
            MerchantYear.Merchant, MerchantYear.First, default));
        var processor = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        table.Add($"{count:#,0}, here", batch, settle, report, batch + settle + report, processor);
        if (await Postgres(run, count, 1) is { } peer)
        {
            await using (peer)
            {
                var (stamp, settled, sums) = (
                    await Seconds(() => peer.Run("UPDATE payment SET state = 11, batch = 1 WHERE state = 4")),
                    await Seconds(() => peer.Run("UPDATE payment SET state = 12 WHERE state = 11")),
                    await Seconds(() => peer.Run(PaymentTable.Sums)));
                table.Add(
                    $"{count:#,0}, PostgreSQL", stamp, settled, sums, stamp + settled + sums, double.NaN);
            }
        }
        await table.Print();
    }

    public static async Task Range(BenchmarkRun run)
    {
        var table = new ResultTable("a range of payments", "seconds");
        var count = run.Scaled(RangePayments);
        await using var year = await MerchantYear.Create(run.NewFolder("range"));
        await year.Sell(count, RangeDays, ready: false);
        var to = MerchantYear.First.AddDays(RangeDays - 1);
        table.Add($"{count:#,0}, kept totals", await Seconds(() => year.Get<RangeReport>().Of(
            MerchantYear.Merchant, "Merchant", MerchantYear.Eur, MerchantYear.First, to, default)));
        table.Add($"{count:#,0}, all rows", await Seconds(async () =>
        {
            foreach (var terminal in MerchantYear.TerminalIds)
            {
                var scan = new TotalsScan(year.Tables);
                await scan.Read(terminal, default);
                if (scan.Differences().Any())
                    throw new InvalidOperationException("The kept totals are not the sum of the rows.");
            }
        }));
        if (await Postgres(run, count, RangeDays) is { } peer)
            await using (peer)
                table.Add(
                    $"{count:#,0}, PostgreSQL, all rows", await Seconds(() => peer.Run(PaymentTable.Sums)));
        await table.Print();
    }

    private static async Task<PaymentTable?> Postgres(BenchmarkRun run, int count, int days) =>
        await PostgresServer.TryStart(run.NewFolder("postgres")) is { } server
            ? await PaymentTable.Fill(server, count, days)
            : null;

    private static async Task<double> Seconds(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>The same payments in one table of PostgreSQL.</summary>
    private sealed class PaymentTable(PostgresServer server, NpgsqlConnection connection) : IAsyncDisposable
    {
        public const string Sums =
            "SELECT business_date, approval, scheme, state, count(*), sum(amount) FROM payment "
            + "GROUP BY business_date, approval, scheme, state";

        public static async Task<PaymentTable> Fill(PostgresServer server, int count, int days)
        {
            var connection = new NpgsqlConnection(server.Connection);
            await connection.OpenAsync();
            var table = new PaymentTable(server, connection);
            await table.Run(
                "CREATE TABLE payment (id uuid PRIMARY KEY, terminal text, business_date date, "
                + "approval int, scheme int, state int, amount bigint, receipt text, batch int)");
            await table.Run(
                "INSERT INTO payment SELECT gen_random_uuid(), 'T' || (i % 10), "
                + $"date '2026-01-01' + (i % {days}), 1, 1 + i % 3, 4, 100 + i * 37 % 9900, 'R' || i, NULL "
                + $"FROM generate_series(1, {count}) AS i");
            await table.Run("ANALYZE payment");
            return table;
        }

        public async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                _ = reader.FieldCount;
        }

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            await server.DisposeAsync();
        }
    }
}
