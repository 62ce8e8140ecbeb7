using System.Text.Json;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Totals;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Payments;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>
/// Random trading in two currencies against the acquirer of infra/local over its socket, while the back
/// office is killed at a random commit of each thing that it does: asking for the closing of a day, carrying
/// it out, comparing totals, making reports, entering bank statements, recording chargebacks. Closings run
/// twice and at once. What the acquirer says in its own log is added up here, and is what batches, totals,
/// reports and the four-way view say.
/// </summary>
public sealed class AcquirerBookTests
{
    private const string Declined = "4000000000009995";
    private static readonly Currency[] Currencies = [MoneyWorld.Eur, MoneyWorld.Chf];

    private enum Deed
    {
        Keep = 0,
        Void = 1,
        RefundPart = 2,
        VoidAfterClosing = 3,
        RefundAfterClosing = 4,
        ChargeBack = 5,
        Lose = 6,
    }

    [Fact]
    public async Task Whatever_is_killed_our_sums_are_what_the_acquirers_own_log_adds_up_to()
    {
        var kills = 0;
        await Gen.Select(
            Gen.Select(Gen.Bool, Gen.Enum<Deed>(), Gen.Int[2, 99_999], Gen.Int[0, 1]).Array[1, 10],
            Gen.Int[0, int.MaxValue])
            .SampleAsync(async (sales, seed) => kills += await Trade(sales, new Random(seed)),
                iter: 8, threads: 1);
        Assert.True(kills > 10, $"only {kills} kills");
    }

    /// <returns>How often something was killed.</returns>
    private static async Task<int> Trade(
        (bool IsLive, Deed Deed, int Minor, int Currency)[] sales, Random random)
    {
        using var folder = new TestFolder();
        await using var acquirer = await AcquirerHost.StartAsync(
            new AcquirerOptions(folder.Path), new FakeTimeProvider(PaymentWorld.Noon));
        await using var world = await PaymentWorld.Start(port: acquirer.Address.Port);
        await using var rooms = BookShop.Rooms(world);
        await BookShop.Furnish(world, rooms);
        var (shop, office) = (new BookShop(world, rooms), new KilledOffice(world, rooms, random));
        var sold = new List<(TestSale Sale, Deed Deed)>();
        foreach (var (isLive, deed, minor, currency) in sales)
            sold.Add((await shop.Sell(
                isLive && deed != Deed.Lose, new Money(minor, Currencies[currency]),
                deed == Deed.Lose ? Declined : TestCards.Visa), deed));
        await Do(Deed.Void, shop.Void);
        await Do(Deed.RefundPart, shop.Refund);
        await office.Close();
        await Do(Deed.VoidAfterClosing, shop.Void);
        await Do(Deed.RefundAfterClosing, shop.Refund);
        await office.Close();
        await Do(Deed.ChargeBack, office.ChargeBack);
        foreach (var currency in Currencies)
            await office.Pay(currency);
        await office.Settle();

        foreach (var currency in Currencies)
            await Check(
                world, rooms, acquirer, currency,
                [.. sold.Where(one => one.Sale.Amount.Currency == currency)]);
        await CheckBatches(rooms, sold.Select(one => one.Sale), world);
        return office.Kills;

        async Task Do(Deed deed, Func<TestSale, Task> what)
        {
            await office.Settle();
            foreach (var (sale, _) in sold.Where(one => one.Deed == deed))
                await what(sale);
            await office.Settle();
        }
    }

