using System.Collections.Concurrent;
using CloudPos.Functions.Tables;

namespace CloudPos.Tests.Functions.Settlement;

/// <summary>
/// A table engine that makes those who commit at once go on in step, each time the one first that came last:
/// so who met a conflict has read and commits anew before the other goes on. A machine on which one thread
/// does all of it takes the same order.
/// </summary>
internal sealed class InStepEngine(ITableEngine inner) : ITableEngine
{
    private readonly ConcurrentQueue<Waiting> _waiting = [];

    /// <summary>Carries out what they commit, once each of them that still runs waits for that.</summary>
    public async Task Serve(IReadOnlyList<Task> those)
    {
        while (those.Any(one => !one.IsCompleted))
        {
            if (_waiting.Count < those.Count(one => !one.IsCompleted))
            {
                await Task.Delay(1);
                continue;
            }
            var answers = new List<Action>();
            while (_waiting.TryDequeue(out var next))
            {
                var result = await next.Commit();
                answers.Add(() => next.Done.SetResult(result));
            }
            answers.Reverse();
            answers.ForEach(answer => answer());
        }
    }

    public Task EnsureTable(string table, CancellationToken cancel) => inner.EnsureTable(table, cancel);

    public Task<Row?> Get(string table, string partition, string key, CancellationToken cancel) =>
        inner.Get(table, partition, key, cancel);

    public Task<RowPage> Range(
        string table, string partition, PageStart from, string? to, int max, CancellationToken cancel) =>
        inner.Range(table, partition, from, to, max, cancel);

    public Task<RowPage> Scan(
        string table, (string Partition, string Key)? behind, int max, CancellationToken cancel) =>
        inner.Scan(table, behind, max, cancel);

    public Task<CommitResult> Commit(
        string table, string partition, IReadOnlyList<Change> changes, string commitId,
        CancellationToken cancel)
    {
        // Whoever waits goes on at once when the answer is set, and so in the order of the answers.
        var done = new TaskCompletionSource<CommitResult>();
        _waiting.Enqueue(new(() => inner.Commit(table, partition, changes, commitId, cancel), done));
        return done.Task;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed record Waiting(
        Func<Task<CommitResult>> Commit, TaskCompletionSource<CommitResult> Done);
}
