using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Settlement;
using CloudPos.Functions.Tables;
using Microsoft.Extensions.DependencyInjection;

namespace CloudPos.Tests.Functions.Settlement;

public sealed class ClearingBatchTests : IAsyncLifetime
{
    private static readonly Cycle TheCycle = MoneyWorld.Cycle(MoneyWorld.Date);
    private MoneyWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await MoneyWorld.Create();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task Approved_payments_become_one_sealed_batch_whose_digest_anybody_can_recompute()
    {
        var sold = await Approved(3);

        var heads = await Collect(_world.Rooms, sold);

        var head = Assert.Single(heads);
        Assert.Equal((BatchState.Sealed, 3, 600L), (head.State, head.Count, head.SumMinor));
        Assert.Equal(Member.DigestOf(sold.Select(Member.Of)), head.Digest);
        foreach (var payment in sold)
        {
            var now = await _world.Payment(payment);
            Assert.Equal((PaymentState.Batched, head.Id.ToString()), (now.State, now.Batch));
        }
    }

    [Fact]
    public async Task Collecting_again_makes_no_other_batch()
    {
        var sold = await Approved(3);
        var first = Assert.Single(await Collect(_world.Rooms, sold));

        var again = Assert.Single(await Collect(_world.Rooms, sold));

        Assert.Equal(
            (first.Count, first.SumMinor, first.Digest), (again.Count, again.SumMinor, again.Digest));
    }

    [Fact]
    public async Task Nothing_to_settle_makes_no_batch() => Assert.Empty(await Collect(_world.Rooms, []));

    [Fact]
    public async Task Killed_before_or_after_any_commit_it_ends_as_the_same_single_batch()
    {
        var kills = 0;
        for (var commit = 1; commit < 100; commit++)
        {
            var finished = true;
            foreach (var after in new[] { false, true })
            {
                await using var world = await MoneyWorld.Create();
                var sold = await Approved(5, world);
                var engine = new KilledEngine(world.Engine, commit, after);
                var killed = await Record.ExceptionAsync(() => Collect(world.Build(engine), sold));
                Assert.True(killed is null or KilledException, killed?.ToString());
                finished &= killed is null;
                kills += killed is null ? 0 : 1;

                var head = Assert.Single(await Collect(world.Rooms, await Ready(world)));

                Assert.Equal((BatchState.Sealed, 5, 1500L), (head.State, head.Count, head.SumMinor));
                Assert.Equal(Member.DigestOf(sold.Select(Member.Of)), head.Digest);
                foreach (var payment in sold)
                    Assert.Equal(head.Id.ToString(), (await world.Payment(payment)).Batch);
            }
            if (finished)
            {
                Assert.True(kills >= 8, $"only {kills} kills");
                return;
            }
        }
        Assert.Fail("It never ran to its end.");
    }

    [Fact]
    public async Task Several_closers_at_once_make_one_batch()
    {
        var sold = await Approved(40);
        var closers = Enumerable.Range(0, 4).Select(_ => _world.Build(_world.Engine)).ToList();

        await Task.WhenAll(closers.Select(closer => Task.Run(() => Collect(closer, sold))));

        var head = Assert.Single(await Collect(_world.Rooms, sold));
        Assert.Equal((BatchState.Sealed, 40, 40 * 41 * 50L), (head.State, head.Count, head.SumMinor));
        Assert.Equal(Member.DigestOf(sold.Select(Member.Of)), head.Digest);
    }

