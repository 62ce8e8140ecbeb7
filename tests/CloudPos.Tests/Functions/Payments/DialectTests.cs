using System.Text.Json;
using CloudPos.Functions.Acquiring;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Payments;
using CloudPos.Functions.Recovery;
using CloudPos.Functions.Tables;
using CloudPos.Local.Acquirer;
using CloudPos.Tests.Contracts;
using CloudPos.Tests.Functions.Acquiring;
using CloudPos.Wire;
using NamedCards = CloudPos.Tests.Local.TestCards;

namespace CloudPos.Tests.Functions.Payments;

/// <summary>
/// The room and the acquirer of infra/local in the packed dialect: other frames, fields, codes and message
/// types, and not a line of code of their own.
/// </summary>
public sealed class DialectTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private AcquirerHost _acquirer = null!;
    private PaymentWorld _world = null!;

    public async ValueTask InitializeAsync()
    {
        _acquirer = await AcquirerHost.StartAsync(
            new AcquirerOptions(_folder.Path) { Dialect = Dialect.Packed }, TimeProvider.System);
        _world = await PaymentWorld.Start(
            quick => AcquirerProfile.Packed with
            {
                AnswerTimeout = TimeSpan.FromSeconds(1), ReconnectDelayMin = quick.ReconnectDelayMin,
                ReconnectDelayMax = quick.ReconnectDelayMax,
            },
            port: _acquirer.Address.Port, retries: RetryRules.Parse("none"));
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _acquirer.DisposeAsync();
        _folder.Dispose();
    }

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
        var sale = await Deferred(NamedCards.Pan(card));

        var payment = await _world.Find(sale);
        Assert.Equal((state, code), (payment.State, payment.Answer!.ResponseCode));
        var transaction = Assert.Single(await Log()).GetProperty("transaction");
        Assert.True(transaction.GetProperty("deferred").GetBoolean());
        Assert.Equal("2607041130", transaction.GetProperty("offlineTime").GetString());
        Assert.Equal(code == "N3" ? 1 : 0, (await _world.Denied()).Tags.Count);
    }

    [Fact]
    public async Task A_live_payment_carries_no_deferred_flag_and_its_void_is_reversed()
    {
        var sale = _world.Sale();
        Assert.Equal(AuthoriseResult.Approved, (await _world.Ask(sale)).Result);
        await _world.Void(sale);
        await _world.Settle();

        var line = Assert.Single(await Log());
        Assert.True(line.GetProperty("reversed").GetBoolean());
        Assert.False(line.GetProperty("transaction").GetProperty("deferred").GetBoolean());
        var payment = await _world.Find(sale);
        Assert.Equal((PaymentState.Reversed, true), (payment.State, payment.Reversal!.HasUndone));
    }

    [Fact]
    public async Task A_refund_goes_to_the_acquirer_that_took_the_money()
    {
        var sale = await Deferred(TestCards.Visa);
        var refund = Id.New();
        await _world.Recorder.RecordRefund(
            await _world.Find(sale), refund, new Money(200, sale.Amount.Currency), new DateOnly(2026, 7, 5),
            "T0000001-1-2", PaymentWorld.Noon, default);
        await _world.Settle();

        var row = (await _world.Store.Find(PaymentWorld.Terminal, refund, default))!;
        Assert.Equal(("packed", "packed"), (row.Origin!.Acquirer, row.Asked!.Acquirer));
        Assert.Equal((PaymentState.Approved, "Y0"), (row.State, row.Answer!.ResponseCode));
        var given = (await Log())[^1].GetProperty("transaction");
        Assert.Equal("200000", given.GetProperty("processing").GetString());
        Assert.Equal(200, given.GetProperty("amountMinor").GetInt64());
    }

    [Fact]
    public async Task What_was_asked_of_an_acquirer_that_is_gone_is_asked_of_no_other()
    {
        var sale = _world.Sale(pan: NamedCards.Pan("silent until its repeat"));
        Assert.Equal(AuthoriseResult.Unknown, (await _world.Ask(sale)).Result);
        await _world.Attempt(sale);
        await _world.Accept(sale);
        await using var other = await PaymentWorld.Start();
        await other.Tables.TryCommit(
            TableNames.Terminal, PaymentWorld.Terminal,
            [Copied((await _world.Find(sale)).Stored!)]);
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

    private async Task<TestSale> Deferred(string pan)
    {
        var sale = _world.Sale(pan: pan);
        await _world.Attempt(sale);
        await _world.Accept(sale);
        await _world.RunDue();
        await PaymentWorld.Until(() => _world.Link.IsReady);
        await _world.Settle();
        return sale;
    }

    private async Task<List<JsonElement>> Log()
    {
        using var http = new HttpClient();
        var json = await http.GetStringAsync(new Uri($"{_acquirer.ControlAddress}/log"));
        return [.. JsonDocument.Parse(json).RootElement.EnumerateArray()];
    }
}
