using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Hosting;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Settlement;
using CloudPos.Iso8583;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Payments;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>Two acquirers on real sockets, of which one takes totals and answers nothing.</summary>
public sealed class SilentAcquirerTests : IAsyncLifetime
{
    private const string Well = "well";
    private static readonly string Silent = AcquirerProfile.Simulated.Name;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly SilenceClock _clock = new();
    private readonly ScriptedAcquirer _silent = new() { Script = (_, _) => Task.CompletedTask };
    private readonly ScriptedAcquirer _well = new();
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _well.Script = AgreeTo;
        _world = await World();
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _silent.DisposeAsync();
        await _well.DisposeAsync();
    }

    [Fact]
    public async Task A_closing_waits_for_a_silent_acquirer_once_and_settles_the_others_dates()
    {
        _silent.Silent = _clock.NothingComes;
        for (var day = 0; day < 3; day++)
        {
            var date = MoneyWorld.Date.AddDays(-day);
            await _world.CardSale("T1000001", 1_000 + day, PaymentState.Approved, settlement: date);
            await _world.CardSale(
                "T1000001", 500 + day, PaymentState.Approved, settlement: date, acquirer: Well);
        }

        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        Assert.Single(_silent.Received, message => message.Mti == Mti.ReconciliationRequest);
        Assert.Equal(3, _well.Received.Count(message => message.Mti == Mti.ReconciliationRequest));
        var cycles = await _world.Get<ClearingBatches>().Cycles(
            MoneyWorld.Merchant, MoneyWorld.Eur, default);
        Assert.All(cycles, row => Assert.Equal(
            row.Cycle.Acquirer == Well, row.Balance == Balance.InBalance));
        // Sealed all of them, and what was not asked for is owed.
        foreach (var row in cycles)
        {
            var head = Assert.Single(await _world.Get<ClearingBatches>().Heads(row, default));
            Assert.NotEqual(BatchState.Open, head.State);
            Assert.Equal(
                row.Cycle.Acquirer != Well,
                await _world.Get<DueTable>().Take(ReconcileOwed.Queue, row.Cycle.ToString()) is not null);
        }
    }

    [Fact]
    public async Task A_closing_asks_all_acquirers_side_by_side()
    {
        var held = new List<Task<(Iso8583Message Request, Conversation From)>>();
        foreach (var acquirer in new[] { _silent, _well })
        {
            var asked = new TaskCompletionSource<(Iso8583Message, Conversation)>();
            acquirer.Script = (request, from) =>
            {
                asked.TrySetResult((request, from));
                return Task.CompletedTask;
            };
            held.Add(asked.Task);
        }
        foreach (var acquirer in new[] { Silent, Well })
            await _world.CardSale(
                "T1000001", 1_000, PaymentState.Approved, settlement: MoneyWorld.Date, acquirer: acquirer);

        var closing = Task.Run(() => _world.Get<Clearing>().Run(MoneyWorld.Merchant, default));
        // Both have been asked before one of them answers.
        foreach (var (request, from) in await Task.WhenAll(held).WaitAsync(Patience))
            await AgreeTo(request, from);
        await closing.WaitAsync(Patience);

        Assert.All(
            await _world.Get<ClearingBatches>().Cycles(MoneyWorld.Merchant, MoneyWorld.Eur, default),
            row => Assert.Equal(Balance.InBalance, row.Balance));
    }

    [Fact]
    public async Task What_a_silent_acquirer_owes_keeps_no_other_ones_totals_waiting()
    {
        await using var world = await World();
        var held = new TaskCompletionSource<(Iso8583Message Request, Conversation From)>();
        _silent.Script = (request, from) =>
        {
            held.TrySetResult((request, from));
            return Task.CompletedTask;
        };
        var (reconcile, owed) = (world.Get<ReconcileCycle>(), world.Get<ReconcileOwed>());
        var cycles = new List<Cycle>();
        foreach (var (day, acquirer) in new[] { (0, Silent), (1, Silent), (0, Well) })
        {
            var date = MoneyWorld.Date.AddDays(-day);
            await world.CardSale(
                "T1000001", 1_000 + day, PaymentState.Approved, settlement: date, acquirer: acquirer);
            cycles.Add(new Cycle(MoneyWorld.Merchant, MoneyWorld.Eur, date) { Acquirer = acquirer });
            await owed.Owe(cycles[^1], default);
        }

        var first = reconcile.Handle(Bell(cycles[0]), default);
        var (request, from) = await held.Task.WaitAsync(Patience);
        await reconcile.Handle(Bell(cycles[1]), default).WaitAsync(Patience);
        await reconcile.Handle(Bell(cycles[2]), default).WaitAsync(Patience);

        Assert.Single(_silent.Received, message => message.Mti == Mti.ReconciliationRequest);
        Assert.Equal(Balance.InBalance, await BalanceOf(cycles[2]));
        Assert.Null(await world.Get<DueTable>().Take(ReconcileOwed.Queue, cycles[2].ToString()));
        // Put off, which is no attempt: it has as many left as before.
        Assert.Equal(
            0, (await world.Get<DueTable>().Take(ReconcileOwed.Queue, cycles[1].ToString()))!.Attempt);
        await AgreeTo(request, from);
        await first.WaitAsync(Patience);
        Assert.Equal(Balance.InBalance, await BalanceOf(cycles[0]));
        _silent.Script = AgreeTo;
        await reconcile.Handle(Bell(cycles[1]), default).WaitAsync(Patience);
        Assert.Equal(Balance.InBalance, await BalanceOf(cycles[1]));

        async Task<Balance?> BalanceOf(Cycle cycle) =>
            (await world.Get<ClearingBatches>().FindCycle(cycle, default))?.Balance;
    }

    [Fact]
    public void Some_handlers_are_left_when_acquirers_do_not_answer() => Assert.True(
        BackOffice.Functions().All.OfType<QueueFunction>()
            .Single(queue => queue.Queue == ReconcileOwed.Queue).MaxConcurrentCalls >= 4);

    private static Doorbell Bell(Cycle cycle) => new(ReconcileOwed.Queue, cycle.ToString());

    /// <summary>Says that the totals are its own, too.</summary>
    private static Task AgreeTo(Iso8583Message request, Conversation from) => from.Answer(
        request, "00",
        [(66, "1"), .. new[] { 74, 75, 76, 77, 86, 87, 88, 89, 97 }.Select(
            field => (field, request.Get(field)!))]);

    private async Task<MoneyWorld> World()
    {
        var world = await MoneyWorld.Create(change: services => services.AddSingleton(new Acquirers(
            [Link(Silent, _silent.Port, _clock), Link(Well, _well.Port, TimeProvider.System)],
            [new(null, Scheme.Mastercard, null, Well), new(null, null, null, Silent)], 16, 4)));
        foreach (var link in world.Get<Acquirers>().All)
        {
            link.Start();
            await PaymentWorld.Until(() => link.IsReady);
        }
        return world;
    }

    private static AcquirerLink Link(string name, int port, TimeProvider clock) => new(
        AcquirerProfile.Simulated with { Name = name, AnswerTimeout = TimeSpan.FromMinutes(5) },
        "127.0.0.1", port, clock, new ListLogger<AcquirerLink>());
}
