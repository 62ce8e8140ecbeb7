using System.Text.Json;
using System.Text.Json.Serialization;

namespace CloudPos.Functions.Bus;

/// <summary>
/// A message that says where to look and nothing else: the kind of work and its id, which together name a due
/// row. All that the work needs is read from the tables, so a lost doorbell loses nothing and a repeated one
/// repeats nothing.
/// </summary>
internal sealed record Doorbell(string Kind, string Id)
{
    private const int BytesMax = 2048;

    /// <summary>{"kind":"...","id":"..."} in UTF-8.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, DoorbellJson.Default.Doorbell);

    /// <summary>The doorbell in these bytes, or why there is none.</summary>
    public static (Doorbell? Bell, string? Error) Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BytesMax) return (null, $"{bytes.Length} bytes, at most {BytesMax}");
        try
        {
            var bell = JsonSerializer.Deserialize(bytes, DoorbellJson.Default.Doorbell);
            bool whole = bell is { Kind.Length: > 0, Id.Length: > 0 };
            return whole ? (bell, null) : (null, "kind or id is missing");
        }
        catch (JsonException e)
        {
            return (null, $"not JSON of a doorbell at line {e.LineNumber}, byte {e.BytePositionInLine}");
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Doorbell))]
internal sealed partial class DoorbellJson : JsonSerializerContext;
