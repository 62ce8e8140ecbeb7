namespace CloudPos.Terminal.Journal;

/// <summary>
/// The exposure per currency, kept in memory beside its table, so that a sale need not add up thousands of
/// waiting payments. It holds for one generation of the database: when a transaction ends without a commit,
/// whatever was counted in it counts no more, and the sums are read anew. Used under the store's lock.
/// </summary>
internal sealed class ExposureTotals
{
    private readonly SortedDictionary<string, Exposure> _sums = new(StringComparer.Ordinal);
    private long _generation = -1;

    public Exposure Of(Database database, Currency currency) =>
        Current(database).GetValueOrDefault(currency.Code) ?? new Exposure(Money.Zero(currency), 0);

    /// <summary>Of each currency that has one, in order of their codes.</summary>
    public List<Exposure> All(Database database) =>
        [.. Current(database).Values.Where(sum => sum.Count > 0)];

    /// <summary>A row came, or with the signs turned, went; called behind the change of the table.</summary>
    public void Add(Database database, Exposure change)
    {
        if (_generation != database.Generation)
            return;
        var code = change.Amount.Currency.Code;
        var before = _sums.GetValueOrDefault(code) ?? new Exposure(Money.Zero(change.Amount.Currency), 0);
        _sums[code] = new Exposure(before.Amount + change.Amount, before.Count + change.Count);
    }

    private SortedDictionary<string, Exposure> Current(Database database)
    {
        if (_generation == database.Generation)
            return _sums;
        _sums.Clear();
        database.Each(
            "SELECT sum(amount), currency, count(*) FROM exposure GROUP BY currency",
            row => _sums[row.GetString(1)] = new Exposure(PaymentTable.MoneyAt(row, 0), row.GetInt32(2)));
        _generation = database.Generation;
        return _sums;
    }
}
