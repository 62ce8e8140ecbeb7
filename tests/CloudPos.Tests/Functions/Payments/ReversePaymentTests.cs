using CloudPos.Functions.Payments;
using CloudPos.Iso8583;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;

namespace CloudPos.Tests.Functions.Payments;

public class ReversePaymentTests
{
    [Fact]
    public async Task A_voided_sale_whose_payment_was_approved_is_reversed_at_the_acquirer()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Ask(sale);
        await world.Attempt(sale);
        await world.Accept(sale, Approval.Online);

        Assert.Equal(RecordResult.Recorded, (await world.Void(sale)).Result);
        await world.Settle();

        Assert.Equal(PaymentState.Reversed, (await world.Find(sale)).State);
        Assert.Equal(0, world.Acquirer.Ledger.ChargedMinor);
        Assert.Equal(PaymentState.Reversed, Assert.Single(await world.Outcomes()).State);
    }

    [Fact]
    public async Task The_reversal_names_the_request_and_has_a_number_of_its_own()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Ask(sale);
        await world.Void(sale);
        await world.Settle();

        var reversal = Assert.Single(world.Acquirer.Received, message => message.Mti == "0420");
        Assert.Equal("0200" + "000001" + "0704120000" + "00000123456" + "00000000000", reversal.Get(90));
        Assert.Equal(("000002", "618512000001"), (reversal.Get(11), reversal.Get(37)));
        Assert.Equal(TestCards.Visa, reversal.RevealText(2));
        Assert.False(reversal.Has(35));
    }

    [Fact]
    public async Task An_unanswered_reversal_is_repeated_until_it_is_answered()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        var sale = world.Sale();
        await world.Ask(sale);
        var reversals = 0;
        world.Acquirer.Script = (message, from) => ++reversals < 3
            ? Task.CompletedTask
            : world.Acquirer.Ledger.Answer(message, from);
        await world.Abandon(sale);
        await world.Settle();

        Assert.Equal(PaymentState.Reversed, (await world.Find(sale)).State);
        var sent = world.Acquirer.Received.Where(message => message.Mti is "0420" or "0421").ToList();
        Assert.Equal(["0420", "0421", "0421"], sent.Select(message => message.Mti));
        Assert.Single(sent.Select(message => (message.Get(7), message.Get(11), message.Get(90))).Distinct());
    }

    [Fact]
    public async Task An_abandoned_attempt_without_an_answer_is_reversed_and_not_asked_again()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        world.Acquirer.Script = (message, from) =>
        {
            var answer = world.Acquirer.Ledger.Enter(message);
            return message.Mti == "0200"
                ? Task.CompletedTask : from.Answer(message, answer.Code, answer.Fields);
        };
        var sale = world.Sale();
        var answer = await world.Ask(sale);
        await world.Attempt(sale);
        await world.Abandon(sale);
        await world.Settle();

        Assert.Equal(AuthoriseResult.Unknown, answer.Result);
        Assert.Equal(PaymentState.Reversed, (await world.Find(sale)).State);
        Assert.Equal(0, world.Acquirer.Ledger.ChargedMinor);
        Assert.Equal(
            ["0200", "0420"],
            world.Acquirer.Received.Select(message => message.Mti).Where(mti => mti != "0800"));
        Assert.DoesNotContain(await world.Rows(), row => row.Has("sealed"));
    }

    [Fact]
    public async Task A_reversal_waits_until_no_byte_of_its_request_can_leave_any_more()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        world.Acquirer.Script = (_, _) => Task.CompletedTask;
        var sale = world.Sale();
        await world.Ask(sale);
        await world.Abandon(sale);
        // The room's clock stands, so the request may still be on its way.
        await world.RunDue();
        Assert.DoesNotContain(world.Acquirer.Received, message => message.Mti == "0420");

        world.Time.Advance(world.Profile.AnswerTimeout + TimeSpan.FromSeconds(1));
        await world.RunDue();
        Assert.Contains(world.Acquirer.Received, message => message.Mti == "0420");
    }

    [Fact]
    public async Task A_late_approval_of_an_abandoned_payment_does_not_bring_it_back()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        (Iso8583Message Message, Conversation From)? held = null;
        world.Acquirer.Script = (message, from) =>
        {
            if (message.Mti != "0200")
                return world.Acquirer.Ledger.Answer(message, from);
            held = (message, from);
            return Task.CompletedTask;
        };
        var sale = world.Sale();
        await world.Ask(sale);
        await world.Abandon(sale);
        await world.Acquirer.Ledger.Answer(held!.Value.Message, held.Value.From);
        await PaymentWorld.Until(() => world.Late.ResolvedCount == 1);
        Assert.Equal(PaymentState.Reversing, (await world.Find(sale)).State);
        await world.Settle();

        var payment = await world.Find(sale);
        Assert.Equal((PaymentState.Reversed, "00"), (payment.State, payment.Answer!.ResponseCode));
        Assert.Equal(0, world.Acquirer.Ledger.ChargedMinor);
    }

    [Fact]
    public async Task A_reversal_that_the_acquirer_refuses_is_shown_and_asked_again()
    {
        await using var world = await PaymentWorld.Start();
        var sale = world.Sale();
        await world.Ask(sale);
        var refuses = true;
        world.Acquirer.Script = (message, from) => refuses
            ? from.Answer(message, "96")
            : world.Acquirer.Ledger.Answer(message, from);
        await world.Void(sale);
        await world.RunDue();
        var held = await world.Find(sale);
        Assert.Equal((PaymentState.Reversing, "its reversal is answered 96"), (held.State, held.Held));

        refuses = false;
        await world.Settle();
        var payment = await world.Find(sale);
        Assert.Equal((PaymentState.Reversed, null), (payment.State, payment.Held));
    }

    [Fact]
    public async Task A_reversal_of_what_never_arrived_ends_too()
    {
        await using var world = await PaymentWorld.Start(endsAtSilence: true);
        world.Acquirer.Script = (message, from) => message.Mti == "0200"
            ? Task.CompletedTask
            : world.Acquirer.Ledger.Answer(message, from);
        var sale = world.Sale();
        await world.Ask(sale);
        await world.Abandon(sale);
        await world.Settle();

        Assert.Equal(PaymentState.Reversed, (await world.Find(sale)).State);
        Assert.Empty(world.Acquirer.Ledger.Lines);
    }
}
