using Azure;
using Azure.Data.Tables;
using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Contracts;

/// <summary>
/// Transactions that are carried out and not answered, or the other way round, between the real library and
/// the real emulator.
/// </summary>
public sealed class LostAnswerTests
{
    private const string Table = "Things";

    /// <summary>Where nothing comes back, and the test waits for that.</summary>
    private static readonly TimeSpan silentFor = TimeSpan.FromSeconds(25);

    [Theory]
    [InlineData(Loss.None, 1, 1)]
    [InlineData(Loss.Request, 2, 1)]
    [InlineData(Loss.Answer, 1, 1)]
    [InlineData(Loss.HalfAnswer, 1, 1)]
    [InlineData(Loss.Silence, 1, 1)]
    [InlineData(Loss.GatewayTimeout, 1, 1)]
    [InlineData(Loss.Late, 2, 2)]
    [InlineData(Loss.Busy, 2, 1)]
    public async Task Whatever_is_lost_the_commit_ends_in_done_and_one_effect(
        object loss, int sent, int carriedOut)
    {
        await using var proxy = new LossyProxy(await Target(), (1, (Loss)loss));
        await using var port = await Open(proxy, (Loss)loss == Loss.Silence ? silentFor : null);
        var result = await port.Commit(
            Table, "p", [Change.Insert(new Row("p", "a") { ["n"] = 1 }), Change.Insert(new Row("p", "b"))]);
        var done = Assert.IsType<CommitResult.Done>(result);
        Assert.Equal((await port.Get(Table, "p", "a"))!.ETag, done.ETags[0]);
        Assert.Equal((await port.Get(Table, "p", "b"))!.ETag, done.ETags[1]);
        Assert.Equal((sent, carriedOut), (proxy.Seen, proxy.CarriedOut));
    }

    [Theory]
    [InlineData(Loss.Request)]
    [InlineData(Loss.Answer)]
    [InlineData(Loss.Late)]
    public async Task Whichever_transaction_it_strikes_the_total_counts_each_effect_once(object loss)
    {
        const int effects = 4;
        int strikeAt = 0;
        int seen;
        do
        {
            strikeAt++;
            await using var proxy = new LossyProxy(await Target(), (strikeAt, (Loss)loss));
            await using var port = await Open(proxy);
            var start = new Row("p", "total") { ["n"] = 0 };
            Assert.Null(await port.TryCommit(Table, "p", [Change.Insert(start)]));
            for (int i = 0; i < effects; i++)
            {
                var total = (await port.Get(Table, "p", "total"))!;
                total["n"] = total.Number("n") + 1;
                Assert.Null(await port.TryCommit(
                    Table, "p", [Change.Insert(new Row("p", Keys.Of(i))), Change.Replace(total)]));
            }

            Assert.Equal(effects, (await port.Get(Table, "p", "total"))!.Number("n"));
            seen = proxy.Seen;
        }
        while (strikeAt <= seen);
    }

    [Fact]
    public async Task The_library_left_to_itself_calls_a_done_transaction_a_conflict()
    {
        await using var proxy = new LossyProxy(await Target(), (1, Loss.Answer));
        var address = await Azurite.NewAccount(proxy.Port);
        var (account, key) = address.EmulatorKey!.Value;
        var client = new TableServiceClient(address.Endpoint, new TableSharedKeyCredential(account, key));
        await client.CreateTableAsync(Table);
        var table = client.GetTableClient(Table);
        var insert = new TableTransactionAction(TableTransactionActionType.Add, new TableEntity("p", "k"));
        var e = await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => table.SubmitTransactionAsync([insert]));
        Assert.Equal("EntityAlreadyExists", e.ErrorCode);
        Assert.Equal(2, proxy.CarriedOut);
    }

    [Fact]
    public async Task A_lost_answer_is_unknown_to_the_engine_and_the_row_tells_whose_it_is()
    {
        await using var proxy = new LossyProxy(await Target(), (1, Loss.Answer));
        var address = await Azurite.NewAccount(proxy.Port);
        await using var engine = Azurite.Open(address);
        await engine.EnsureTable(Table, default);
        var result = await engine.Commit(Table, "p", [Change.Insert(new Row("p", "k"))], "mine", default);
        Assert.IsType<CommitResult.Unknown>(result);
        var row = (await engine.Get(Table, "p", "k", default))!;
        Assert.Equal("mine", row.CommitId);
    }

    [Fact]
    public async Task A_store_that_cannot_be_reached_is_busy_since_nothing_was_sent()
    {
        using var nobody = new TakenPort();
        var address = await Azurite.NewAccount(nobody.Address.Port);
        await using var engine = Azurite.Open(address);
        var result = await engine.Commit(Table, "p", [Change.Insert(new Row("p", "k"))], "id", default);
        Assert.IsType<CommitResult.Busy>(result);
        await Assert.ThrowsAsync<TableBusyException>(() => engine.Get(Table, "p", "k", default));
    }

    [Fact]
    public async Task A_throttled_store_says_when_to_come_back()
    {
        await using var proxy = new LossyProxy(await Target(), (1, Loss.Busy));
        await using var engine = Azurite.Open(await Azurite.NewAccount(proxy.Port));
        await engine.EnsureTable(Table, default);
        var result = await engine.Commit(Table, "p", [Change.Insert(new Row("p", "k"))], "id", default);
        Assert.Equal(new CommitResult.Busy(TimeSpan.FromSeconds(1)), result);
        Assert.Null(await engine.Get(Table, "p", "k", default));
    }

    [Fact]
    public async Task A_commit_that_its_caller_gives_up_says_so_and_is_no_answer()
    {
        await using var proxy = new LossyProxy(await Target(), (1, Loss.Silence));
        await using var port = await Open(proxy);
        using var cancel = new CancellationTokenSource();
        var commit = port.Commit(Table, "p", [Change.Insert(new Row("p", "k"))], cancel.Token);
        while (proxy.CarriedOut == 0) await Task.Delay(10);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => commit);
        Assert.NotNull(await port.Get(Table, "p", "k"));
    }

    [Fact]
    public async Task A_request_that_is_refused_as_wrong_throws_and_is_not_repeated()
    {
        var address = await Azurite.NewAccount();
        string text = $"AccountName=t1;AccountKey=bm90IHRoZSBrZXk=;TableEndpoint={address.Endpoint}";
        await using var port = new TablePort(Azurite.Open(TablesAddress.Parse(text)!), TimeProvider.System);
        var e = await Assert.ThrowsAsync<RequestFailedException>(() => port.EnsureTable(Table));
        Assert.Equal(403, e.Status);
    }

    private static async Task<int> Target()
    {
        Azurite.Require();
        return await Azurite.Port();
    }

    private static async Task<TablePort> Open(LossyProxy proxy, TimeSpan? within = null)
    {
        var engine = Azurite.Open(await Azurite.NewAccount(proxy.Port), within);
        var port = new TablePort(engine, TimeProvider.System, new Random(1));
        await port.EnsureTable(Table);
        return port;
    }
}
