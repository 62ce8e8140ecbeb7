using System.Text;
using CloudPos.Cards;
using CloudPos.Functions.Funding;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Totals;
using CloudPos.Tests.Functions.Settlement;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Funding;

/// <summary>
/// Random trading over three days, closings that are run twice, in parallel and killed, stragglers, and
/// payouts in part: each payment is in one batch or one named place, and every view tells the same sum as an
/// independent one over the payments.
/// </summary>
public sealed class EveryCentTests
{
    private static readonly PaymentState[] States =
    [
        PaymentState.Pending, PaymentState.Approved, PaymentState.Approved, PaymentState.Approved,
        PaymentState.Declined, PaymentState.Expired, PaymentState.Voided, PaymentState.Reversed,
    ];

    [Fact]
    public async Task Every_cent_is_in_one_named_place_and_the_sum_of_the_places_proves_it() => await Gen
        .Select(
            Gen.Select(
                Gen.Int[0, 3], Gen.Int[0, States.Length], Gen.Int[1, 99_999], Gen.Int[0, 2]).Array[2, 24],
            Gen.Int[0, 20], Gen.Int[0, 100])
        .SampleAsync(async (sales, killAt, percentPaid) =>
        {
            await using var world = await MoneyWorld.Create();
            await FeeTest.Put(world, new FeeTable(
                [new FeeLine(Scheme.Visa, "EUR", MoneyWorld.Date.AddDays(-9), 12_345, 7)]));
            var sold = new List<PaymentRow>();
            foreach (var sale in sales.Take(sales.Length / 2))
                await Sell(world, sale, sold);
            await Clear(world, killAt);
            foreach (var sale in sales.Skip(sales.Length / 2))
                await Sell(world, sale, sold);
            await Clear(world, killAt / 2);
            await Pay(world, percentPaid);

            await Check(world, sold);
        }, iter: 8, threads: 1);

    private static async Task Check(MoneyWorld world, List<PaymentRow> sold)
    {
        var to = MoneyWorld.Date.AddDays(3);
        var now = new List<PaymentRow>();
        foreach (var payment in sold)
            now.Add(await world.Payment(payment));
        var members = new List<Id>();
        var batches = world.Get<ClearingBatches>();
        foreach (var cycle in await batches.Cycles(MoneyWorld.Merchant, MoneyWorld.Eur, default))
            foreach (var head in await batches.Heads(cycle, default))
                members.AddRange((await batches.Members(head.Id, default)).Select(member => member.Payment));
        Assert.Equal(members.Count, members.Distinct().Count());
        Assert.Equal(
            now.Where(payment => payment.State is PaymentState.Batched or PaymentState.Settled)
                .Select(payment => payment.Payment).Order(),
            members.Order());

        var view = await world.Get<FourWay>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, to, default);
        Assert.True(view.Holds);
        Assert.Equal(now.Sum(payment => payment.Amount!.Value.Minor), view.Till.Amount.Minor);
        foreach (var bucket in Enum.GetValues<Bucket>().Except([Bucket.InBatch, Bucket.Settled]))
            Assert.Equal(
                now.Where(payment => FiguresOf.BucketOf(payment) == bucket)
                    .Sum(payment => payment.Amount!.Value.Minor),
                view.Buckets.Single(one => one.Name == Words.Of(bucket)).Amount.Minor);
        var ledger = await world.Get<LedgerExport>().Of(
            MoneyWorld.Merchant, MoneyWorld.Eur, MoneyWorld.Date, to, default);
        Assert.All(
            ledger.Lines.GroupBy(line => line.Document),
            document => Assert.Equal(
                document.Sum(line => line.Debit.Minor), document.Sum(line => line.Credit.Minor)));
        Assert.DoesNotContain(ledger.Lines, line => line.Account == LedgerAccount.Difference);
    }

    private static async Task Sell(
        MoneyWorld world, (int Terminal, int State, int Minor, int Day) sale, List<PaymentRow> sold)
    {
        var (terminal, date) = (MoneyWorld.TerminalIds[sale.Terminal], MoneyWorld.Date.AddDays(sale.Day));
        if (sale.State == States.Length)
            await world.CashSale(terminal, sale.Minor, date);
        else
            sold.Add(await world.CardSale(terminal, sale.Minor, States[sale.State], date: date));
    }

    /// <summary>A run that is killed at some commit, then two at once, then one more.</summary>
    private static async Task Clear(MoneyWorld world, int killAt)
    {
        Task Run(IServiceProvider rooms) =>
            rooms.GetRequiredService<Clearing>().Run(MoneyWorld.Merchant, default);
        await Record.ExceptionAsync(() => Run(world.Build(new KilledEngine(world.Engine, killAt, true))));
        await Task.WhenAll(Run(world.Build(world.Engine)), Run(world.Build(world.Engine)));
        await Run(world.Rooms);
    }

    private static async Task Pay(MoneyWorld world, int percent)
    {
        foreach (var cycle in await world.Get<ClearingBatches>().Cycles(
            MoneyWorld.Merchant, MoneyWorld.Eur, default))
        {
            var payout = await world.Get<BankStatements>().PayoutOf(cycle, default);
            var paid = new Money(payout.Expected.Minor * percent / 100, MoneyWorld.Eur);
            if (paid.Minor > 0)
                await world.Get<BankStatements>().Enter(MoneyWorld.Merchant, new BankStatement(
                    [
                        new BankEntry(1, MoneyWorld.Date.AddDays(2), paid, "DE02", $"R{cycle.Cycle}",
                            $"{MoneyWorld.Merchant} {cycle.Cycle.DateText}"),
                    ], []), "Fay", default);
        }
    }

    [Fact]
    public async Task A_range_says_what_its_days_say_and_a_chart_shows_it()
    {
        await using var world = await MoneyWorld.Create();
        await world.CardSale("T1000001", 1_000, PaymentState.Approved, Approval.Online);
        await world.CardSale("T1000001", 2_000, PaymentState.Declined, date: MoneyWorld.Date.AddDays(1));
        await world.CashSale("T2000001", 300, MoneyWorld.Date.AddDays(1));

        var range = await world.Get<RangeReport>().Of(
            MoneyWorld.Merchant, "Corner Shop Ltd", MoneyWorld.Eur, MoneyWorld.Date,
            MoneyWorld.Date.AddDays(6), default);

        Assert.Equal([1_000, 2_300], range.Days.Select(day => day.Sales.Amount.Minor));
        Assert.Equal([0, 2_000], range.Days.Select(day => day.Lost.Amount.Minor));
        Assert.Equal(3_300, range.Vat.Single().Gross.Minor);
        var html = HtmlBlocks.Page("t", "t", [], RangeReport.Blocks(range));
        Assert.Contains("<svg", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        var pdf = ReportPdf.Of("Range", [], RangeReport.Blocks(range), "f");
        Assert.Contains("Left bars", Encoding.Latin1.GetString(pdf), StringComparison.Ordinal);
        if (Environment.GetEnvironmentVariable("CLOUDPOS_RANGE_OUT") is { } path)
        {
            File.WriteAllText(path + ".html", html);
            File.WriteAllBytes(path + ".pdf", pdf);
        }
    }
}
