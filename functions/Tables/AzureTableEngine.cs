using System.Collections.Concurrent;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace CloudPos.Functions.Tables;

/// <summary>
/// All tables in one account of Azure Tables, or in an emulator of it. A commit is one entity group
/// transaction, sent once: the library's own retries are off, because a second try of its that meets the
/// effect of the first would answer "conflict" for what is done. Thread-safe.
/// </summary>
internal sealed class AzureTableEngine : ITableEngine
{
    private readonly AzureTableAccount account;
    private readonly ConcurrentDictionary<string, TableClient> clients = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> spellings = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="account">Owned from here on.</param>
    public AzureTableEngine(AzureTableAccount account) => this.account = account;

    public async Task EnsureTable(string table, CancellationToken cancel)
    {
        // Azure does not tell names apart by case: two tables here would be one there.
        if (spellings.GetOrAdd(table, table) is var known && known != table)
            throw new InvalidOperationException($"Table '{table}' is already spelled '{known}'.");
        await Reading(() => account.Service.CreateTableIfNotExistsAsync(table, cancel), cancel);
    }

    public async Task<Row?> Get(string table, string partition, string key, CancellationToken cancel)
    {
        var found = await Reading(
            () => Client(table).GetEntityIfExistsAsync<TableEntity>(partition, key, null, cancel), cancel);
        if (found.HasValue) return AzureRows.Decode(found.Value!);
        AzureAnswers.ExpectRowNotFound(table, found.GetRawResponse());
        return null;
    }

    public Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel)
    {
        string filter = $"PartitionKey eq {Quoted(partition)}";
        if (from.Key.Length > 0) filter += $" and RowKey {(from.After ? "gt" : "ge")} {Quoted(from.Key)}";
        if (to is not null) filter += $" and RowKey lt {Quoted(to)}";
        return Page(table, filter, max, cancel);
    }

    /// <summary>
    /// The rest of the partition first, then the partitions after it. One filter with "or" between the two
    /// would say the same, but Azure reads the table from its start for it, page after page.
    /// </summary>
    public async Task<RowPage> Scan(
        string table, (string Partition, string Key)? after, int max, CancellationToken cancel)
    {
        if (after is not { } place) return await Page(table, null, max, cancel);
        var start = new PageStart(place.Key, After: true);
        var rest = await Range(table, place.Partition, start, null, max, cancel);
        return rest.Rows.Count > 0
            ? rest with { More = true }
            : await Page(table, $"PartitionKey gt {Quoted(place.Partition)}", max, cancel);
    }

    /// <summary>
    /// Cancelling ends the wait, not what was sent: as after Unknown, the state must be read again.
    /// </summary>
    public async Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
        CancellationToken cancel)
    {
        var actions = changes.Select(change => AzureRows.Encode(change, commitId)).ToList();
        try
        {
            var answers = await Client(table).SubmitTransactionAsync(actions, cancel);
            return AzureAnswers.ResultOf(changes, answers.Value);
        }
        catch (Exception e) when (AzureAnswers.ResultOf(changes, e, cancel) is { } result)
        {
            return result;
        }
    }

    public ValueTask DisposeAsync()
    {
        account.Dispose();
        return ValueTask.CompletedTask;
    }

    private TableClient Client(string table) => clients.GetOrAdd(table, account.Service.GetTableClient);

    /// <summary>Azure may answer with a page that holds no row and yet is not the last.</summary>
    private Task<RowPage> Page(string table, string? filter, int max, CancellationToken cancel) => Reading(
        async () =>
        {
            var pages = Client(table).QueryAsync<TableEntity>(filter, max, null, cancel).AsPages();
            await foreach (var page in pages)
            {
                bool more = page.ContinuationToken is not null;
                if (page.Values.Count > 0 || !more)
                    return new RowPage([.. page.Values.Select(AzureRows.Decode)], more);
            }

            return new RowPage([], More: false);
        },
        cancel);

    private static async Task<T> Reading<T>(Func<Task<T>> read, CancellationToken cancel)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (AzureAnswers.RetryAfter(e, cancel) is not null)
        {
            throw new TableBusyException(AzureAnswers.RetryAfter(e, cancel)!.Value, e);
        }
    }

    private static string Quoted(string key) => $"'{key.Replace("'", "''", StringComparison.Ordinal)}'";
}
