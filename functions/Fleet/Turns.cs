namespace CloudPos.Functions.Fleet;

/// <summary>
/// Lets one after the other of this process commit in a partition: a terminal's, where every commit touches
/// the STAN or the head of the feed, or a store's, where each movement does. Else a backlog would only meet
/// itself. Correctness does not rest on this: the versions of the rows decide, between processes too. Never
/// taken twice by one flow. Thread-safe.
/// </summary>
internal sealed class Turns
{
    /// <summary>
    /// Partitions share a stripe by chance; then they wait for each other for a few milliseconds.
    /// </summary>
    private const int Stripes = 256;

    private readonly SemaphoreSlim[] _stripes =
        [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the partition's turn, which ends when what is returned is disposed.</summary>
    public async Task<IDisposable> Take(string partition, CancellationToken cancel)
    {
        var stripe = _stripes[unchecked((uint)partition.GetHashCode(StringComparison.Ordinal)) % Stripes];
        await stripe.WaitAsync(cancel);
        return new Turn(stripe);
    }

    private sealed class Turn(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
