using System.Text.Json;
using CloudPos.Crypto;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Journals;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Iso8583;
using CloudPos.Journal;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Functions.Payments;
using CloudPos.Tests.Functions.Vault;
using CloudPos.Wire;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>
/// Random trading against the acquirer of infra/local over its socket. What it says in its own log of who
/// paid and who got money back is added up here, and is what batches, totals and the four-way view say.
/// </summary>
public sealed class AcquirerBookTests
{
    private static readonly DateOnly Today = DateOnly.FromDateTime(PaymentWorld.Noon.UtcDateTime);

    private enum Deed
    {
        Keep = 0,
        Void = 1,
        RefundPart = 2,
        VoidAfterClosing = 3,
        RefundAfterClosing = 4,
    }

    [Fact]
    public async Task Our_totals_are_what_the_acquirers_own_log_adds_up_to() => await Gen
        .Select(Gen.Bool, Gen.Enum<Deed>(), Gen.Int[2, 99_999]).Array[1, 10]
        .SampleAsync(async sales =>
        {
            using var folder = new TestFolder();
            await using var acquirer = await AcquirerHost.StartAsync(
                new AcquirerOptions(folder.Path), new FakeTimeProvider(PaymentWorld.Noon));
            await using var world = await PaymentWorld.Start(port: acquirer.Address.Port);
            await using var rooms = await Rooms(world);
            var shop = new Shop(world, rooms);
            var sold = new List<(TestSale Sale, Deed Deed)>();
            foreach (var (isLive, deed, minor) in sales)
                sold.Add((await shop.Sell(isLive, minor), deed));
            await shop.Do(sold, Deed.Void, shop.Void);
            await shop.Do(sold, Deed.RefundPart, shop.Refund);
            await shop.Close();
            await shop.Do(sold, Deed.VoidAfterClosing, shop.Void);
            await shop.Do(sold, Deed.RefundAfterClosing, shop.Refund);
            await shop.Close();

            var (taken, given) = await Log(acquirer);
            Assert.Equal(
                sold.Where(one => one.Deed != Deed.Void).Sum(one => one.Sale.Amount.Minor), taken);
            var cycle = Assert.Single(await rooms.GetRequiredService<ClearingBatches>().Cycles(
                PaymentWorld.Merchant, MoneyWorld.Eur, default));
            Assert.Equal((Balance.InBalance, taken - given), (cycle.Balance, cycle.Ours!.NetMinor));
            var view = await rooms.GetRequiredService<FourWay>().Of(
                PaymentWorld.Merchant, MoneyWorld.Eur, Today, Today, default);
            Assert.True(view.Holds);
            var givenBack = view.Buckets.Single(one => one.Name == "Given back to cards").Amount.Minor;
            Assert.Equal((taken - given, given), (view.Cleared.Minor, givenBack));
            var scan = new TotalsScan(world.Tables);
            await scan.Read(PaymentWorld.Terminal, default);
            Assert.Empty(scan.Differences());
        }, iter: 6, threads: 1);

    /// <summary>What cardholders paid, and what they got back.</summary>
    private static async Task<(long Taken, long Given)> Log(AcquirerHost acquirer)
    {
        using var http = new HttpClient();
        var json = await http.GetStringAsync(new Uri($"{acquirer.ControlAddress}/log"));
        var (taken, given) = (0L, 0L);
        foreach (var line in JsonDocument.Parse(json).RootElement.EnumerateArray())
        {
            var transaction = line.GetProperty("transaction");
            if (transaction.GetProperty("code").GetString() != ResponseCode.Approved
                || line.GetProperty("reversed").GetBoolean())
                continue;
            var minor = transaction.GetProperty("amountMinor").GetInt64();
            if (transaction.GetProperty("processing").GetString() == ProcessingCode.Refund)
                given += minor;
            else
                taken += minor;
        }
        return (taken, given);
    }

