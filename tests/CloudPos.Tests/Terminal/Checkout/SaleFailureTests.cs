using CloudPos.Journal;
using CloudPos.Terminal.Checkout;
using CloudPos.Terminal.Journal;
using CloudPos.Terminal.Uplink;
using CloudPos.Tests.Terminal.Journal;
using CloudPos.Wire;
using Microsoft.Data.Sqlite;

namespace CloudPos.Tests.Terminal.Checkout;

/// <summary>What is left when program or disk fail between two durable steps of a card sale.</summary>
public sealed class SaleFailureTests : IDisposable
{
    private readonly TestShop _shop = new();
    private SqliteConnection? _holder;

    [Fact]
    public async Task A_crash_while_the_issuer_is_asked_leaves_an_attempt_that_is_never_charged_anew()
    {
        _shop.Issuer = _ => throw new InvalidOperationException("The program ends here.");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _shop.SellByCard());

        var store = _shop.Till.Reopen();

        var open = Assert.Single(store.OpenAttempts);
        Assert.Equal((_shop.Asked.Single().Payment, true), (open.Payment, open.Online));
        Assert.Empty(store.Sales());
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");
        var again = await _shop.SellByCard();
        Assert.NotEqual(open.Payment, again.Payment);
        Assert.True(store.AbandonPayment(open.Payment, "after a crash").IsStored);
        Assert.True(store.Verify().IsSound);
    }

    [Fact]
    public async Task Nobody_is_asked_when_the_attempt_cannot_be_written()
    {
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Approved, "00", "A1B2C3");
        Hold();

        var result = await _shop.SellByCard();

        Assert.Equal(SaleStatus.NotStored, result.Status);
        Assert.Empty(_shop.Asked);
    }

    [Theory]
    [InlineData(AuthoriseResult.Approved, "Unknown")]
    [InlineData(AuthoriseResult.Unknown, "Unknown")]
    [InlineData(AuthoriseResult.NotAsked, "NotStored")]
    [InlineData(AuthoriseResult.Declined, "Declined")]
    public async Task What_cannot_be_written_after_the_answer_is_unknown_where_a_charge_is_possible(
        AuthoriseResult answer, string status)
    {
        _shop.Issuer = request =>
        {
            Hold();
            return TestShop.Answer(request, answer, "00", null);
        };

        var result = await _shop.SellByCard();
        Release();

        Assert.Equal(status, result.Status.ToString());
        Assert.Equal(result.Payment ?? _shop.Asked[0].Payment, _shop.Store.OpenAttempts.Single().Payment);
        Assert.Empty(_shop.Store.Sales());
        Assert.Equal(0, _shop.Store.Exposure(TestShop.Eur).Count);
    }

    [Fact]
    public async Task An_outcome_that_the_feed_brings_first_is_not_overruled_by_standing_in()
    {
        _shop.Issuer = request =>
        {
            _shop.Apply(new FeedRow(Outcome: new Outcome(
                request.Payment, PaymentState.Declined, "51", null, null, false, request.At)));
            return Reply<AuthoriseAnswer>.NoAnswer("No answer in time.");
        };

        var result = await _shop.SellByCard();

        Assert.Equal((SaleStatus.Declined, "51"), (result.Status, result.ResponseCode));
        Assert.Empty(_shop.Store.Sales());
        Assert.Empty(_shop.Store.OpenAttempts);
    }

    [Fact]
    public async Task A_decline_without_its_reason_is_unknown()
    {
        _shop.Issuer = request => TestShop.Answer(request, AuthoriseResult.Declined);

        var result = await _shop.SellByCard();

        Assert.Equal(Approval.Deferred, result.Sale!.Tenders.Single().Payment!.Approval);
    }

    public void Dispose()
    {
        Release();
        _shop.Dispose();
    }

    /// <summary>Another program takes the file, so that nothing can be written.</summary>
    private void Hold()
    {
        StoreDatabase.Share(_shop.Store);
        var path = _shop.Till.PathOf(TerminalStore.DatabaseName);
        _holder = new SqliteConnection($"Data Source={path};Pooling=false");
        _holder.Open();
        Run("BEGIN IMMEDIATE");
    }

    private void Release()
    {
        if (_holder is null)
            return;
        Run("ROLLBACK");
        _holder.Dispose();
        _holder = null;
    }

    private void Run(string sql)
    {
        using var command = _holder!.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