    private static async Task Check(
        PaymentWorld world, IServiceProvider rooms, AcquirerHost acquirer, Currency currency,
        IReadOnlyList<(TestSale Sale, Deed Deed)> sold)
    {
        var (taken, given) = await BookShop.Log(acquirer, currency);
        Assert.Equal(
            sold.Where(one => one.Deed is not (Deed.Void or Deed.Lose)).Sum(one => one.Sale.Amount.Minor),
            taken);
        var cycles = await rooms.GetRequiredService<ClearingBatches>().Cycles(
            PaymentWorld.Merchant, currency, default);
        Assert.All(cycles, cycle => Assert.Equal(Balance.InBalance, cycle.Balance));
        Assert.Equal(taken - given, cycles.Sum(cycle => cycle.Ours!.NetMinor));
        var view = await rooms.GetRequiredService<FourWay>().Of(
            PaymentWorld.Merchant, currency, BookShop.Today, BookShop.Today, default);
        Assert.True(view.Holds);
        var givenBack = view.Buckets.Single(one => one.Name == "Given back to cards").Amount.Minor;
        Assert.Equal((taken - given, given), (view.Cleared.Minor, givenBack));
        var charged = sold.Where(one => one.Deed == Deed.ChargeBack).Sum(one => one.Sale.Amount.Minor);
        Assert.Equal(
            (taken - given - charged, charged),
            (view.Bank.Minor, view.Buckets
                .Where(one => one.Name.StartsWith("Charged back", StringComparison.Ordinal))
                .Sum(one => one.Amount.Minor)));

        var report = await rooms.GetRequiredService<ReportVersions>().Find(
            PaymentWorld.Merchant, BookShop.Today, currency, null, default);
        if (sold.Count == 0 && report is null)
            return;
        Assert.NotNull(report);
        var figures = report.Figures;
        Assert.True(figures.Proof.Holds && figures.Refunds!.Proof.Holds);
        Assert.Equal(sold.Sum(one => one.Sale.Amount.Minor), figures.Sales.Amount.Minor);
        Assert.Equal(taken, figures.Settled.Minor);
        Assert.Equal(charged, figures.Chargebacks.Sum(one => one.Amount.Minor));
        Assert.Equal(taken - given, figures.Batches.Sum(batch => batch.OfDate.Amount.Minor));
        // The newest version is what the rows say now: nothing that was killed left it behind.
        var facts = (await rooms.GetRequiredService<ReportReader>().Read(
            PaymentWorld.Merchant, BookShop.Today, default)).Single(one => one.Currency == currency);
        Assert.Empty(FigureLines.Changes(figures, FiguresOf.Facts(facts)));
        var scan = new TotalsScan(world.Tables);
        await scan.Read(PaymentWorld.Terminal, default);
        Assert.Empty(scan.Differences());
    }

    /// <summary>Each payment that took money is in one batch, of its own currency, and no other is.</summary>
    private static async Task CheckBatches(
        IServiceProvider rooms, IEnumerable<TestSale> sold, PaymentWorld world)
    {
        var batches = rooms.GetRequiredService<ClearingBatches>();
        var members = new List<(Id Payment, Currency Currency)>();
        foreach (var currency in Currencies)
            foreach (var cycle in await batches.Cycles(PaymentWorld.Merchant, currency, default))
                foreach (var head in await batches.Heads(cycle, default))
                    members.AddRange((await batches.Members(head.Id, default))
                        .Where(member => member.AmountMinor > 0)
                        .Select(member => (member.Payment, currency)));
        var settled = new List<(Id, Currency)>();
        foreach (var sale in sold)
            if ((await world.Find(sale)).State == PaymentState.Settled)
                settled.Add((sale.Payment, sale.Amount.Currency));
        Assert.Equal(settled.Order(), members.Order());
        Assert.Equal(members.Count, members.DistinctBy(member => member.Payment).Count());
    }

    /// <summary>A back office that is killed at each thing it does, and then does it all the same.</summary>
    private sealed class KilledOffice(PaymentWorld world, IServiceProvider rooms, Random random)
    {
        private readonly string _day = BookShop.Today.ToString("O");
        private int _cases;

        public int Kills { get; private set; }

        public async Task Close()
        {
            await Settle();
            var call = Call(new() { ["store"] = BookShop.Store, ["date"] = _day }, """{"force":true}"""u8);
            await Killed<Days>(days => days.Close(call, default));
            Assert.Equal(200, (await rooms.GetRequiredService<Days>().Close(call, default)).Status);
            var bell = new Doorbell(CloseDay.Queue, CloseDay.IdOf(BookShop.Store, BookShop.Today));
            await Killed<CloseDay>(close => close.Handle(bell, default));
            await using var one = BookShop.Rooms(world);
            await using var other = BookShop.Rooms(world);
            await Task.WhenAll(new[] { one, other }.Select(office => Task.Run(() => Deliveries.UntilDone(
                () => office.GetRequiredService<CloseDay>().Handle(bell, default)))));
            await Settle();
            Assert.Equal(DayState.Closed, (await rooms.GetRequiredService<Closings>().Find(
                BookShop.Store, BookShop.Today, default)).State);
        }

        public async Task ChargeBack(TestSale sale)
        {
            var currency = sale.Amount.Currency;
            var body = new ChargebackBody(
                $"CASE-{++_cases}", PaymentWorld.Terminal, sale.Amount.Minor, BookShop.Today, "fraud",
                $"{sale.Payment}");
            var call = Call(
                new() { ["merchant"] = PaymentWorld.Merchant, ["currency"] = currency.Code },
                JsonSerializer.SerializeToUtf8Bytes(body, LedgerJson.Default.ChargebackBody));
            await Killed<Chargebacks>(cases => cases.Post(call, default));
            Assert.Equal(200, (await rooms.GetRequiredService<Chargebacks>().Post(call, default)).Status);
        }

