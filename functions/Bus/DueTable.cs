using System.Globalization;
using System.Runtime.CompilerServices;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Bus;

/// <summary>
/// The table Due: what work is owed. The order that makes it hold: owe, then the effect, then the doorbell; a
/// handler takes the row, then reads the state, works, and says done with the version it took. Owing the same
/// again makes a new version of the one row, so a handler that is at work cannot delete what was owed after
/// it looked. Thread-safe.
/// </summary>
internal sealed class DueTable(TablePort tables, TimeProvider time)
{
    public const string Table = "Due";
    private const int Buckets = 16;

    private readonly SemaphoreSlim sweeping = new(1, 1);
    private int sweepBucket;
    private string sweepKey = "";

    public Task Ensure(CancellationToken cancel = default) => tables.EnsureTable(Table, cancel);

    /// <summary>
    /// Records that this work is owed, in place of an earlier record of the same work.
    /// </summary>
    /// <param name="kind">Lower-case letters, digits and hyphens.</param>
    /// <param name="id">What the work is about.</param>
    /// <param name="dueAt">When the sweep may ring for it; now when null.</param>
    /// <param name="cancel">Gives up; the work may or may not be recorded then.</param>
    /// <param name="refs">Names (letters and digits) and the ids under them.</param>
    public Task<DueRow> Owe(
        string kind, string id, DateTimeOffset? dueAt = null, CancellationToken cancel = default,
        params IReadOnlyList<(string Name, string Value)> refs) =>
        Owe(kind, id, isFirst: false, dueAt, refs, cancel);

    /// <summary>
    /// The same where nobody owes it yet, as far as the caller knows: that saves a look at the table, and
    /// costs one where he is wrong.
    /// </summary>
    public Task<DueRow> OweFirst(
        string kind, string id, DateTimeOffset? dueAt = null, CancellationToken cancel = default,
        params IReadOnlyList<(string Name, string Value)> refs) =>
        Owe(kind, id, isFirst: true, dueAt, refs, cancel);

    private async Task<DueRow> Owe(
        string kind, string id, bool isFirst, DateTimeOffset? dueAt,
        IReadOnlyList<(string Name, string Value)> refs, CancellationToken cancel)
    {
        var (partition, key) = Place(kind, id);
        var now = time.GetUtcNow();
        var byName = refs.ToDictionary(r => r.Name, r => r.Value, StringComparer.Ordinal);
        var due = new DueRow(kind, id, dueAt ?? now, now, 0, byName, "");
        var row = due.ToRow(partition, key);
        bool looks = !isFirst;
        // Many may owe the same at once, such as uploads of one segment; in step they would keep each
        // other out.
        return await Attempts.UntilCommitted<DueRow>(async () =>
        {
            var before = looks ? await tables.Get(Table, partition, key, cancel) : null;
            looks = true;
            var change = before is null ? Change.Insert(row) : Change.Replace(row, before.ETag!);
            return await Write(change, cancel) is { } etag ? due with { ETag = etag } : null;
        });
    }

    /// <summary>The work as it is owed now, or null when it is not: done before, or never owed.</summary>
    public async Task<DueRow?> Take(string kind, string id, CancellationToken cancel = default)
    {
        var (partition, key) = Place(kind, id);
        return await tables.Get(Table, partition, key, cancel) is { } row ? DueRow.From(row) : null;
    }

    /// <summary>
    /// The work is done. False when it was owed again since it was taken (the row stays) or is gone already.
    /// </summary>
    public async Task<bool> Done(DueRow due, CancellationToken cancel = default)
    {
        var (partition, key) = Place(due.Kind, due.Id);
        var delete = Change.Delete(partition, key, due.ETag);
        return await tables.TryCommit(Table, partition, [delete], cancel) is null;
    }

    /// <summary>
    /// Leaves the work for later and counts the attempt. Null when it was owed again or done meanwhile.
    /// </summary>
    public async Task<DueRow?> Postpone(DueRow due, DateTimeOffset until, CancellationToken cancel = default)
    {
        var (partition, key) = Place(due.Kind, due.Id);
        var later = due with { DueAt = until, Attempt = due.Attempt + 1 };
        string? etag = await Write(Change.Replace(later.ToRow(partition, key), due.ETag), cancel);
        return etag is null ? null : later with { ETag = etag };
    }

    /// <summary>
    /// Work that has been due for this long, so that the caller rings for it. Each sweep goes on where the
    /// last one stopped at its bound, so that no work waits behind the same other work for ever. One sweep at
    /// a time.
    /// </summary>
    public async IAsyncEnumerable<DueRow> Sweep(
        DateTimeOffset now, TimeSpan olderThan, int max,
        [EnumeratorCancellation] CancellationToken cancel = default)
    {
        await sweeping.WaitAsync(cancel);
        try
        {
            var (firstBucket, firstKey) = (sweepBucket, sweepKey);
            int found = 0;

            // The first bucket is visited twice: from the place on, and at the end up to it.
            for (int step = 0; step <= Buckets; step++)
            {
                string partition = Bucket((firstBucket + step) % Buckets);
                string from = step == 0 ? firstKey : "";
                string? to = step == Buckets ? firstKey : null;
                if (to is "") yield break;
                await foreach (var row in tables.Range(Table, partition, from, to, cancel))
                {
                    if (row.Time("dueAt") > now - olderThan) continue;

                    // A space is the lowest character of a key, so this is the next key there can be.
                    (sweepBucket, sweepKey) = ((firstBucket + step) % Buckets, row.Key + " ");
                    yield return DueRow.From(row);
                    if (++found == max) yield break;
                }
            }
        }
        finally
        {
            sweeping.Release();
        }
    }

    /// <summary>The new version, or null on a conflict.</summary>
    private async Task<string?> Write(Change change, CancellationToken cancel) =>
        await tables.Commit(Table, change.Partition, [change], cancel) switch
        {
            CommitResult.Done { ETags: [{ } etag] } => etag,
            CommitResult.Conflict or CommitResult.Done => null,
            CommitResult.Busy busy => throw new TablesUnavailableException(busy.After),
            _ => throw new TablesUnavailableException(TimeSpan.FromSeconds(1)),
        };

    private static (string Partition, string Key) Place(string kind, string id)
    {
        if (kind.Length == 0 || !kind.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
            throw new ArgumentException($"'{kind}' is no kind of work.", nameof(kind));

        // FNV-1a, folded: the same bucket in every process and version.
        uint hash = 2166136261;
        foreach (char c in id) hash = unchecked((hash ^ c) * 16777619);
        return (Bucket((int)((hash ^ (hash >> 16)) % Buckets)), $"{kind}.{id}");
    }

    private static string Bucket(int number) => number.ToString("D2", CultureInfo.InvariantCulture);
}
