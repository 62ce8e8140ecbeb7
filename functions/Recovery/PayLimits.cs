namespace CloudPos.Functions.Recovery;

/// <summary>
/// How often somebody may try: cards per token, and tokens and cards per address, within ten minutes. Kept in
/// memory, so each process counts for itself; what must hold for ever (five cards per link) is counted in the
/// case. Thread-safe.
/// </summary>
internal sealed class PayLimits(TimeProvider time)
{
    /// <summary>Cards posted with one token, wrong ones included.</summary>
    public const int CardsPerTokenMax = 10;

    /// <summary>Cards posted from one address: several people may sit behind it.</summary>
    public const int CardsPerAddressMax = 30;

    /// <summary>Tokens from one address that lead nowhere.</summary>
    public const int MissesPerAddressMax = 20;

    private const int EntriesMax = 50_000;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long Window, int Count)> _counts = new(StringComparer.Ordinal);

    public bool MayPost(string digest, string address) =>
        Take("t." + digest, CardsPerTokenMax) && Take("c." + address, CardsPerAddressMax);

    public bool MayMiss(string address) => Take("m." + address, MissesPerAddressMax);

    /// <summary>Whether the address has missed too often already; counts nothing.</summary>
    public bool IsBarred(string address)
    {
        lock (_gate)
            return _counts.TryGetValue("m." + address, out var known) && known.Window == Current()
                && known.Count >= MissesPerAddressMax;
    }

    private bool Take(string who, int max)
    {
        var window = Current();
        lock (_gate)
        {
            if (_counts.Count >= EntriesMax && !_counts.ContainsKey(who))
                foreach (var old in _counts.Where(one => one.Value.Window != window).ToList())
                    _counts.Remove(old.Key);
            // So many within one window are an attack: nobody new is let in until it is over.
            if (_counts.Count >= EntriesMax && !_counts.ContainsKey(who))
                return false;
            var count = _counts.TryGetValue(who, out var known) && known.Window == window ? known.Count : 0;
            _counts[who] = (window, Math.Min(count + 1, max + 1));
            return count < max;
        }
    }

    private long Current() => time.GetUtcNow().Ticks / Window.Ticks;
}
