using CloudPos.Cards;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Bus;
using CloudPos.Functions.Payments;
using CloudPos.Iso8583;
using CloudPos.Tests.Functions.Payments;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Acquiring;

/// <summary>
/// Two acquirers on real sockets, of which one takes everything and answers nothing. Its requests wait for
/// minutes, far longer than a test may run: whatever ends here has not waited for it.
/// </summary>
public sealed class BulkheadTests : IAsyncLifetime
{
    private static readonly AcquirerProfile Hanging = AcquirerProfile.Simulated with
    {
        Name = "hanging", AnswerTimeout = TimeSpan.FromMinutes(10), InFlightMax = 2, QueueMax = 3,
        EchoInterval = TimeSpan.FromMinutes(30),
    };

    private static readonly AcquirerProfile Well = AcquirerProfile.Packed with
    {
        AnswerTimeout = TimeSpan.FromMinutes(10), ReconnectDelayMin = TimeSpan.FromMilliseconds(1),
    };

    private static readonly AcquirerRoute[] Routes =
    [
        new(null, Scheme.Mastercard, null, "packed"), new(null, null, null, "hanging"),
    ];

    private readonly ScriptedAcquirer _hanging = new() { Script = (_, _) => Task.CompletedTask };
    private readonly ScriptedAcquirer _well = new(Well.Layout, frame: Well.Frame)
    {
        NetworkAnswer = _ => "Y0",
    };

    private Acquirers _lines = null!;

    public ValueTask InitializeAsync()
    {
        _well.Script = (message, from) =>
        {
            _well.Ledger.Enter(message);
            return from.Answer(message, "Y0");
        };
        _lines = new Acquirers([Link(Hanging, _hanging.Port), Link(Well, _well.Port)], Routes, 4, 2);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _lines.DisposeAsync();
        await _hanging.DisposeAsync();
        await _well.DisposeAsync();
    }

    [Fact]
    public async Task A_hanging_acquirer_fills_its_own_queue_and_slows_nobody_else()
    {
        await Start();
        var (hanging, well) = (_lines.All[0], _lines.All[1]);
        var waiting = await Fill(hanging);

        using var refused = await Ask(hanging, 900);
        Assert.Equal((AnswerKind.NotSent, "the queue is full"), (refused.Kind, refused.Why));
        for (var stan = 1; stan <= 50; stan++)
        {
            using var answer = await Ask(well, stan);
            Assert.Equal("Y0", answer.Message?.Get(39));
        }
        Assert.All(waiting, task => Assert.False(task.IsCompleted));
        Assert.Equal(2, _hanging.Received.Count(message => message.Mti != Mti.NetworkRequest));
    }

    [Fact]
    public async Task An_acquirer_that_accepts_and_never_signs_on_is_no_line_and_slows_nobody_else()
    {
        _hanging.NetworkAnswer = _ => null;
        foreach (var link in _lines.All)
            link.Start();
        await PaymentWorld.Until(() => _lines.All[1].IsReady && !_hanging.Received.IsEmpty);

        using var refused = await Ask(_lines.All[0], 1);
        Assert.Equal(
            (AnswerKind.NotSent, "there is no line to the acquirer"), (refused.Kind, refused.Why));
        using var answer = await Ask(_lines.All[1], 1);
        Assert.Equal("Y0", answer.Message?.Get(39));
        Assert.True(_lines.IsAnswering(TestCards.Merchant));
    }

    [Fact]
    public async Task A_backlog_for_a_hanging_acquirer_leaves_places_for_the_others()
    {
        await using var world = await PaymentWorld.Start(lines: _ => _lines);
        var stuck = await Backlog(world, TestCards.Visa);
        var fine = await Backlog(world, TestCards.Mastercard);
        var bells = await Bells(world, stuck);

        var handlers = bells.Select(bell => world.Authorise.Run(bell, default)).ToArray();
        await PaymentWorld.Until(() => handlers.Count(handler => handler.IsCompleted) == 4);
        foreach (var bell in await Bells(world, fine))
            await world.Authorise.Run(bell, default);

        // Two places are the share of each; the other four of the hanging one were sent away till later.
        Assert.Equal(2, handlers.Count(handler => !handler.IsCompleted));
        Assert.Equal(2, _hanging.Received.Count(message => message.Mti != Mti.NetworkRequest));
        foreach (var sale in fine)
            Assert.Equal(
                ("packed", PaymentState.Approved),
                ((await world.Find(sale)).Asked!.Acquirer, (await world.Find(sale)).State));
        _hanging.Drop();
        await Task.WhenAll(handlers);
    }

    [Fact]
    public async Task A_terminal_is_told_at_once_that_the_queue_is_full()
    {
        await using var world = await PaymentWorld.Start(lines: _ => _lines);
        await Fill(_lines.All[0]);

        var refused = await world.Ask(world.Sale());
        var approved = await world.Ask(world.Sale(pan: TestCards.Mastercard));

        Assert.Equal(AuthoriseResult.NotAsked, refused.Result);
        Assert.Contains("the queue is full", refused.Sentence, StringComparison.Ordinal);
        Assert.Equal(AuthoriseResult.Approved, approved.Result);
    }

    private static AcquirerLink Link(AcquirerProfile profile, int port) =>
        new(profile, "127.0.0.1", port, TimeProvider.System, new ListLogger<AcquirerLink>());

    private async Task Start()
    {
        foreach (var link in _lines.All)
        {
            link.Start();
            await PaymentWorld.Until(() => link.IsReady);
        }
    }

    /// <summary>
    /// Asks until two are on the line, one is in the writer's hand and three wait; the requests of them.
    /// </summary>
    private static async Task<IReadOnlyList<Task<AcquirerAnswer>>> Fill(AcquirerLink link)
    {
        var asked = new List<Task<AcquirerAnswer>>();
        await PaymentWorld.Until(() =>
        {
            if (link.Refusal is null)
                asked.Add(Ask(link, asked.Count + 1));
            return asked.Count(task => !task.IsCompleted) == 6 && link.Refusal is not null;
        });
        return [.. asked.Where(task => !task.IsCompleted)];
    }

    private static async Task<AcquirerAnswer> Ask(AcquirerLink link, int stan)
    {
        using var card = TestCards.Swipe();
        using var message = CardMessages.Request(
            link.Profile, TestCards.Request(stan), card, repeat: false);
        return await link.Ask(message, CancellationToken.None);
    }

    private static async Task<TestSale[]> Backlog(PaymentWorld world, string pan)
    {
        var sales = Enumerable.Range(0, 6).Select(_ => world.Sale(pan: pan)).ToArray();
        foreach (var sale in sales)
        {
            await world.Attempt(sale);
            await world.Accept(sale);
        }
        return sales;
    }

    private static async Task<List<Doorbell>> Bells(PaymentWorld world, TestSale[] sales)
    {
        var bells = new List<Doorbell>();
        await foreach (var row in world.Due.Sweep(world.Time.GetUtcNow(), TimeSpan.Zero, 1_000))
            if (row.Kind == PaymentWork.Authorise
                && sales.Any(sale => row.Ref("payment") == sale.Payment.ToString()))
                bells.Add(row.Doorbell);
        return bells;
    }
}
