using CloudPos.Crypto;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Tables;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Tests.Functions.Payments;

namespace CloudPos.Tests.Functions.Recovery;

public class RecoverPaymentTests
{
    [Fact]
    public async Task A_decline_for_now_becomes_a_case_with_a_plan_and_the_first_try_recovers_the_money()
    {
        await using var world = await PaymentWorld.Start();
        var sale = await Declined(world, "51");

        var planned = await CaseOf(world, sale);
        Assert.Equal((CaseState.Planned, "51"), (planned!.State, planned.ResponseCode));
        Assert.Equal(planned.LostAt.AddDays(1), planned.NextAt);

        Answer(world, "00");
        await world.Settle();

        var recovered = await CaseOf(world, sale);
        Assert.Equal((CaseState.Recovered, 1), (recovered!.State, recovered.Tries.Count));
        Assert.Equal("00", recovered.Tries[0].ResponseCode);
        Assert.Equal(PaymentState.Declined, (await world.Find(sale)).State);
        var tried = await world.Store.Find(PaymentWorld.Terminal, recovered.Tries[0].Payment, default);
        Assert.Equal((PaymentState.Approved, sale.Amount), (tried!.State, tried.Amount!.Value));
        Assert.Equal(sale.Amount.Minor, world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task A_try_carries_number_and_expiry_and_neither_track_nor_cryptogram()
    {
        await using var world = await PaymentWorld.Start();
        world.Acquirer.Frames = [];
        var sale = await Declined(world, "51");
        var kept = await world.Find(sale);
        Answer(world, "00");
        await world.Settle();

        // What lay behind the expiry on the stripe, as bytes of the line.
        var stripe = "=30121010000000"u8.ToArray();
        var frames = world.Acquirer.Frames.Where(frame => frame.AsSpan().StartsWith("0200"u8)).ToArray();
        Assert.Equal([true, false], frames.Select(frame => frame.AsSpan().IndexOf(stripe) >= 0));
        Assert.All(frames, frame => Assert.True(frame.AsSpan().IndexOf("4242424242424242"u8) >= 0));
        Assert.Null(kept.Sealed);
        Assert.True(SealedCard.TryReadKeyId(kept.Reference, out var reference));
        Assert.True(SealedCard.TryReadKeyId(sale.Card.Content.Span, out var taken));
        Assert.NotEqual(taken, reference);

        var sent = world.Acquirer.Received.Where(message => message.Mti == "0200").ToArray();
        Assert.Equal(2, sent.Length);
        Assert.True(sent[0].Has(35) || sent[0].Has(55));
        Assert.False(sent[1].Has(35) || sent[1].Has(55));
        Assert.True(sent[1].Has(2) && sent[1].Has(14));
        Assert.Equal("012", sent[1].Get(22));
        Assert.NotEqual(sent[0].Get(37), sent[1].Get(37));
    }

    [Fact]
    public async Task An_acquirers_own_waits_go_before_those_of_the_program()
    {
        await using var world = await PaymentWorld.Start(
            profile => profile with { RetryWaits = [TimeSpan.FromHours(2)] });
        var sale = await Declined(world, "51");

        var planned = await CaseOf(world, sale);
        Assert.Equal(planned!.LostAt.AddHours(2), planned.NextAt);
        await world.Settle();

        var left = await CaseOf(world, sale);
        Assert.Equal((CaseState.Open, 1), (left!.State, left.Tries.Count));
    }

    [Fact]
    public async Task After_the_last_try_a_person_decides_and_no_further_request_leaves()
    {
        await using var world = await PaymentWorld.Start();
        var sale = await Declined(world, "51");
        await world.Settle();

        var left = await CaseOf(world, sale);
        Assert.Equal((CaseState.Open, 3), (left!.State, left.Tries.Count));
        Assert.Equal(4, world.Acquirer.Received.Count(message => message.Mti == "0200"));
        Assert.Equal(0, world.Acquirer.Ledger.ChargedMinor);
    }

    [Theory]
    [InlineData("57")]
    [InlineData("43")]
    public async Task A_decline_for_good_is_a_case_without_a_plan(string code)
    {
        await using var world = await PaymentWorld.Start();
        var sale = await Declined(world, code);
        await world.Settle();

        Assert.Equal((CaseState.Open, 0), await StateOf(world, sale));
        Assert.Equal(1, world.Acquirer.Received.Count(message => message.Mti == "0200"));
    }

    [Fact]
    public async Task A_payment_declined_while_the_customer_waited_is_no_case()
    {
        await using var world = await PaymentWorld.Start();
        Answer(world, "51");
        var sale = world.Sale();
        await world.Ask(sale);
        await world.Attempt(sale);
        await world.Fail(sale, "51");
        await world.Settle();

        Assert.Null(await CaseOf(world, sale));
    }

    [Fact]
    public async Task The_terminal_is_told_of_the_decline_and_nothing_of_the_tries()
    {
        await using var world = await PaymentWorld.Start();
        var sale = await Declined(world, "51");
        Answer(world, "00");
        await world.Settle();

        var told = Assert.Single(await world.Outcomes());
        Assert.Equal((sale.Payment, PaymentState.Declined), (told.Payment, told.State));
    }

    [Fact]
    public async Task Killed_before_any_commit_a_try_is_made_once()
    {
        for (var commits = 1; ; commits++)
        {
            await using var world = await PaymentWorld.Start();
            var sale = await Declined(world, "51");
            Answer(world, "00");
            world.Time.Advance(TimeSpan.FromDays(1));
            world.Engine.DieAt = world.Engine.Commits + commits;
            var killed = false;
            try
            {
                await world.RunDue();
                await world.RunDue();
            }
            catch (KilledException)
            {
                killed = true;
                await world.Restart();
            }
            world.Engine.Revive();
            await world.Settle();

            Assert.Equal((CaseState.Recovered, 1), await StateOf(world, sale));
            Assert.Equal(sale.Amount.Minor, world.Acquirer.Ledger.ChargedMinor);
            if (!killed)
                return;
        }
    }

    [Fact]
    public async Task What_is_written_of_the_case_while_a_try_is_prepared_stays()
    {
        await using var world = await PaymentWorld.Start();
        var sale = await Declined(world, "51");
        Answer(world, "00");
        world.Time.Advance(TimeSpan.FromDays(1));
        var key = RecoveryCase.KeyOf(sale.Payment);
        world.Engine.BehindRead = (key, async () =>
        {
            var row = (await world.Tables.Get(TableNames.Terminal, PaymentWorld.Terminal, key))!;
            var offered = RecoveryCase.From(row).Offer(
                "ada@example.com", "Kim", world.Time.GetUtcNow(), TimeSpan.FromDays(7));
            Assert.Null(await world.Tables.TryCommit(
                TableNames.Terminal, PaymentWorld.Terminal, [Change.Replace(offered.ToRow(row.ETag))],
                default));
        });

        await world.Settle();

        var left = await CaseOf(world, sale);
        Assert.Equal((CaseState.Recovered, 1), (left!.State, left.Tries.Count));
        Assert.Equal(1, left.Link?.Number);
    }

    [Fact]
    public async Task A_payment_that_was_never_asked_for_expires_after_its_time_and_is_a_case()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        world.Time.Advance(TimeSpan.FromHours(73));

        await world.RunDue();

        Assert.Equal(PaymentState.Expired, (await world.Find(sale)).State);
        Assert.Equal((CaseState.Open, 0), await StateOf(world, sale));
        Assert.DoesNotContain(world.Acquirer.Received, message => message.Mti == "0200");
        Assert.Null(await world.Due.Take(
            PaymentWork.Authorise, PaymentWork.IdOf(PaymentWorld.Terminal, sale.Payment)));
    }

    private static async Task<TestSale> Declined(PaymentWorld world, string code)
    {
        Answer(world, code);
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();
        await world.RunDue();
        Assert.Equal(PaymentState.Declined, (await world.Find(sale)).State);
        return sale;
    }

    private static void Answer(PaymentWorld world, string code) =>
        world.Acquirer.Ledger.Decide = _ => code;

    private static async Task<RecoveryCase?> CaseOf(PaymentWorld world, TestSale sale) =>
        await world.Tables.Get(
            TableNames.Terminal, PaymentWorld.Terminal, RecoveryCase.KeyOf(sale.Payment)) is { } row
            ? RecoveryCase.From(row)
            : null;

    private static async Task<(CaseState, int)> StateOf(PaymentWorld world, TestSale sale) =>
        await CaseOf(world, sale) is { } known ? (known.State, known.Tries.Count) : default;
}
