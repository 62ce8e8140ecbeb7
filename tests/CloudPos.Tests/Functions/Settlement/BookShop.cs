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
using CloudPos.Tests.Functions.Payments;
using CloudPos.Tests.Functions.Vault;
using CloudPos.Wire;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>
/// A shop that trades against the acquirer of infra/local: sales, voids and refunds as their entries leave
/// them, with their totals.
/// </summary>
internal sealed class BookShop(PaymentWorld world, IServiceProvider rooms)
{
    public const string Store = "berlin-1";
    private readonly TerminalDays _days = rooms.GetRequiredService<TerminalDays>();
    private long _number;

    public static readonly DateOnly Today = DateOnly.FromDateTime(PaymentWorld.Noon.UtcDateTime);

    public async Task<TestSale> Sell(bool isLive, Money amount, string pan)
    {
        var sale = world.Sale(amount.Minor, pan, currency: amount.Currency);
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
                await Refund(sale, new Money(part, sale.Amount.Currency));
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

    /// <summary>What cardholders paid, and what they got back, by the acquirer's own log.</summary>
    public static async Task<(long Taken, long Given)> Log(AcquirerHost acquirer, Currency currency)
    {
        using var http = new HttpClient();
        var json = await http.GetStringAsync(new Uri($"{acquirer.ControlAddress}/log"));
        var (taken, given) = (0L, 0L);
        foreach (var line in JsonDocument.Parse(json).RootElement.EnumerateArray())
        {
            var transaction = line.GetProperty("transaction");
            if (transaction.GetProperty("code").GetString() != ResponseCode.Approved
                || transaction.GetProperty("currency").GetString() != $"{currency.Numeric:D3}"
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

    /// <summary>The merchant's one store and terminal, as setting them up leaves them.</summary>
    public static async Task Furnish(PaymentWorld world, IServiceProvider rooms)
    {
        var register = rooms.GetRequiredService<Register>();
        await register.Enter(Register.TerminalsOf(PaymentWorld.Merchant), PaymentWorld.Terminal, default);
        var row = new Row(PaymentWorld.Terminal, TerminalIdentity.Key);
        new TerminalIdentity(
            PaymentWorld.Terminal, PaymentWorld.Merchant, Store, 1, TerminalStanding.Active, null,
            PaymentWorld.Noon).WriteTo(row);
        Assert.Null(await world.Tables.TryCommit(
            TableNames.Terminal, PaymentWorld.Terminal, [Change.Insert(row)]));
        Assert.Null(await world.Tables.TryCommit(TableNames.Store, Store, [Change.Insert(new Row(Store, "i")
        {
            ["merchant"] = PaymentWorld.Merchant, ["name"] = "Shop", ["address"] = "Street 1",
            ["timeZone"] = "Europe/Berlin", ["cutOff"] = "04:00",
        })]));
    }

    /// <summary>Rooms over these tables: another process, or one that is going to be killed.</summary>
    public static ServiceProvider Rooms(PaymentWorld world, ITableEngine? engine = null)
    {
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton(new BackOfficeOptions { Data = world.Folder })
            .AddSingleton<TimeProvider>(world.Time)
            .AddSingleton(engine is null ? world.Tables : new TablePort(engine, TimeProvider.System))
            .AddSingleton<DueTable>().AddSingleton(world.Lines)
            .AddSingleton<IBus, MoneyWorld.SilentBus>().AddSingleton<JournalHeads>()
            .AddSingleton(_ => TestKeys.Open(Path.Combine(world.Folder, "other-keys"), world.Time))
            .AddFleet().AddTotals().AddSettlement().AddFunding().AddReports();
        return services.BuildServiceProvider();
    }
}
