using System.Globalization;
using System.Text.Json;
using CloudPos.Functions.Fleet;
using CloudPos.Functions.Tables;
using CloudPos.Journal;
using CloudPos.Wire;

namespace CloudPos.Functions.Stock;

/// <summary>
/// When something happened to stock, as a text whose ordinal order is the order of events: time, then journal
/// and number. Within a journal it never goes back (see ApplyJournal), so there the order is that of the
/// numbers.
/// </summary>
internal readonly record struct Moment(string Key)
{
    public static Moment Of(DateTimeOffset at, JournalId journal, long number) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"{at.ToUnixTimeMilliseconds():D15}.{journal.Terminal}.{journal.Epoch:D6}.{number:D12}"));

    /// <summary>The Unix milliseconds in front.</summary>
    public DateTimeOffset At => DateTimeOffset.FromUnixTimeMilliseconds(
        long.Parse(Key.AsSpan(0, 15), NumberStyles.None, CultureInfo.InvariantCulture));

    public bool IsBefore(string other) => string.CompareOrdinal(Key, other) < 0;
}

/// <summary>
/// The level of one product in one store: row `q.{sku}`. It always equals the last count plus the movements
/// after it, or the sum of all movements where nothing was ever counted.
/// </summary>
internal sealed class StockLevelRow
{
    private const string Prefix = "q.";
    private readonly Row _row;
    private readonly SortedDictionary<string, long> _appliedThrough;

    public StockLevelRow(Row row)
    {
        _row = row;
        var text = row.TextOrNull("appliedThrough");
        _appliedThrough = new SortedDictionary<string, long>(
            text is null ? [] : JsonSerializer.Deserialize(text, StockJson.Default.DictionaryStringInt64)!,
            StringComparer.Ordinal);
    }

    public Row Row => _row;

    public string Sku => _row.Text("sku");

    public long Quantity
    {
        get => _row.NumberOrNull("quantity") ?? 0;
        set => _row["quantity"] = value;
    }

    /// <summary>The moment of the latest count, or null.</summary>
    public string? Counted
    {
        get => _row.TextOrNull("counted");
        set => _row["counted"] = value;
    }

    public static string KeyOf(string sku) => Prefix + Names.KeyPart(sku);

    public static (string From, string To) AllKeys => (Prefix, Keys.After(Prefix));

    public static StockLevelRow New(string store, string sku) =>
        new(new Row(store, KeyOf(sku)) { ["sku"] = sku });

    /// <summary>
    /// Notes that the journal's movements of this product up to the number are in the quantity.
    /// </summary>
    public void AppliedThrough(JournalId journal, long number)
    {
        var name = journal.ToString();
        _appliedThrough[name] = Math.Max(number, _appliedThrough.GetValueOrDefault(name));
        _row["appliedThrough"] = JsonSerializer.Serialize(
            new Dictionary<string, long>(_appliedThrough), StockJson.Default.DictionaryStringInt64);
    }

    public StockLevel ToFeed() => new(
        _row.Partition, Sku, Quantity,
        new SortedDictionary<string, long>(_appliedThrough, StringComparer.Ordinal));
}

/// <summary>One line of a movement as it took effect.</summary>
/// <param name="Quantity">Into the store; what the level changed by, less the correction.</param>
/// <param name="Correction"> The opposite quantity, where a later count had already found the result of this
/// movement: a count correction. </param>
/// <param name="Counted">For a count: what was found.</param>
internal sealed record MovementLine(string Sku, long Quantity, long Correction = 0, long? Counted = null);

/// <summary>Why the stock changed. Numbers are stored and never reused.</summary>
internal enum MovementKind
{
    Sale = 1,
    Void = 2,
    Received = 3,
    Count = 4,

    /// <summary>Put by a person in the back office: a count without a journal.</summary>
    Opening = 5,

    Waste = 6,
    Sent = 7,
    Arrived = 8,
}