    [Fact]
    public async Task Closers_that_have_seen_different_payments_put_each_into_one_batch()
    {
        for (var round = 0; round < 5; round++)
        {
            await using var world = await MoneyWorld.Create();
            var sold = await Approved(40, world);
            var closers = Enumerable.Range(0, 4).Select(_ => world.Build(world.Engine)).ToList();

            await Task.WhenAll(closers.Select((closer, index) => Task.Run(() =>
                // Each has seen a part of the payments only, overlapping with the others'.
                Collect(closer, [.. sold.Skip(index * 5).Take(25)]))));
            var heads = await Collect(world.Rooms, await Ready(world));

            Assert.All(heads, head => Assert.NotEqual(BatchState.Open, head.State));
            Assert.Equal(
                (40, 40 * 41 * 50L), (heads.Sum(head => head.Count), heads.Sum(head => head.SumMinor)));
            var members = new List<Member>();
            foreach (var head in heads)
            {
                var own = await world.Get<ClearingBatches>().Members(head.Id, default);
                Assert.Equal((own.Count, Member.DigestOf(own)), (head.Count, head.Digest));
                members.AddRange(own);
            }
            Assert.Equal(40, members.Select(member => member.Payment).Distinct().Count());
        }
    }

    [Fact]
    public async Task A_void_that_comes_before_the_stamp_takes_the_payment_out_of_the_batch()
    {
        var sold = await Approved(3);
        var voided = sold[1];
        var next = (await _world.Payment(voided)).Advance(
            PaymentState.Reversing, MoneyWorld.Noon, "voided", PaymentEvent.Terminal);
        Assert.Null(await _world.Tables.TryCommit(
            "terminal", voided.Terminal, [Change.Replace(next.ToRow())]));

        // The closer still believes what it read before the void.
        var head = Assert.Single(await Collect(_world.Rooms, sold));

        Assert.Equal((2, 400L), (head.Count, head.SumMinor));
        Assert.Equal(PaymentState.Reversing, (await _world.Payment(voided)).State);
        Assert.DoesNotContain(
            await _world.Get<ClearingBatches>().Members(head.Id, default), member =>
                member.Payment == voided.Payment);
    }

    [Fact]
    public async Task A_batch_whose_only_payment_was_voided_stays_open_and_takes_the_next_one()
    {
        var sold = await Approved(1);
        await _world.Void(sold[0], MoneyWorld.Date);

        var empty = Assert.Single(await Collect(_world.Rooms, sold));
        Assert.Equal((BatchState.Open, 0), (empty.State, empty.Count));

        var head = Assert.Single(await Collect(_world.Rooms, await Approved(2)));
        Assert.Equal((empty.Id, BatchState.Sealed, 2), (head.Id, head.State, head.Count));
    }

    [Fact]
    public async Task A_payment_known_after_the_sealing_joins_the_next_batch_and_the_first_stays()
    {
        var first = Assert.Single(await Collect(_world.Rooms, await Approved(2)));
        var straggler = await _world.CardSale("T2000001", 999, PaymentState.Approved);

        var heads = await Collect(_world.Rooms, [straggler]);

        Assert.Equal(2, heads.Count);
        Assert.Equal((first.Count, first.Digest), (heads[0].Count, heads[0].Digest));
        Assert.Equal((1, 999L, "MERCHANT0000001.EUR.20261120.simulated-02"), (
            heads[1].Count, heads[1].SumMinor, $"{heads[1].Id}"));
    }

    [Fact]
    public async Task An_approval_without_its_sale_is_in_no_batch()
    {
        await _world.Put(_world.PaymentOf(
            "T1000001", Id.New(), Id.New(), 500, PaymentState.Approved, saleSeen: false));
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        Assert.Empty(
            await _world.Get<ClearingBatches>().Cycles(MoneyWorld.Merchant, MoneyWorld.Eur, default));
    }

    [Fact]
    public async Task Each_settlement_date_and_each_currency_has_a_batch_of_its_own()
    {
        await _world.CardSale("T1000001", 100, PaymentState.Approved);
        await _world.CardSale("T1000001", 200, PaymentState.Approved, settlement: MoneyWorld.Date.AddDays(1));
        await _world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        var cycles = await _world.Get<ClearingBatches>().Cycles(MoneyWorld.Merchant, MoneyWorld.Eur, default);

        Assert.Equal(
            [MoneyWorld.Date, MoneyWorld.Date.AddDays(1)], cycles.Select(cycle => cycle.Cycle.Date));
    }

