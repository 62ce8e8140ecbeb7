using System.Collections.Frozen;
using CloudPos.Cards;

namespace CloudPos.Functions.Acquiring;

/// <summary>
/// The lines to all acquirers, and which payment goes over which. Each line has a connection, a bounded queue
/// and a bounded number of places of its own, and of the handlers of a backlog each acquirer gets its share
/// only: one that hangs keeps no place that the others need. Thread-safe.
/// </summary>
internal sealed class Acquirers : IAsyncDisposable
{
    private readonly IReadOnlyList<AcquirerRoute> _routes;
    private readonly FrozenDictionary<string, AcquirerLink> _named;
    private readonly FrozenDictionary<string, SemaphoreSlim> _backlog;
    private readonly FrozenDictionary<string, SemaphoreSlim> _reversals;
    private readonly FrozenDictionary<string, SemaphoreSlim> _totals;

    /// <param name="links">Owned from here on; the first takes what no route names.</param>
    /// <param name="backlogMax">Handlers of a backlog at once, over all acquirers.</param>
    /// <param name="reversalsMax">The same for reversals.</param>
    public Acquirers(
        IReadOnlyList<AcquirerLink> links, IReadOnlyList<AcquirerRoute> routes, int backlogMax,
        int reversalsMax)
    {
        ArgumentOutOfRangeException.ThrowIfZero(links.Count);
        (All, _routes) = (links, routes);
        _named = links.ToFrozenDictionary(link => link.Profile.Name);
        _backlog = Shares(backlogMax);
        _reversals = Shares(reversalsMax);
        _totals = All.ToFrozenDictionary(link => link.Profile.Name, _ => new SemaphoreSlim(1, 1));
    }

    public IReadOnlyList<AcquirerLink> All { get; }

    /// <summary>Where a new payment is asked for.</summary>
    public AcquirerLink For(string merchant, Scheme scheme, Currency currency) =>
        _routes.FirstOrDefault(route => route.Fits(merchant, scheme, currency)) is { } route
            ? _named[route.Acquirer]
            : All[0];

    /// <summary>Where a payment was asked for; null when it is not configured any more.</summary>
    public AcquirerLink? Named(string name) => _named.GetValueOrDefault(name);

    /// <summary>
    /// Whether one of the acquirers that this merchant's payments go to answers. With one of several away a
    /// terminal still asks: the payments of the others are answered.
    /// </summary>
    public bool IsAnswering(string merchant)
    {
        if (_routes.Count == 0)
            return All[0].IsAnswering;
        foreach (var route in _routes)
        {
            if (route.Merchant is not null && route.Merchant != merchant)
                continue;
            if (_named[route.Acquirer].IsAnswering)
                return true;
            if (route.Scheme is null && route.Currency is null)
                return false;
        }
        return All[0].IsAnswering;
    }

    /// <summary>
    /// A place for one payment of a backlog, given back by disposing it; null while the acquirer's share is
    /// in use.
    /// </summary>
    public IDisposable? TryEnterBacklog(AcquirerLink link) => TryEnter(_backlog[link.Profile.Name]);

    /// <summary>The same for one reversal.</summary>
    public IDisposable? TryEnterReversals(AcquirerLink link) => TryEnter(_reversals[link.Profile.Name]);

    /// <summary>The one place for a question about totals.</summary>
    public IDisposable? TryEnterTotals(AcquirerLink link) => TryEnter(_totals[link.Profile.Name]);

    public async ValueTask DisposeAsync()
    {
        foreach (var link in All)
            await link.DisposeAsync();
    }

    private FrozenDictionary<string, SemaphoreSlim> Shares(int most)
    {
        // Alone, it has nobody to leave a place to: the queue's own bound is enough.
        var share = All.Count == 1 ? int.MaxValue : Math.Max(1, most / All.Count);
        return All.ToFrozenDictionary(link => link.Profile.Name, _ => new SemaphoreSlim(share, share));
    }

    private static Place? TryEnter(SemaphoreSlim places) => places.Wait(0) ? new Place(places) : null;

    private sealed class Place(SemaphoreSlim places) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                places.Release();
        }
    }
}
