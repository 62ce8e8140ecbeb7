namespace CloudPos.Functions.Bus;

/// <summary>
/// Rings for work that a due row already says is owed. Each ring leads to at least one run of the queue's
/// handler that begins after it; rings that wait for the same work may be answered by one run. No order is
/// promised. Thread-safe.
/// </summary>
internal interface IBus
{
    /// <summary>
    /// True when the ring is stored. False when it could not be now (queue full, service not reachable):
    /// nothing is lost, because the sweep rings again for the due row, so a caller may go on either way.
    /// </summary>
    /// <param name="queue">Lower-case letters, digits and hyphens, up to 50.</param>
    /// <param name="bell">What to look at.</param>
    /// <param name="delay">Not delivered earlier than this from now.</param>
    /// <param name="cancel">Gives up waiting; the ring may or may not be stored then.</param>
    Task<bool> Ring(string queue, Doorbell bell, TimeSpan? delay = null, CancellationToken cancel = default);

    /// <summary>Rings for each, as few requests at a time as the bus can.</summary>
    /// <returns>How many are stored.</returns>
    async Task<int> RingAll(
        string queue, IReadOnlyList<Doorbell> bells, CancellationToken cancel = default)
    {
        var stored = 0;
        foreach (var bell in bells)
            stored += await Ring(queue, bell, cancel: cancel) ? 1 : 0;
        return stored;
    }
}
