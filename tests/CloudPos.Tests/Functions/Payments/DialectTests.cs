using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Tables;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;
using NamedCards = CloudPos.Tests.Local.TestCards;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// The room and the acquirer of infra/local in the packed dialect: other frames, fields, codes and message
/// types, and not a line of code of their own.
/// </summary>
public sealed class DialectTests : AcquirerDoubleTests
{
    private protected override Dialect Dialect => Dialect.Packed;

    private protected override AcquirerProfile Profile(AcquirerProfile quick) => AcquirerProfile.Packed with
    {
        ReconnectDelayMin = quick.ReconnectDelayMin, ReconnectDelayMax = quick.ReconnectDelayMax,
    };

    [Theory]
    [InlineData("visa", PaymentState.Approved, "Y0")]
    [InlineData("declined, insufficient funds", PaymentState.Declined, "N1")]
    [InlineData("declined, stolen", PaymentState.Declined, "N3")]
    [InlineData("silent until its repeat", PaymentState.Approved, "Y0")]
    [InlineData("answered twice", PaymentState.Approved, "Y0")]
    [InlineData("dropped", PaymentState.Approved, "Y0")]
    public async Task A_deferred_payment_finds_its_outcome_in_the_packed_dialect(
        string card, PaymentState state, string code)
    {
        var sale = await Deferred(NamedCards.Pan(card), isSilent: card == "silent until its repeat");

        var payment = await World.Find(sale);
        Assert.Equal((state, code), (payment.State, payment.Answer!.ResponseCode));
        var transaction = Assert.Single(await Log()).GetProperty("transaction");
        Assert.True(transaction.GetProperty("deferred").GetBoolean());
        Assert.Equal("2607041130", transaction.GetProperty("offlineTime").GetString());
        Assert.Equal(code == "N3" ? 1 : 0, (await World.Denied()).Tags.Count);
    }

    [Fact]
    public async Task A_live_payment_carries_no_deferred_flag_and_its_void_is_reversed()
    {
        var sale = World.Sale();
        Assert.Equal(AuthoriseResult.Approved, (await World.Ask(sale)).Result);
        await World.Void(sale);
        await World.Settle();

        var line = Assert.Single(await Log());
        Assert.True(line.GetProperty("reversed").GetBoolean());
        Assert.False(line.GetProperty("transaction").GetProperty("deferred").GetBoolean());
        var payment = await World.Find(sale);
        Assert.Equal((PaymentState.Reversed, true), (payment.State, payment.Reversal!.HasUndone));
    }

    [Fact]
    public async Task A_refund_goes_to_the_acquirer_that_took_the_money()
    {
        var sale = await Deferred(TestCards.Visa);
        var refund = Id.New();
        await World.Recorder.RecordRefund(
            await World.Find(sale), refund, new Money(200, sale.Amount.Currency), new DateOnly(2026, 7, 5),
            "T0000001-1-2", PaymentWorld.Noon, default);
        await World.Settle();

        var row = (await World.Store.Find(PaymentWorld.Terminal, refund, default))!;
        Assert.Equal(("packed", "packed"), (row.Origin!.Acquirer, row.Asked!.Acquirer));
        Assert.Equal((PaymentState.Approved, "Y0"), (row.State, row.Answer!.ResponseCode));
        var given = (await Log())[^1].GetProperty("transaction");
        Assert.Equal("200000", given.GetProperty("processing").GetString());
        Assert.Equal(200, given.GetProperty("amountMinor").GetInt64());
    }

    [Fact]
    public async Task What_was_asked_of_an_acquirer_that_is_gone_is_asked_of_no_other()
    {
        var sale = World.Sale(pan: NamedCards.Pan("silent until its repeat"));
        var asking = World.Ask(sale);
        await Unanswered(asking);
        Assert.Equal(AuthoriseResult.Unknown, (await asking).Result);
        await World.Attempt(sale);
        await World.Accept(sale);
        await using var other = await PaymentWorld.Start();
        await other.Tables.TryCommit(
            TableNames.Terminal, PaymentWorld.Terminal,
            [Copied((await World.Find(sale)).Stored!)]);
        var copied = (await other.Store.Find(PaymentWorld.Terminal, sale.Payment, default))!;

        await other.Due.Owe(
            PaymentWork.Authorise, PaymentWork.IdOf(PaymentWorld.Terminal, sale.Payment), null, default,
            [("terminal", PaymentWorld.Terminal), ("payment", sale.Payment.ToString())]);
        other.Time.Advance(TimeSpan.FromMinutes(2));
        await other.RunDue();

        Assert.Equal("packed", copied.Asked!.Acquirer);
        Assert.Equal("acquirer packed is not configured any more", (await other.Find(sale)).Held);
        Assert.Empty(other.Acquirer.Ledger.Lines);
    }

    private static Change Copied(Row row)
    {
        var copy = new Row(row.Partition, row.Key);
        foreach (var (name, value) in row.Values.Where(pair => pair.Key != "feed"))
            copy[name] = value;
        return Change.Insert(copy);
    }
}
