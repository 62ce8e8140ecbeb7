namespace CloudPos.Terminal.Journal;

/// <summary>
/// What cards have paid offline, kept in memory beside its table from when a card is first asked about, so
/// that a card which pays a thousand times is not added up from a thousand rows each time. Holds for one
/// generation of the database, as <see cref="ExposureTotals"/> does. Used under the store's lock.
/// </summary>
internal sealed class CardUses
{
    /// <summary>Cards that are known at once; with one more, all are read anew as they come.</summary>
    private const int CardsMax = 1_000;

    private readonly Dictionary<(string Token, string Currency), UsesOfCard> _cards = [];
    private long _generation = -1;

    public UsesOfCard Of(Database database, string token, Currency currency)
    {
        if (_generation != database.Generation || _cards.Count >= CardsMax)
            _cards.Clear();
        _generation = database.Generation;
        if (_cards.TryGetValue((token, currency.Code), out var known))
            return known;
        var uses = new UsesOfCard(currency);
        database.Each(
            "SELECT at, amount FROM card_use WHERE token = $1 AND currency = $2 ORDER BY at",
            row => uses.Add(row.GetInt64(0), row.GetInt64(1)), token, currency.Code);
        _cards.Add((token, currency.Code), uses);
        return uses;
    }

    /// <summary>A row came; called behind the change of the table.</summary>
    public void Add(Database database, string token, Money amount, DateTimeOffset at)
    {
        if (_generation == database.Generation
            && _cards.TryGetValue((token, amount.Currency.Code), out var known))
            known.Add(at.ToUnixTimeMilliseconds(), amount.Minor);
    }

    /// <summary>Rows went.</summary>
    public void Forget() => _cards.Clear();
}

/// <summary>The payments of one card in one currency, in the order in which they were taken.</summary>
internal sealed class UsesOfCard(Currency currency)
{
    private readonly List<(long At, long Minor)> _uses = [];

    /// <param name="at">Unix milliseconds, UTC.</param>
    /// <param name="minor">Minor units.</param>
    public void Add(long at, long minor) => _uses.Add((at, minor));

    public CardUse Behind(DateTimeOffset moment)
    {
        var after = moment.ToUnixTimeMilliseconds();
        var (sum, count) = (0L, 0);
        foreach (var (at, minor) in _uses)
            if (at > after)
                (sum, count) = (checked(sum + minor), count + 1);
        return new CardUse(new Money(sum, currency), count);
    }

    public Money? LatestBehind(DateTimeOffset moment)
    {
        var after = moment.ToUnixTimeMilliseconds();
        (long At, long Minor)? latest = null;
        foreach (var use in _uses)
            if (use.At > after && (latest is null || use.At >= latest.Value.At))
                latest = use;
        return latest is { } last ? new Money(last.Minor, currency) : null;
    }
}
