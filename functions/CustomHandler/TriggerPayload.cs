using System.Globalization;
using System.Text;
using System.Text.Json;
using CloudPos.Functions.Bus;

namespace CloudPos.Functions.CustomHandler;

/// <summary>
/// What the Functions host posts when a message or a timer triggers a function. Read as leniently as the
/// host's own rule of values is loose: strings come as JSON within a JSON string, numbers as text, bytes as
/// base64; metadata of a type that the rule does not know may have any shape and is passed over.
/// </summary>
internal static class TriggerPayload
{
    /// <summary>A doorbell is at most 2 KiB; the rest is metadata.</summary>
    public const int BytesMax = 256 * 1024;

    /// <summary>The doorbell, how often it was delivered, and its trace; or what is wrong.</summary>
    public static (RungBell? Bell, string? Fault) ReadMessage(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (Member(Member(document.RootElement, "Data"), PackageFiles.MessageBinding) is not { } message)
                return (null, $"Data.{PackageFiles.MessageBinding} is missing");
            string? fault = null;
            foreach (var bytes in Readings(message))
            {
                (var bell, fault) = Doorbell.Parse(bytes);
                if (bell is not null)
                    return (RungBell.Of(bell, Member(document.RootElement, "Metadata")), null);
            }
            return (null, fault ?? "the message is neither text nor bytes");
        }
        catch (JsonException e)
        {
            return (null, $"the payload is not JSON at line {e.LineNumber}, byte {e.BytePositionInLine}");
        }
    }

    internal static JsonElement? Member(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } holder && holder.TryGetProperty(name, out var found)
            ? found
            : null;

    /// <summary>A number or a text, either of them once or twice encoded.</summary>
    internal static string? Scalar(JsonElement? value) => value switch
    {
        { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
        { ValueKind: JsonValueKind.String } text => Unquoted(text.GetString()!),
        _ => null,
    };

    /// <summary>The bytes that were sent, by each way in which the host may have written them.</summary>
    private static IEnumerable<byte[]> Readings(JsonElement message)
    {
        if (message.ValueKind == JsonValueKind.Object)
            yield return Encoding.UTF8.GetBytes(message.GetRawText());
        if (message.ValueKind != JsonValueKind.String)
            yield break;
        var text = message.GetString()!;
        foreach (var reading in new[] { text, Unquoted(text) })
        {
            var bytes = new byte[reading.Length];
            if (Convert.TryFromBase64String(reading, bytes, out var length))
                yield return bytes[..length];
            yield return Encoding.UTF8.GetBytes(reading);
        }
    }

    private static string Unquoted(string text)
    {
        if (text is not ['"', .., '"'])
            return text;
        try
        {
            using var inner = JsonDocument.Parse(text);
            return inner.RootElement.GetString()!;
        }
        catch (JsonException)
        {
            return text;
        }
    }
}

/// <summary>A doorbell as the host hands it over.</summary>
/// <param name="Deliveries">This one included; 1 when the host does not say.</param>
/// <param name="TraceParent">The trace of who rang, or null.</param>
internal sealed record RungBell(Doorbell Bell, int Deliveries, string? TraceParent)
{
    public static RungBell Of(Doorbell bell, JsonElement? metadata)
    {
        var count = TriggerPayload.Scalar(TriggerPayload.Member(metadata, "DeliveryCount"));
        var properties = TriggerPayload.Member(metadata, "ApplicationProperties")
            ?? TriggerPayload.Member(metadata, "UserProperties");
        var trace = TriggerPayload.Member(properties, "traceparent")
            ?? TriggerPayload.Member(properties, "Diagnostic-Id");
        return new RungBell(
            bell,
            int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var deliveries)
                ? Math.Max(1, deliveries)
                : 1,
            TriggerPayload.Scalar(trace));
    }
}