    private static async Task<ServiceProvider> Rooms(PaymentWorld world)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(new BackOfficeOptions { Data = world.Folder })
            .AddSingleton<TimeProvider>(world.Time).AddSingleton(world.Tables).AddSingleton(world.Due)
            .AddSingleton(world.Lines).AddSingleton<IBus, MoneyWorld.SilentBus>()
            .AddSingleton(_ => TestKeys.Open(Path.Combine(world.Folder, "other-keys"), world.Time))
            .AddFleet().AddTotals().AddSettlement().AddFunding().AddReports();
        var rooms = services.BuildServiceProvider();
        var register = rooms.GetRequiredService<Register>();
        await register.Enter(Register.TerminalsOf(PaymentWorld.Merchant), PaymentWorld.Terminal, default);
        var row = new Row(PaymentWorld.Terminal, TerminalIdentity.Key);
        new TerminalIdentity(
            PaymentWorld.Terminal, PaymentWorld.Merchant, "berlin-1", 1, TerminalStanding.Active, null,
            PaymentWorld.Noon).WriteTo(row);
        Assert.Null(await world.Tables.TryCommit(
            TableNames.Terminal, PaymentWorld.Terminal, [Change.Insert(row)]));
        return rooms;
    }

    private sealed class Shop(PaymentWorld world, ServiceProvider rooms)
    {
        private readonly TerminalDays _days = rooms.GetRequiredService<TerminalDays>();
        private long _number;

        public async Task<TestSale> Sell(bool isLive, long minor)
        {
            var sale = world.Sale(minor);
            if (isLive)
                await world.Ask(sale);
            await world.Attempt(sale);
            var approval = isLive ? Approval.Online : Approval.Deferred;
            Assert.Equal(RecordResult.Recorded, (await world.Accept(sale, approval)).Result);
            var card = new Tender(TenderKind.Card, sale.Amount, sale.Amount, sale.Paid(approval));
            var number = ++_number;
            var entry = Entry.Create(
                PaymentWorld.Journal, number, EntryHash.Genesis(PaymentWorld.Journal), sale.At, Today,
                sale.Completed with { Tenders = [card], Taxes = [TaxLine.Included(sale.Amount, 1900)] });
            var row = SaleRow.New(entry.Header, (SaleCompleted)entry.Body, world.Time.GetUtcNow());
            Assert.Null(await world.Tables.TryCommit(
                TableNames.Terminal, PaymentWorld.Terminal,
                [Change.Insert(row), .. await _days.Sold(row, default)]));
            return sale;
        }

        public async Task Do(
            IEnumerable<(TestSale Sale, Deed Deed)> sold, Deed deed, Func<TestSale, Task> what)
        {
            await world.Settle();
            foreach (var (sale, _) in sold.Where(one => one.Deed == deed))
                await what(sale);
            await world.Settle();
        }

        public async Task Void(TestSale sale)
        {
            var row = (await world.Tables.Get(
                TableNames.Terminal, PaymentWorld.Terminal, SaleRow.KeyOf(sale.Sale)))!;
            row["voidEpoch"] = 1;
            row["voidedBy"] = ++_number;
            row["voidBusinessDate"] = Today.ToString("O");
            Assert.Null(await world.Tables.TryCommit(
                TableNames.Terminal, PaymentWorld.Terminal,
                [Change.Replace(row), .. await _days.Voided(row, default)]));
            Assert.Equal(RecordResult.Recorded, (await world.Void(sale)).Result);
        }

        /// <summary>A half, as two refunds.</summary>
        public async Task Refund(TestSale sale)
        {
            var (half, quarter) = (sale.Amount.Minor / 2, sale.Amount.Minor / 4);
            foreach (var part in new[] { quarter, half - quarter })
                if (part > 0)
                    await Refund(sale, new Money(part, MoneyWorld.Eur));
        }

        private async Task Refund(TestSale sale, Money part)
        {
            var row = (await world.Tables.Get(
                TableNames.Terminal, PaymentWorld.Terminal, SaleRow.KeyOf(sale.Sale)))!;
            var taken = new TakenRefund(
                Id.New(), PaymentWorld.Terminal, 1, ++_number, null, part, [],
                [new RefundTender(TenderKind.Card, part, sale.Payment, Id.New())], Today,
                [TaxLine.Included(part, 1900)]);
            TakenRefund.Write(row, [.. TakenRefund.Read(row), taken]);
            Assert.Null(await world.Tables.TryCommit(
                TableNames.Terminal, PaymentWorld.Terminal,
                [Change.Replace(row), .. await _days.Refunded(row, taken, default)]));
            Assert.Equal(RecordResult.Recorded, (await world.Recorder.RecordRefund(
                await world.Find(sale), taken.Tenders[0].Refund!.Value, part, Today, "R",
                world.Time.GetUtcNow(), default)).Result);
        }

        /// <summary>Nothing is owed after it: the acquirer agreed.</summary>
        public async Task Close()
        {
            await world.Settle();
            await rooms.GetRequiredService<Clearing>().Run(PaymentWorld.Merchant, default);
            Assert.Equal(0, await world.OwedCount());
        }
    }
}
