using Azure.Data.Tables;

namespace CloudPos.Tests.Contracts;

/// <summary>
/// What the emulator takes although Azure refuses it: the reason why the port counts for itself. Were one of
/// these to fail after an upgrade, the emulator has learnt to refuse it, and the line here can go.
/// </summary>
public sealed class AzuriteAssumptionsTests
{
    [Fact]
    public async Task It_takes_a_transaction_over_two_partitions() =>
        await Take([Add("p", "k"), Add("q", "k")]);

    [Fact]
    public async Task It_answers_a_hundred_and_one_changes_with_what_the_library_cannot_read()
    {
        var table = await NewTable();
        var changes = Enumerable.Range(0, 101).Select(n => Add("p", $"k{n:D3}"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => table.SubmitTransactionAsync(changes));
    }

    [Fact]
    public async Task It_takes_more_than_252_properties()
    {
        var entity = new TableEntity("p", "k");
        for (int i = 0; i < 300; i++) entity[$"p{i}"] = i;
        await Take([new TableTransactionAction(TableTransactionActionType.Add, entity)]);
    }

    [Fact]
    public async Task It_takes_a_row_over_one_mebibyte()
    {
        var entity = new TableEntity("p", "k");
        for (int i = 0; i < 20; i++) entity[$"p{i}"] = new byte[64 * 1024];
        await Take([new TableTransactionAction(TableTransactionActionType.Add, entity)]);
    }

    private static TableTransactionAction Add(string partition, string key) =>
        new(TableTransactionActionType.Add, new TableEntity(partition, key));

    private static async Task Take(IReadOnlyList<TableTransactionAction> actions)
    {
        var table = await NewTable();
        await table.SubmitTransactionAsync(actions);
        foreach (var action in actions)
            Assert.True((await table.GetEntityIfExistsAsync<TableEntity>(
                action.Entity.PartitionKey, action.Entity.RowKey)).HasValue);
    }

    private static async Task<TableClient> NewTable()
    {
        var address = await Azurite.NewAccount();
        var (account, key) = address.EmulatorKey!.Value;
        var client = new TableClient(
            address.Endpoint, "Things", new TableSharedKeyCredential(account, key));
        await client.CreateAsync();
        return client;
    }
}
