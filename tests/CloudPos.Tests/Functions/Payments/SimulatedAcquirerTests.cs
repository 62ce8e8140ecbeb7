using CloudPos.Functions.Payments;
using CloudPos.Wire;
using NamedCards = CloudPos.Tests.Local.TestCards;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// The room against the acquirer of infra/local, which misbehaves by card. What it says in its own log is
/// what counts.
/// </summary>
public sealed class SimulatedAcquirerTests : AcquirerDoubleTests
{
    [Theory]
    [InlineData("visa", PaymentState.Approved, "00")]
    [InlineData("mastercard", PaymentState.Approved, "00")]
    [InlineData("declined, generic", PaymentState.Declined, "05")]
    [InlineData("declined, insufficient funds", PaymentState.Declined, "51")]
    [InlineData("declined, lost", PaymentState.Declined, "41")]
    [InlineData("declined, stolen", PaymentState.Declined, "43")]
    [InlineData("declined, expired", PaymentState.Declined, "54")]
    [InlineData("declined, processing error", PaymentState.Declined, "96")]
    [InlineData("silent until its repeat", PaymentState.Approved, "00")]
    [InlineData("answered twice", PaymentState.Approved, "00")]
    [InlineData("dropped", PaymentState.Approved, "00")]
    [InlineData("late", PaymentState.Approved, "00")]
    public async Task A_deferred_payment_finds_its_outcome_and_is_in_the_log_once(
        string card, PaymentState state, string code)
    {
        var sale = await Deferred(NamedCards.Pan(card), card is "silent until its repeat" or "late");

        var payment = await World.Find(sale);
        Assert.Equal((state, code), (payment.State, payment.Answer!.ResponseCode));
        var logged = Assert.Single(await Log());
        var transaction = logged.GetProperty("transaction");
        Assert.Equal(1234, transaction.GetProperty("amountMinor").GetInt64());
        Assert.True(transaction.GetProperty("deferred").GetBoolean());
        Assert.Equal(code, transaction.GetProperty("code").GetString());
        Assert.False(logged.GetProperty("reversed").GetBoolean());
        Assert.Equal(code is "41" or "43" ? 1 : 0, (await World.Denied()).Tags.Count);
    }

    [Theory]
    [InlineData("silent until its repeat")]
    [InlineData("dropped")]
    public async Task An_unknown_that_is_abandoned_is_reversed_in_the_log(string card)
    {
        var sale = World.Sale(pan: NamedCards.Pan(card));
        var asking = World.Ask(sale);
        if (card != "dropped")
            await Unanswered(asking);
        var answer = await asking;
        await World.Attempt(sale);
        await World.Abandon(sale);
        await PaymentWorld.Until(() => World.Link.IsReady);
        await World.Settle();

        Assert.Equal(AuthoriseResult.Unknown, answer.Result);
        Assert.Equal(PaymentState.Reversed, (await World.Find(sale)).State);
        Assert.True(Assert.Single(await Log()).GetProperty("reversed").GetBoolean());
    }

    [Fact]
    public async Task A_live_payment_is_captured_and_its_void_reversed()
    {
        var (kept, voided) = (World.Sale(500), World.Sale(700));
        Assert.Equal(AuthoriseResult.Approved, (await World.Ask(kept)).Result);
        Assert.Equal(AuthoriseResult.Approved, (await World.Ask(voided)).Result);
        await World.Void(voided);
        await World.Settle();

        var log = await Log();
        Assert.Equal([false, true], log.Select(line => line.GetProperty("reversed").GetBoolean()));
        Assert.All(
            log, line => Assert.False(line.GetProperty("transaction").GetProperty("deferred").GetBoolean()));
    }
}