        /// <summary>All in one transfer, less what was charged back; the statement is sent twice.</summary>
        public async Task Pay(Currency currency)
        {
            var cases = await rooms.GetRequiredService<Chargebacks>().All(
                PaymentWorld.Merchant, currency, default);
            var bank = rooms.GetRequiredService<BankStatements>();
            var (due, dates) = (-cases.Sum(one => one.OwedMinor), new List<string>());
            foreach (var cycle in await rooms.GetRequiredService<ClearingBatches>().Cycles(
                PaymentWorld.Merchant, currency, default))
            {
                due += (await bank.PayoutOf(cycle, default)).Open.Minor;
                dates.Add(cycle.Cycle.DateText);
            }
            if (due == 0)
            {
                await Say(currency, cases, dates);
                return;
            }
            var entry = new BankEntry(
                1, BookShop.Today.AddDays(3), new Money(due, currency), "DE02", "R1",
                $"{PaymentWorld.Merchant} {string.Join(' ', dates)} "
                + string.Join(' ', cases.Select(one => one.Case)));
            var statement = new BankStatement([entry], []);
            await Killed<BankStatements>(killed =>
                killed.Enter(PaymentWorld.Merchant, statement, "Fay", default));
            await bank.Enter(PaymentWorld.Merchant, statement, "Fay", default);
            var again = await bank.Enter(PaymentWorld.Merchant, statement, "Fay", default);
            Assert.Equal(1, again.Duplicate);
        }

        /// <summary>What eats a payout up comes with no bank entry; the acquirer's letter tells it.</summary>
        private async Task Say(Currency currency, IEnumerable<Chargeback> cases, IEnumerable<string> dates)
        {
            foreach (var one in cases)
            {
                var call = Call(
                    new()
                    {
                        ["merchant"] = PaymentWorld.Merchant, ["currency"] = currency.Code,
                        ["case"] = one.Case,
                    },
                    JsonSerializer.SerializeToUtf8Bytes(
                        new TakenBody(DateOnly.ParseExact(dates.Single(), "yyyyMMdd", null)),
                        LedgerJson.Default.TakenBody));
                await Killed<TakenCases>(taken => taken.Post(call, default));
                await rooms.GetRequiredService<TakenCases>().Post(call, default);
            }
        }

        /// <summary>Lets time pass until nothing is owed; each piece of work may be killed first.</summary>
        public async Task Settle()
        {
            for (var round = 0; await world.OwedCount() > 0; round++)
            {
                Assert.True(round < 600, "Work stays owed for ever.");
                var rows = new List<DueRow>();
                await foreach (var row in world.Due.Sweep(world.Time.GetUtcNow(), TimeSpan.Zero, 1_000))
                    rows.Add(row);
                foreach (var row in rows)
                    await (row.Kind switch
                    {
                        CloseDay.Queue => Twice<CloseDay>(room => room.Handle(row.Doorbell, default)),
                        ReportOwed.Queue => Twice<RefreshReport>(room => room.Handle(row.Doorbell, default)),
                        ReconcileOwed.Queue =>
                            Twice<ReconcileCycle>(room => room.Handle(row.Doorbell, default)),
                        _ => Task.CompletedTask,
                    });
                await world.RunDue(kind => kind is not (
                    CloseDay.Queue or ReportOwed.Queue or ReconcileOwed.Queue));
                world.Time.Advance(TimeSpan.FromMinutes(20));
            }
        }

        private async Task Twice<TRoom>(Func<TRoom, Task> what) where TRoom : notnull
        {
            if (random.Next(2) == 0)
                await Killed(what);
            await Deliveries.UntilDone(() => what(rooms.GetRequiredService<TRoom>()));
        }

        private async Task Killed<TRoom>(Func<TRoom, Task> what) where TRoom : notnull
        {
            var engine = new KilledEngine(world.Engine, random.Next(1, 8), random.Next(2) == 0);
            await using var killed = BookShop.Rooms(world, engine);
            var fault = await Record.ExceptionAsync(() => what(killed.GetRequiredService<TRoom>()));
            Assert.True(fault is null or KilledException, fault?.ToString());
            Kills += fault is null ? 0 : 1;
        }

        private static Call Call(Dictionary<string, string> route, ReadOnlySpan<byte> body) =>
            new(route, new Dictionary<string, string>(), body.ToArray())
            {
                Person = new Person("Fay", [Role.Finance, Role.Manager]),
            };
    }
}
