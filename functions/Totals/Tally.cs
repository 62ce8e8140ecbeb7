using System.Buffers;
using System.Text.Json;
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

    /// <summary>
    /// Each key with a pair of numbers. By hand, since every sale and payment writes it anew.
    /// </summary>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var (key, tally) in _tallies)
        {
            writer.WriteStartArray(key);
            writer.WriteNumberValue(tally.Count);
            writer.WriteNumberValue(tally.Minor);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <exception cref="RowShapeException">It is not what <see cref="ToJson"/> writes.</exception>
    public static DayTallies FromJson(ReadOnlySpan<byte> json)
    {
        var tallies = new DayTallies();
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                throw new RowShapeException("The tallies are no object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                var isPair = reader.Read() && reader.TokenType == JsonTokenType.StartArray;
                var tally = new Tally(Number(ref reader), Number(ref reader));
                if (!isPair || !reader.Read() || reader.TokenType != JsonTokenType.EndArray)
                    throw new RowShapeException($"The tally '{key}' is no pair of numbers.");
                tallies.Add(key, tally);
            }
            return tallies;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            throw new RowShapeException($"The tallies cannot be read: {wrong.Message}");
        }

        static long Number(ref Utf8JsonReader reader)
        {
            reader.Read();
            return reader.GetInt64();
        }
    }
}
