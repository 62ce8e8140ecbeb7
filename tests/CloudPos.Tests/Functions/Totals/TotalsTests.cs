using CloudPos.Functions.Bus;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Reports;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using CloudPos.Functions.Totals;
using CloudPos.Journal;
using CloudPos.Tests.Functions.Settlement;
using CsCheck;

namespace CloudPos.Tests.Functions.Totals;

/// <summary>The kept totals against the sum of all rows, over random days of trading.</summary>
public sealed class TotalsTests
{
    private static readonly PaymentState[] States =
    [
        PaymentState.Pending, PaymentState.Asked, PaymentState.Approved, PaymentState.Declined,
        PaymentState.Expired, PaymentState.Voided, PaymentState.Reversing, PaymentState.Reversed,
    ];

    [Fact]
    public async Task Kept_totals_are_what_all_rows_add_up_to_also_after_batches_were_made() =>
        await Gen.Select(Gen.Int[0, 3], Gen.Int[0, States.Length], Gen.Int[1, 9999], Gen.Int[0, 2])
        .Array[1, 25]
        .SampleAsync(async sales =>
        {
            await using var world = await MoneyWorld.Create();
            foreach (var (terminal, state, minor, day) in sales)
                await Sell(world, MoneyWorld.TerminalIds[terminal], state, minor, day);
            await GiveBack(world, sales.Length % States.Length);
            await world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

            foreach (var terminal in MoneyWorld.TerminalIds)
                Assert.Empty(await Differences(world, terminal));
        }, iter: 8, threads: 1);

    [Theory]
    [InlineData(PaymentState.Declined, true)]
    [InlineData(PaymentState.Approved, false)]
    public async Task A_lost_payment_whose_void_an_older_release_left_unmarked_is_marked_by_a_rebuild(
        PaymentState state, bool isMarked)
    {
        await using var world = await MoneyWorld.Create();
        var paid = await world.CardSale("T1000001", 1250, state);
        await world.Void(paid, MoneyWorld.Date.AddDays(1));
        var row = (await world.Tables.Get(
            TableNames.Terminal, "T1000001", PaymentRowCodec.KeyOf(paid.Payment)))!;
        row["takenBack"] = default;
        Assert.Null(await world.Tables.TryCommit(TableNames.Terminal, "T1000001", [Change.Replace(row)]));

        for (var time = 0; time < 2; time++)
            await world.Get<RebuildTotals>().Rebuild("T1000001", default);

        Assert.Equal(isMarked, (await world.Payment(paid)).TakenBack);
        Assert.Empty(await Differences(world, "T1000001"));
    }

    [Fact]
    public async Task Totals_that_were_lost_or_damaged_are_counted_anew()
    {
        await using var world = await MoneyWorld.Create();
        var sold = await world.CardSale("T1000001", 1250, PaymentState.Approved);
        await world.CashSale("T1000001", 300, MoneyWorld.Date.AddDays(1));
        await GiveBack(world, 0);
        var before = await Days(world);
        await Remove(world, TerminalDays.Prefix);
        await Remove(world, TerminalDays.SoldPrefix);
        await Remove(world, TerminalDays.RefundedPrefix);
        await Remove(world, ClearingIndex.ReadyPrefix);
        Assert.NotEmpty(await Differences(world, "T1000001"));

        await world.Get<DueTable>().Owe(
            RebuildTotals.Queue, "T1000001", refs: [("terminal", "T1000001"), ("by", "Fay")]);
        await world.Get<RebuildTotals>().Handle(new Doorbell(RebuildTotals.Queue, "T1000001"), default);

        Assert.Equal(before, await Days(world));
        var range = await world.Get<RangeReport>().Of(
            MoneyWorld.Merchant, "Corner Shop Ltd", MoneyWorld.Eur, MoneyWorld.Date,
            MoneyWorld.Date.AddDays(2), default);
        Assert.Equal(
            new RebuildStamp("T1000001", world.Time.GetUtcNow(), "Fay", 3), range.Rebuilt);
        Assert.Contains("by Fay: of terminal T1000001", RangeContent.Html(range), StringComparison.Ordinal);
        Assert.Empty(await Differences(world, "T1000001"));
        await world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        Assert.Equal(PaymentState.Batched, (await world.Payment(sold)).State);
    }

    [Fact]
    public async Task A_closing_reads_nothing_of_what_is_in_a_batch_already()
    {
        await using var world = await MoneyWorld.Create();
        await world.CardSale("T1000001", 1250, PaymentState.Approved);
        await world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        Assert.Empty(await world.Get<ClearingOwed>().Ready(MoneyWorld.Merchant, default));
    }

    private static async Task Sell(MoneyWorld world, string terminal, int state, int minor, int day)
    {
        var date = MoneyWorld.Date.AddDays(day);
        if (state == States.Length)
            await world.CashSale(terminal, minor, date);
        else
            await world.CardSale(terminal, minor, States[state], date: date);
    }

    /// <summary>Of one more sale, in cash and to its card, by a refund and by a void.</summary>
    private static async Task GiveBack(MoneyWorld world, int state)
    {
        var date = MoneyWorld.Date.AddDays(2);
        var sold = await world.CardSale("T1000001", 1_000, PaymentState.Approved);
        var (id, amount) = (Id.New(), new Money(400, MoneyWorld.Eur));
        await world.Refund(
            sold.Facts!.Sale, "T1000001", date,
            new RefundTender(TenderKind.Cash, amount),
            new RefundTender(TenderKind.Card, amount, sold.Payment, id));
        await world.CardRefund(sold, 400, States[state], date, id);
        await world.CardRefund(
            sold, 1_000, PaymentState.Approved, date, PaymentRecorder.RefundOf(sold.Payment));
    }

    private static async Task<IReadOnlyList<TotalsDifference>> Differences(MoneyWorld world, string terminal)
    {
        var scan = new TotalsScan(world.Tables);
        await scan.Read(terminal, default);
        return [.. scan.Differences()];
    }

    private static async Task<string> Days(MoneyWorld world) => string.Join('\n',
        (await world.Get<TerminalDays>().Read(
            "T1000001", MoneyWorld.Date, MoneyWorld.Date.AddDays(9), default))
        .SelectMany(day => day.Tallies.All.Select(tally => $"{day.Date:O} {tally}")));

    private static async Task Remove(MoneyWorld world, string prefix)
    {
        await foreach (var row in world.Tables.Range("terminal", "T1000001", prefix, Keys.After(prefix)))
            Assert.Null(await world.Tables.TryCommit("terminal", "T1000001", [Change.Delete(row)]));
    }
}
