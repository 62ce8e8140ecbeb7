namespace CloudPos.Terminal.Web;

/// <summary>
/// What waits for another process to print an answer: the marks of receipts. Of many that never say so only
/// the newest are kept; what is dropped stays unmarked and is offered again, as after a crash. Thread-safe.
/// </summary>
internal sealed class PrintedLater
{
    private const int KeptMax = 64;
    private readonly Lock _gate = new();
    private readonly Queue<(string Confirm, IReadOnlyList<Action> Afterwards)> _waiting = [];

    /// <returns>What whoever prints is to say back.</returns>
    public string Keep(IReadOnlyList<Action> afterwards)
    {
        var confirm = Id.New().ToString();
        lock (_gate)
        {
            _waiting.Enqueue((confirm, afterwards));
            if (_waiting.Count > KeptMax)
                _waiting.Dequeue();
        }
        return confirm;
    }

    /// <summary>Runs what waits; false when nothing does. Said again, it runs again: each may be.</summary>
    public bool Confirm(string confirm)
    {
        IReadOnlyList<Action>? found;
        lock (_gate)
            found = _waiting.FirstOrDefault(waiting => waiting.Confirm == confirm).Afterwards;
        foreach (var after in found ?? [])
            after();
        return found is not null;
    }
}
