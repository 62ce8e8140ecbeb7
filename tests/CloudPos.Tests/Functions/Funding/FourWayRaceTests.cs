using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Tests.Functions.Settlement;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Funding;

/// <summary>The view is read while a closing seals a batch.</summary>
public class FourWayRaceTests
{
    [Theory]
    [InlineData(TableNames.Batch)]
    [InlineData(TableNames.Terminal)]
    public async Task A_batch_that_is_sealed_while_the_view_is_read_does_not_break_its_sum(string table)
    {
        await using var world = await MoneyWorld.Create();
        await world.CardSale("T1000001", 10_000, PaymentState.Approved);
        await world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        await world.CardSale("T1000001", 7_000, PaymentState.Approved);
        var engine = new InterruptedEngine(
            world.Engine, table, () => world.Get<Clearing>().Run(MoneyWorld.Merchant, default));

        var view = await world.Build(engine).GetRequiredService<FourWay>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, MoneyWorld.Date, default);

        Assert.True(engine.WasInterrupted);
        Assert.True(view.Holds, $"{view}");
        Assert.Equal(17_000, view.Buckets.Sum(bucket => bucket.Amount.Minor));
    }

    /// <summary>The engine, at whose first range of a table something else happens before.</summary>
    private sealed class InterruptedEngine(ITableEngine inner, string at, Func<Task> interrupt) : ITableEngine
    {
        public bool WasInterrupted { get; private set; }

        public Task EnsureTable(string table, CancellationToken cancel) => inner.EnsureTable(table, cancel);

        public Task<Row?> Get(string table, string partition, string key, CancellationToken cancel) =>
            inner.Get(table, partition, key, cancel);

        public async Task<RowPage> Range(
            string table, string partition, PageStart from, string? to, int max, CancellationToken cancel)
        {
            if (table == at && !WasInterrupted)
            {
                WasInterrupted = true;
                await interrupt();
            }
            return await inner.Range(table, partition, from, to, max, cancel);
        }

        public Task<RowPage> Scan(
            string table, (string Partition, string Key)? after, int max, CancellationToken cancel) =>
            inner.Scan(table, after, max, cancel);

        public Task<CommitResult> Commit(
            string table, string partition, IReadOnlyList<Change> changes, string commitId,
            CancellationToken cancel) => inner.Commit(table, partition, changes, commitId, cancel);

        /// <summary>The world's.</summary>
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
