using CloudPos.Functions.Bus;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Local.Quantities;
using CloudPos.Tests.Functions;
using CloudPos.Tests.Functions.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Infra;

/// <summary>
/// What infra/quantities.json says of table requests is what the running back office makes, give or take a
/// quarter: a figure that has drifted further is to be corrected there.
/// </summary>
public sealed class QuantityCountTests
{
    private static readonly QuantityTable Table = QuantityTable.Shipped();

    [Fact]
    public async Task A_sale_is_handed_in_and_applied_with_the_stated_requests()
    {
        await using var till = await CountedTill.Start();
        await till.HandInAndApply(() => till.Terminal.Append(Cash(1)));

        var (handedIn, applied) = await till.HandInAndApply(() => till.Terminal.Append(Cash(2)));
        AssertStated(handedIn, "hand in a sale");
        AssertStated(applied, "run of apply-journal for a sale");

        var contact = Sales.Contact("ada@shop.example");
        (_, applied) = await till.HandInAndApply(
            () => till.Terminal.Append(Cash(3) with { ContactDigest = contact.Digest }, contact));
        AssertStated(applied, "run of apply-journal for a sale", "apply the address of a receipt");

        var card = Sales.SealedCard();
        var attempt = Sales.Attempt(300, card);
        (handedIn, applied) = await till.HandInAndApply(() => till.Terminal.Append(attempt, card));
        AssertStated(handedIn, "hand in an attempt");
        AssertStated(applied, "run of apply-journal for an attempt");
        (_, applied) = await till.HandInAndApply(
            () => till.Terminal.Append(Sales.Card(4, attempt, null, ("A", 1), ("B", 1), ("C", 1))));
        AssertStated(applied, "run of apply-journal for a sale", "apply the payment of a card sale");
    }

    [Fact]
    public async Task An_idle_terminal_and_an_idle_back_office_make_the_stated_requests()
    {
        await using var till = await CountedTill.Start();
        var cursor = (await till.Terminal.FeedToEnd()).Cursor;
        await till.HandInAndApply(() => till.Terminal.Append(Cash(1)));

        AssertStated(await till.Count(() => till.Terminal.Feed(cursor)), "fetch the feed after a sale");
        cursor = (await till.Terminal.FeedToEnd(cursor)).Cursor;
        till.Wait();
        AssertStated(
            await till.Count(till.Terminal.Acknowledged), "ask whether there is anything: acknowledgement");
        AssertStated(
            await till.Count(() => till.Terminal.Feed(cursor)), "ask whether there is anything: feed");
        AssertStated(await till.Count(() => till.Service<Sweep>().Run(default)), "sweep");
    }

    [Fact]
    public async Task A_payment_is_asked_for_with_the_stated_requests()
    {
        await using var world = await PaymentWorld.Start();
        var deferred = world.Sale();
        await world.Attempt(deferred);
        await world.Accept(deferred);
        var asked = await Count(world, () => world.RunDue());
        // The test finds the work by a sweep of its own.
        var sweep = await Count(world, () => world.RunDue());
        AssertStated(asked - sweep, "ask the acquirer for a deferred payment");

        var live = world.Sale();
        AssertStated(
            await Count(world, () => world.Ask(live)) + SignedRequest,
            "ask the acquirer for a waiting customer");
    }

    /// <summary>Whose key it is, and when it called.</summary>
    private static TableRequests SignedRequest => new(3, 0, 1);

    private static async Task<TableRequests> Count(PaymentWorld world, Func<Task> run)
    {
        var before = world.Counting.Requests;
        await run();
        return world.Counting.Requests - before;
    }

    private static SaleCompleted Cash(long receipt) =>
        Sales.Cash(receipt, ("A", 1), ("B", 1), ("C", 1));

    private static void AssertStated(TableRequests counted, params IReadOnlyList<string> activities)
    {
        double Stated(string meter) => activities.Sum(name =>
            Table.Activities.Single(activity => activity.Name == name).Uses.GetValueOrDefault(meter));
        var stated = (Stated("tableReads"), Stated("tableQueries"), Stated("tableCommits"));
        Assert.True(
            IsNear(counted.Reads, stated.Item1) && IsNear(counted.Queries, stated.Item2)
                && IsNear(counted.Commits, stated.Item3),
            $"{string.Join(" + ", activities)}: stated reads, queries, commits {stated}, counted {counted}");
    }

    private static bool IsNear(int counted, double stated) =>
        Math.Abs(counted - stated) <= Math.Max(1, stated / 4);

    /// <summary>A terminal at a back office that counts; nothing runs by itself.</summary>
    private sealed class CountedTill : IAsyncDisposable
    {
        private TestBackOffice _office = null!;
        private CountingEngine _engine = null!;
        private int _sent;

        public TestTerminal Terminal { get; private set; } = null!;

        public static async Task<CountedTill> Start()
        {
            var till = new CountedTill();
            till._office = await TestBackOffice.WithStore(services =>
            {
                foreach (
                    var triggers in services.Where(
                        s => s.ImplementationType == typeof(StandaloneTriggers)).ToList())
                    services.Remove(triggers);
                services.AddSingleton(provider => new TablePort(
                    till._engine = new CountingEngine(SqliteTableEngine.Open(
                        Path.Combine(provider.GetRequiredService<BackOfficeOptions>().Data, "tables.db"))),
                    TimeProvider.System));
            });
            till.Terminal = await till._office.Enrol();
            return till;
        }

        public T Service<T>() where T : notnull => _office.Services.GetRequiredService<T>();

        /// <summary>Time enough for the next call to be noted as a contact.</summary>
        public void Wait() => _office.Time.Shift += TimeSpan.FromSeconds(30);

        public async Task<TableRequests> Count(Func<Task> run)
        {
            var before = _engine.Requests;
            await run();
            return _engine.Requests - before;
        }

        public async Task<(TableRequests HandedIn, TableRequests Applied)> HandInAndApply(Action append)
        {
            Wait();
            append();
            var (from, to) = (_sent + 1, _sent = Terminal.Entries.Count);
            var handedIn = await Count(() => Terminal.Uploaded(from, to));
            var id = $"{Terminal.Journal.Terminal}.{Terminal.Journal.Epoch}.{to}";
            var bell = new Doorbell(ApplyOwed.Kind, id);
            return (handedIn, await Count(() => Service<ApplyJournal>().Run(bell, default)));
        }

        public ValueTask DisposeAsync() => _office.DisposeAsync();
    }
}
