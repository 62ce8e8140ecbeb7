using System.Text.Json;
using System.Text.Json.Serialization;
using CloudPos.Functions.Tables;

namespace CloudPos.Functions.Totals;

/// <summary>How many, and how much in minor units. Differences are tallies too.</summary>
internal readonly record struct Tally(long Count, long Minor)
{
    public static Tally operator +(Tally a, Tally b) =>
        checked(new Tally(a.Count + b.Count, a.Minor + b.Minor));

    public static Tally operator -(Tally a, Tally b) =>
        checked(new Tally(a.Count - b.Count, a.Minor - b.Minor));
}

/// <summary>What something adds to the totals of a business date. The key begins with the currency.</summary>
internal readonly record struct Contribution(DateOnly Date, string Key, Tally Tally);

/// <summary>
/// The totals of one business date at one terminal: tallies by key, kept in one row with what they count.
/// A tally of nothing is absent, so equal histories give equal tallies, whatever came and went.
/// </summary>
internal sealed class DayTallies
{
    private readonly SortedDictionary<string, Tally> _tallies = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Tally> All => _tallies;

    public void Add(string key, Tally tally)
    {
        var sum = _tallies.GetValueOrDefault(key) + tally;
        if (sum == default)
            _tallies.Remove(key);
        else
            _tallies[key] = sum;
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(
        _tallies.ToDictionary(pair => pair.Key, pair => new[] { pair.Value.Count, pair.Value.Minor }),
        TotalsJson.Default.DictionaryStringInt64Array);

    /// <exception cref="RowShapeException">It is not what <see cref="ToJson"/> writes.</exception>
    public static DayTallies FromJson(ReadOnlySpan<byte> json)
    {
        var tallies = new DayTallies();
        foreach (var (key, pair) in
            JsonSerializer.Deserialize(json, TotalsJson.Default.DictionaryStringInt64Array) ?? [])
            tallies.Add(key, pair is [var count, var minor]
                ? new Tally(count, minor)
                : throw new RowShapeException($"The tally '{key}' is no pair of numbers."));
        return tallies;
    }
}

[JsonSerializable(typeof(Dictionary<string, long[]>))]
internal sealed partial class TotalsJson : JsonSerializerContext;