    private Task<IReadOnlyList<PaymentRow>> Approved(int count) => Approved(count, _world);

    private static async Task<IReadOnlyList<PaymentRow>> Approved(int count, MoneyWorld world)
    {
        var sold = new List<PaymentRow>();
        for (var i = 1; i <= count; i++)
            sold.Add(await world.CardSale(
                MoneyWorld.TerminalIds[i % MoneyWorld.TerminalIds.Length], 100 * i, PaymentState.Approved));
        return sold;
    }

    [Fact]
    public async Task A_cycle_that_was_begun_without_an_acquirers_name_goes_on_as_it_is()
    {
        await using var world = await MoneyWorld.Create();
        var unnamed = TheCycle with { Acquirer = null };
        var first = await world.CardSale("T1000001", 100, PaymentState.Approved);
        await world.Get<ClearingBatches>().Collect(unnamed, [Member.Of(first)], default);
        var second = await world.CardSale("T1000001", 250, PaymentState.Approved);
        var otherDay = await world.CardSale(
            "T1000001", 70, PaymentState.Approved, settlement: MoneyWorld.Date.AddDays(1));

        await world.Get<Clearing>().Run(MoneyWorld.Merchant, default);

        Assert.Equal(
            ["MERCHANT0000001.EUR.20261120-01", "MERCHANT0000001.EUR.20261120-02",
                "MERCHANT0000001.EUR.20261121.simulated-01"],
            [(await world.Payment(first)).Batch, (await world.Payment(second)).Batch,
                (await world.Payment(otherDay)).Batch]);
        var cycles = await world.Get<ClearingBatches>().Cycles(
            MoneyWorld.Merchant, MoneyWorld.Eur, default);
        // Nobody answers here; what is asked is the sum of both of its batches, and the next date waits.
        Assert.Equal([350L, null], cycles.Select(row => row.Ours?.NetMinor));
        Assert.Equal(
            [unnamed, MoneyWorld.Cycle(MoneyWorld.Date.AddDays(1))], cycles.Select(row => row.Cycle));
    }

    [Fact]
    public async Task Closers_in_step_do_not_bring_in_again_what_the_other_takes_out()
    {
        IReadOnlyList<Member> ready =
        [
            .. (await Approved(1)).Select(Member.Of),
            AsApproved(await _world.CardSale("T1000001", 70, PaymentState.Voided)),
        ];
        var engine = new InStepEngine(_world.Engine);
        var closers = Enumerable.Range(0, 2).Select(_ =>
        {
            var batches = _world.Build(engine).GetRequiredService<ClearingBatches>();
            return Task.Run(() => batches.Collect(TheCycle, ready, default));
        }).ToList();

        await engine.Serve(closers);

        foreach (var closer in closers)
        {
            var batch = Assert.Single(await closer);
            Assert.Equal((BatchState.Sealed, 1, 100L), (batch.State, batch.Count, batch.SumMinor));
        }
    }

    /// <summary>As a hint says it that is out of date.</summary>
    private static Member AsApproved(PaymentRow voided) => Member.Of(voided with
    {
        Answer = new PaymentAnswer("00", CodeMeaning.Approved, "000001", MoneyWorld.Date, MoneyWorld.Noon),
    });

    private static async Task<IReadOnlyList<PaymentRow>> Ready(MoneyWorld world) =>
        [.. (await world.Get<MerchantPayments>().Of(MoneyWorld.Merchant, default))
            .Where(payment => payment.State == PaymentState.Approved)];

    private static Task<IReadOnlyList<BatchHead>> Collect(
        IServiceProvider rooms, IReadOnlyList<PaymentRow> payments) => Deliveries.UntilDone(
        () => rooms.GetRequiredService<ClearingBatches>().Collect(
            TheCycle, [.. payments.Select(Member.Of)], default));
}
