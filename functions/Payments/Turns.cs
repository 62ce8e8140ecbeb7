namespace CloudPos.Functions.Payments;

/// <summary>
/// Lets one after the other of this process commit in a terminal's partition. Every commit there touches the
/// terminal's STAN or the head of its feed, so a draining backlog would only meet itself. Correctness does
/// not rest on this: the versions of the rows decide, between processes too. Never taken twice by one flow.
/// Thread-safe.
/// </summary>
internal sealed class Turns
{
    /// <summary>
    /// Terminals share a stripe by chance; then they wait for each other for a few milliseconds.
    /// </summary>
    private const int Stripes = 256;

    private readonly SemaphoreSlim[] _stripes =
        [.. Enumerable.Range(0, Stripes).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Waits for the terminal's turn, which ends when what is returned is disposed.</summary>
    public async Task<IDisposable> Take(string terminal, CancellationToken cancel)
    {
        var stripe = _stripes[unchecked((uint)terminal.GetHashCode(StringComparison.Ordinal)) % Stripes];
        await stripe.WaitAsync(cancel);
        return new Turn(stripe);
    }

    private sealed class Turn(SemaphoreSlim stripe) : IDisposable
    {
        public void Dispose() => stripe.Release();
    }
}
