using System.Globalization;
using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Stock;

/// <summary>What an entry does to the stock of its store.</summary>
/// <param name="Lines">Quantities into the store, or counted figures, in the order of the entry.</param>
internal sealed record StockEntry(
    string Store, JournalId Journal, long Number, DateTimeOffset At, MovementKind Kind,
    IReadOnlyList<StockChange> Lines);

/// <summary>
/// Applies movements to levels. An entry's lines go in chunks of twenty, a product summed within a chunk; a
/// chunk is one commit: its movement row `v.{terminal}.{epoch}.{number}.{chunk}`, which is the effect and so
/// the dedupe, the levels, a line of history for each product, and the rows of the store's feed. Levels come
/// out the same whatever the order of arrival: see <see cref="Move"/> and <see cref="Count"/>.
/// </summary>
internal sealed class StockMovements(TablePort tables)
{
    public const int LinesPerChunk = 20;
    private const string EffectPrefix = "v.";
    private const string CorrectionPrefix = "w.";
    private const string HistoryPrefix = "h.";

    private readonly Turns _turns = new();

    /// <summary>Applies the entry wherever it is not applied yet.</summary>
    public async Task Apply(StockEntry entry, CancellationToken cancel)
    {
        var chunk = 0;
        foreach (var lines in entry.Lines.Chunk(LinesPerChunk))
        {
            var number = chunk++;
            using var turn = await _turns.Take(entry.Store, cancel);
            var tries = 0;
            await Attempts.UntilCommitted(
                () => ApplyChunk(entry, number, lines, mayBeApplied: tries++ > 0, cancel));
        }
    }

    /// <param name="mayBeApplied">
    /// Not known of the first try: then the commit finds the effect's row there and changes nothing.
    /// </param>
    private async Task<bool> ApplyChunk(
        StockEntry entry, int chunk, IReadOnlyList<StockChange> lines, bool mayBeApplied,
        CancellationToken cancel)
    {
        var suffix = string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Journal.Terminal}.{entry.Journal.Epoch:D6}.{entry.Number:D12}.{chunk:D4}");
        // An entry's number never names other content, so that the row is there says that all of it was
        // applied.
        if (mayBeApplied
            && await tables.Get(TableNames.Store, entry.Store, EffectPrefix + suffix, cancel) is not null)
            return true;
        var moment = Moment.Of(entry.At, entry.Journal, entry.Number);
        var feed = await FeedAppend.Begin(tables, TableNames.Store, entry.Store, cancel);
        var changes = new List<Change>();
        var effects = new List<MovementLine>();
        foreach (var (sku, quantity) in Summed(entry.Kind, lines))
        {
            var key = StockLevelRow.KeyOf(sku);
            var row = await tables.Get(TableNames.Store, entry.Store, key, cancel);
            var level = row is null ? StockLevelRow.New(entry.Store, sku) : new StockLevelRow(row);
            var isCount = entry.Kind is MovementKind.Count or MovementKind.Opening;
            effects.Add(isCount
                ? await Count(level, moment, quantity, cancel)
                : Move(level, moment, quantity));
            if (entry.Kind != MovementKind.Opening)
                level.AppliedThrough(entry.Journal, entry.Number);
            await feed.Add(level.Row, new FeedRow(Stock: level.ToFeed()), cancel);
            changes.Add(row is null ? Change.Insert(level.Row) : Change.Replace(level.Row));
            // Only a count of a later moment reads the history, and it looks behind its own moment.
            if (!isCount && effects[^1].Correction == 0)
                changes.Add(Change.Insert(
                    new Row(entry.Store, HistoryKey(sku, chunk, moment)) { ["quantity"] = quantity }));
        }
        changes.Insert(0, Change.Insert(Effect(entry, EffectPrefix + suffix, effects)));
        var corrected = effects.Where(line => line.Correction != 0).ToList();
        if (corrected.Count > 0)
            changes.Add(Change.Insert(Effect(entry, CorrectionKey(chunk, moment), corrected)));
        changes.AddRange(feed.Changes);
        return await tables.TryCommit(TableNames.Store, entry.Store, changes, cancel) is null;
    }

    /// <summary>
    /// Moves a quantity. Where a count of a later moment has already found what this movement left, the level
    /// stays and the movement is met by a correction of the opposite sign.
    /// </summary>
    private static MovementLine Move(StockLevelRow level, Moment moment, long quantity)
    {
        if (level.Counted is { } counted && moment.IsBefore(counted))
            return new MovementLine(level.Sku, quantity, -quantity);
        level.Quantity += quantity;
        return new MovementLine(level.Sku, quantity);
    }

    /// <summary>
    /// Sets the level to what was counted plus what moved after that moment; the difference is the count's
    /// movement. A count of an earlier moment than the latest changes nothing any more.
    /// </summary>
    private async Task<MovementLine> Count(
        StockLevelRow level, Moment moment, long figure, CancellationToken cancel)
    {
        if (level.Counted is { } counted && moment.IsBefore(counted))
            return new MovementLine(level.Sku, 0, Counted: figure);
        var after = 0L;
        var prefix = HistoryPrefix + Names.KeyPart(level.Sku) + ".";
        // A moment's key is the beginning of the key of what happened then, so "behind it" starts at the next
        // key.
        await foreach (var row in tables.Range(
            TableNames.Store, level.Row.Partition, prefix + moment.Key + "~", Keys.After(prefix), cancel))
            after += row.Number("quantity");
        var difference = figure + after - level.Quantity;
        level.Quantity += difference;
        level.Counted = moment.Key;
        return new MovementLine(level.Sku, difference, Counted: figure);
    }

    /// <summary>
    /// A product once: moved quantities are summed, of counted figures the last one counts.
    /// </summary>
    private static IEnumerable<(string Sku, long Quantity)> Summed(
        MovementKind kind, IReadOnlyList<StockChange> lines) =>
        lines.GroupBy(line => line.Sku, StringComparer.Ordinal).Select(same => (
            same.Key,
            kind is MovementKind.Count or MovementKind.Opening
                ? same.Last().Quantity
                : same.Sum(line => line.Quantity)));

    private static Row Effect(StockEntry entry, string key, IReadOnlyList<MovementLine> lines) =>
        new(entry.Store, key)
        {
            ["kind"] = (int)entry.Kind,
            ["terminal"] = entry.Journal.Terminal,
            ["epoch"] = entry.Journal.Epoch,
            ["number"] = entry.Number,
            ["at"] = entry.At,
            ["lines"] = JsonSerializer.Serialize(lines, StockJson.Default.IReadOnlyListMovementLine),
        };

    private static string CorrectionKey(int chunk, Moment moment) =>
        string.Create(CultureInfo.InvariantCulture, $"{CorrectionPrefix}{moment.Key}.{chunk:D4}");

    private static string HistoryKey(string sku, int chunk, Moment moment) => string.Create(
        CultureInfo.InvariantCulture, $"{HistoryPrefix}{Names.KeyPart(sku)}.{moment.Key}.{chunk:D4}");

    /// <summary>The keys of all movements, or of all corrections.</summary>
    public static (string From, string To) MovementKeys => (EffectPrefix, Keys.After(EffectPrefix));

    public static (string From, string To) CorrectionKeys => (CorrectionPrefix, Keys.After(CorrectionPrefix));
}
