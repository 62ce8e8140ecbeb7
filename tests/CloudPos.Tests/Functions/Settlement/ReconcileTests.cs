using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Settlement;
using CloudPos.Iso8583;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Payments;

namespace CloudPos.Tests.Functions.Settlement;

public sealed class ReconcileTests : IAsyncLifetime
{
    private static readonly Cycle TheCycle = MoneyWorld.Cycle(MoneyWorld.Date);
    private static readonly int[] TotalFields = [74, 75, 76, 77, 86, 87, 88, 89, 97];
    private readonly ScriptedAcquirer _acquirer = new();
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _acquirer.Script = AgreeTo;
        _world = await MoneyWorld.Create(_acquirer.Port);
        _acquirer.Silent = _world.Silence.NothingComes;
        _world.Get<AcquirerLink>().Start();
        await PaymentWorld.Until(() => _world.Get<AcquirerLink>().IsReady);
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _acquirer.DisposeAsync();
    }

    [Fact]
    public async Task Totals_that_agree_settle_the_batch_and_its_payments()
    {
        var sold = await _world.CardSale("T1000001", 1250, PaymentState.Approved);
        var undone = await _world.CardSale("T2000001", 400, PaymentState.Reversed);

        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        var request = Assert.Single(Questions());
        Assert.Equal("1120", request.Get(15));
        Assert.Equal(("MERCHANT0000001", "978"), (request.Get(42), request.Get(50)));
        // One purchase in the batch, one that was approved and reversed.
        Assert.Equal(("0000000002", "0000000000001650"), (request.Get(76), request.Get(88)));
        Assert.Equal(("0000000001", "0000000000000400"), (request.Get(77), request.Get(89)));
        Assert.Equal("C0000000000001250", request.Get(97));
        Assert.Equal(Balance.InBalance, (await Cycle()).Balance);
        Assert.Equal(PaymentState.Settled, (await _world.Payment(sold)).State);
        Assert.Equal(PaymentState.Reversed, (await _world.Payment(undone)).State);
        Assert.Equal(BatchState.Reconciled, (await Head(1)).State);
        Assert.Null(await Owed());
    }

    [Fact]
    public async Task Refunds_are_the_credits_of_the_totals_reversed_ones_too()
    {
        var sold = await _world.CardSale("T1000001", 1250, PaymentState.Approved);
        var back = await _world.CardRefund(sold, 700, PaymentState.Approved);
        await _world.CardRefund(sold, 2000, PaymentState.Approved);
        await _world.CardRefund(sold, 50, PaymentState.Reversed);

        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        var request = Assert.Single(Questions());
        Assert.Equal(("0000000001", "0000000000001250"), (request.Get(76), request.Get(88)));
        Assert.Equal(("0000000003", "0000000000002750"), (request.Get(74), request.Get(86)));
        Assert.Equal(("0000000001", "0000000000000050"), (request.Get(75), request.Get(87)));
        Assert.Equal("D0000000000001450", request.Get(97));
        Assert.Equal(PaymentState.Settled, (await _world.Payment(back)).State);
        var head = await Head(1);
        Assert.Equal((3, -1450L, 2, 2700L), (
            head.Count, head.SumMinor, head.CreditCount, head.CreditMinor));
    }

    [Fact]
    public async Task Totals_that_differ_leave_the_payments_in_the_batch_and_are_kept_side_by_side()
    {
        var sold = await _world.CardSale("T1000001", 1250, PaymentState.Approved);
        _acquirer.Script = (request, from) => from.Answer(request, "95",
            (66, "2"), (
                74, Ten(0)), (75, Ten(0)), (76, Ten(2)), (77, Ten(0)), (86, Sixteen(0)), (87, Sixteen(0)),
            (88, Sixteen(9999)), (89, Sixteen(0)), (97, "C" + Sixteen(9999)));

        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        var cycle = await Cycle();
        Assert.Equal(Balance.OutOfBalance, cycle.Balance);
        Assert.Equal(new MessageTotal(1, 1250), cycle.Ours!.Debits);
        Assert.Equal(new MessageTotal(2, 9999), cycle.Theirs!.Debits);
        Assert.Equal(PaymentState.Batched, (await _world.Payment(sold)).State);

        // It is asked about again for a while: what differs may be on its way.
        for (var ring = 0; ring < 20 && await Owed() is not null; ring++)
            await Ring();
        Assert.InRange(Questions().Count, 10, 15);
        Assert.Null(await Owed());
    }

    [Fact]
    public async Task A_sale_that_arrives_late_is_collected_when_the_totals_are_asked_about_again()
    {
        await _world.CardSale("T1000001", 1250, PaymentState.Approved);
        _acquirer.Script = (request, from) => from.Answer(request, "95", (66, "2"));
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        var late = await _world.CardSale("T1000002", 300, PaymentState.Approved);
        _acquirer.Script = AgreeTo;

        await Ring();

        Assert.Equal(
            ("0000000002", "0000000000001550"), (Questions()[1].Get(76), Questions()[1].Get(88)));
        Assert.Equal(PaymentState.Settled, (await _world.Payment(late)).State);
    }

    [Fact]
    public async Task A_yes_beside_other_figures_is_no_yes()
    {
        await _world.CardSale("T1000001", 1250, PaymentState.Approved);
        _acquirer.Script = (request, from) => from.Answer(request, "00",
            (66, "1"), (74, Ten(0)), (75, Ten(0)), (76, Ten(1)), (77, Ten(0)), (86, Sixteen(0)),
            (87, Sixteen(0)), (88, Sixteen(1251)), (89, Sixteen(0)), (97, "C" + Sixteen(1251)));

        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        Assert.Equal(Balance.OutOfBalance, (await Cycle()).Balance);
    }

    [Fact]
    public async Task Without_an_answer_the_same_question_is_repeated_until_there_is_one()
    {
        var sold = await _world.CardSale("T1000001", 1250, PaymentState.Approved);
        _acquirer.Script = (_, _) => Task.CompletedTask;
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        Assert.Equal(Balance.Asked, (await Cycle()).Balance);
        Assert.NotNull(await Owed());
        Assert.Equal(PaymentState.Batched, (await _world.Payment(sold)).State);

        _acquirer.Script = AgreeTo;
        await Ring();

        var (first, again) = (Questions()[0], Questions()[1]);
        Assert.Equal(("0500", "0501"), (first.Mti, again.Mti));
        foreach (var field in new[] { 7, 11, 15, 42, 50 }.Concat(TotalFields))
            Assert.Equal(first.Get(field), again.Get(field));
        Assert.Equal(PaymentState.Settled, (await _world.Payment(sold)).State);
        Assert.Null(await Owed());
    }

    [Fact]
    public async Task What_agrees_is_not_asked_again_and_a_later_batch_is_asked_about_with_the_first()
    {
        await _world.CardSale("T1000001", 1000, PaymentState.Approved);
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);
        Assert.Single(Questions());

        var late = await _world.CardSale("T2000001", 500, PaymentState.Approved);
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        Assert.Equal(("0000000002", "0000000000001500"), (Questions()[1].Get(76), Questions()[1].Get(88)));
        Assert.Equal(PaymentState.Settled, (await _world.Payment(late)).State);
        Assert.Equal((1, 500L, BatchState.Reconciled), (
            (await Head(2)).Count, (await Head(2)).SumMinor, (await Head(2)).State));
    }

    [Fact]
    public async Task Killed_at_any_commit_of_the_closing_it_ends_settled_with_the_same_totals()
    {
        for (var commit = 1; commit < 100; commit++)
        {
            var finished = true;
            foreach (var after in new[] { false, true })
            {
                await using var world = await MoneyWorld.Create(_acquirer.Port);
                var sold = await world.CardSale("T1000001", 1250, PaymentState.Approved);
                await world.CardSale("T2000001", 750, PaymentState.Approved);
                var link = _world.Get<AcquirerLink>();
                var rooms = world.Build(
                    new KilledEngine(world.Engine, commit, after), change: WithLink(link));
                var killed = await Record.ExceptionAsync(() => Run(rooms));
                Assert.True(killed is null or KilledException, killed?.ToString());
                finished &= killed is null;

                await Run(world.Build(world.Engine, change: WithLink(link)));

                var cycle = (await world.Get<ClearingBatches>().FindCycle(TheCycle, default))!;
                var head = Assert.Single(await world.Get<ClearingBatches>().Heads(cycle, default));
                Assert.Equal((BatchState.Reconciled, 2, 2000L), (head.State, head.Count, head.SumMinor));
                Assert.Equal(Balance.InBalance, cycle.Balance);
                Assert.Equal(PaymentState.Settled, (await world.Payment(sold)).State);
            }
            if (finished)
                return;
        }
        Assert.Fail("It never ran to its end.");
    }

    private static Action<Microsoft.Extensions.DependencyInjection.IServiceCollection> WithLink(
        AcquirerLink link) =>
        services => Microsoft.Extensions.DependencyInjection.ServiceCollectionServiceExtensions.AddSingleton(
            services, new Acquirers([link], [], 16, 4));

    private static Task Run(IServiceProvider rooms) =>
        ((Clearing)rooms.GetService(typeof(Clearing))!).Run(MoneyWorld.Merchant, default);

    private async Task<CycleRow> Cycle() =>
        (await _world.Get<ClearingBatches>().FindCycle(TheCycle, default))!;

    private async Task<BatchHead> Head(int sequence) =>
        (await _world.Get<ClearingBatches>().FindHead(new BatchId(TheCycle, sequence), default))!;

    private Task Ring() => _world.Get<ReconcileCycle>().Handle(
        new Doorbell(ReconcileOwed.Queue, TheCycle.ToString()), default);

    private Task<DueRow?> Owed() => _world.Get<DueTable>().Take(ReconcileOwed.Queue, TheCycle.ToString());

    private IReadOnlyList<Iso8583Message> Questions() =>
        [.. _acquirer.Received.Where(message => message.Mti is "0500" or "0501")];

    /// <summary>Answers with the asker's own figures.</summary>
    private static Task AgreeTo(Iso8583Message request, Conversation from) => from.Answer(
        request, "00", [(66, "1"), .. TotalFields.Select(field => (field, request.Get(field)!))]);

    private static string Ten(long count) =>
        count.ToString("D10", System.Globalization.CultureInfo.InvariantCulture);

    private static string Sixteen(long minor) =>
        minor.ToString("D16", System.Globalization.CultureInfo.InvariantCulture);
}
