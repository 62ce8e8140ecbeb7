using CloudPos.Functions.Payments;
using CloudPos.Iso8583;
using CloudPos.Tests.Functions.Acquiring;

namespace CloudPos.Tests.Functions.Payments;

public class GivenBackTests
{
    private static readonly DateOnly Today = new(2026, 7, 4);

    [Fact]
    public async Task A_refund_is_a_request_of_its_own_for_number_and_expiry_alone()
    {
        await using var world = await PaymentWorld.Start();
        var original = await Approved(world);

        var refund = Id.New();
        await Refund(world, original, refund, 500);
        await world.RunDue();

        var messages = await Sent(world, 2);
        Assert.Equal(
            ("0200", "200000", "000000000500", TestCards.Visa, "012"),
            (messages[1].Mti, messages[1].Get(3), messages[1].Get(4), messages[1].RevealText(2),
                messages[1].Get(22)));
        Assert.Equal((false, false, false), (messages[1].Has(35), messages[1].Has(55), messages[1].Has(60)));
        Assert.NotEqual(messages[0].Get(37), messages[1].Get(37));
        var row = (await world.Store.Find(PaymentWorld.Terminal, refund, default))!;
        Assert.Equal((PaymentState.Approved, original.Payment), (row.State, row.Origin!.Payment));
        Assert.Equal(0, await world.OwedCount());
    }

    [Fact]
    public async Task A_refund_told_twice_is_asked_for_once_and_another_amount_is_refused()
    {
        await using var world = await PaymentWorld.Start();
        var original = await Approved(world);
        var refund = Id.New();

        Assert.Equal(RecordResult.Recorded, (await Refund(world, original, refund, 500)).Result);
        await world.RunDue();
        Assert.Equal(RecordResult.AlreadyRecorded, (await Refund(world, original, refund, 500)).Result);
        var other = await Refund(world, original, refund, 600);
        await world.Settle();

        Assert.Equal((RecordResult.Differs, "amount"), (other.Result, other.Detail));
        Assert.Equal(2, world.Acquirer.Ledger.Lines.Count);
    }

    [Fact]
    public async Task A_declined_refund_stays_for_a_person_and_its_card_is_not_denied()
    {
        await using var world = await PaymentWorld.Start();
        var original = await Approved(world);
        world.Acquirer.Ledger.Decide = _ => "41";

        var refund = Id.New();
        await Refund(world, original, refund, 500);
        await world.Settle();

        var row = (await world.Store.Find(PaymentWorld.Terminal, refund, default))!;
        Assert.Equal((PaymentState.Declined, AnswerDecisions.RefundDeclined), (row.State, row.Held));
        Assert.Empty((await world.Denied()).Tags);
    }

    [Fact]
    public async Task A_void_of_a_payment_in_a_batch_gives_it_back_once()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();
        await world.Store.Change(
            PaymentWorld.Terminal, sale.Payment,
            row => PaymentChange.To(row!.Advance(
                PaymentState.Batched, world.Time.GetUtcNow(), "in a batch", "test") with { Batch = "b" }),
            default);

        await world.Void(sale);
        await world.Void(sale);
        await world.Settle();

        Assert.Equal(PaymentState.Batched, (await world.Find(sale)).State);
        var credit = Assert.Single(
            await Sent(world, 2), message => message.Get(3) == ProcessingCode.Refund);
        Assert.Equal("000000001234", credit.Get(4));
        // The terminal knows the payment, and waits for its end; of the refund it knows nothing.
        var told = (await world.Outcomes())[^1];
        Assert.Equal((sale.Payment, PaymentState.Reversed), (told.Payment, told.State));
    }

    private static async Task<PaymentRow> Approved(PaymentWorld world)
    {
        var sale = world.Sale();
        await world.Attempt(sale);
        await world.Accept(sale);
        await world.RunDue();
        return await world.Find(sale);
    }

    private static Task<RecordOutcome> Refund(PaymentWorld world, PaymentRow original, Id refund,
        long minor) =>
        world.Recorder.RecordRefund(
            original, refund, new Money(minor, Currency.Parse("EUR")), Today, "T0000001-1-1",
            PaymentWorld.Noon, default);

    private static async Task<List<Iso8583Message>> Sent(PaymentWorld world, int count)
    {
        var sent = new List<Iso8583Message>();
        while (sent.Count < count)
            sent.Add((await world.Acquirer.Requests.Reader.ReadAsync()).Message);
        Assert.False(world.Acquirer.Requests.Reader.TryRead(out _));
        return sent;
    }
}
