using CloudPos.Journal;

namespace CloudPos.Terminal.Journal;

internal sealed partial class TerminalStore
{
    public WriteOutcome ReceiveStock(IReadOnlyList<StockChange> lines, string reference)
    {
        lock (_gate)
            return Commit(batch => CheckLines(lines.Select(line => line.Sku).ToList()) ?? Added(
                batch, new StockReceived(lines, reference)));
    }

    /// <summary>
    /// Writes down what was counted. What the terminal believed is read in the same transaction: the count
    /// moves the stock by the difference, so that it stays right whatever arrives later.
    /// </summary>
    /// <param name="counted">Each product once.</param>
    public WriteOutcome CountStock(IReadOnlyList<StockChange> counted)
    {
        lock (_gate)
            return Commit(batch =>
            {
                var skus = counted.Select(line => line.Sku).ToList();
                if (CheckLines(skus) is { } malformed)
                    return malformed;
                if (skus.Distinct().Count() < skus.Count)
                    return WriteOutcome.Not(WriteStatus.Malformed, "A count names each product once.");
                var lines = counted.Select(line => new StockCount(
                    line.Sku, line.Quantity, _stock.OnHand(_enrolment!.Store, line.Sku))).ToList();
                return Added(batch, new StockCounted(lines));
            });
    }

    /// <summary>
    /// What should lie on the shelf of the own store: the feed's level plus own movements that it lacks.
    /// </summary>
    public long Stock(string sku) =>
        Locked(() => _enrolment is null ? 0 : _stock.OnHand(_enrolment.Store, sku));

    /// <summary>All products that have a level or moved here, by product.</summary>
    public IReadOnlyList<StockRow> Stock() => Locked<IReadOnlyList<StockRow>>(() =>
        _enrolment is null ? [] : _stock.All(_enrolment.Store));

    /// <summary>
    /// Levels of a product in all stores, as the feed last said; the own store's without later movements.
    /// </summary>
    public IReadOnlyList<(string Store, long Quantity)> StockElsewhere(string sku) =>
        Locked(() => _stock.Levels(sku));

    private WriteOutcome? Added(Batch batch, EntryBody body)
    {
        batch.Add(body, _clocks.Now);
        return null;
    }

    private static WriteOutcome? CheckLines(List<string> skus) =>
        skus.Count is 0 or > LinesMax || skus.Any(sku => sku.Length is 0 or > 64)
            ? WriteOutcome.Not(
                WriteStatus.Malformed, $"1 to {LinesMax} lines, each with a product, are written at once.")
            : null;
}
