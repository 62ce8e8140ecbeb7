using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
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
    private readonly ScriptedAcquirer _silent = new() { Script = (_, _) => Task.CompletedTask };
    private readonly ScriptedAcquirer _well = new();
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _well.Script = (request, from) => from.Answer(
            request, "00",
            [(66, "1"), .. new[] { 74, 75, 76, 77, 86, 87, 88, 89, 97 }.Select(
                field => (field, request.Get(field)!))]);
        _world = await MoneyWorld.Create(change: services => services.AddSingleton(new Acquirers(
            [Link(AcquirerProfile.Simulated.Name, _silent.Port), Link(Well, _well.Port)],
            [new(null, Scheme.Mastercard, null, Well), new(null, null, null, "simulated")], 16, 4)));
        foreach (var link in _world.Get<Acquirers>().All)
        {
            link.Start();
            await PaymentWorld.Until(() => link.IsReady);
        }
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

    private static AcquirerLink Link(string name, int port) => new(
        AcquirerProfile.Simulated with { Name = name, AnswerTimeout = TimeSpan.FromMilliseconds(400) },
        "127.0.0.1", port, TimeProvider.System, new ListLogger<AcquirerLink>());
}
