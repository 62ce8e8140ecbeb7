using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using CloudPos.Local.Cloud;

namespace CloudPos.Local.FunctionsHost;

/// <summary>
/// The payloads that the host posts for a trigger, by its rule of values: bytes are base64, numbers are text,
/// strings are JSON within a JSON string, times lose their fraction. Golden examples are among the tests.
/// </summary>
internal static class Payloads
{
    public static JsonObject Message(HostedFunction function, QueuedMessage message, DateTimeOffset now)
    {
        var properties = message.Properties;
        var metadata = new JsonObject
        {
            ["MessageReceiver"] = new JsonObject(), ["MessageSession"] = new JsonObject(),
            ["MessageActions"] = new JsonObject(), ["SessionActions"] = new JsonObject(),
            ["ReceiveActions"] = new JsonObject(),
            ["Client"] = new JsonObject
            {
                ["FullyQualifiedNamespace"] = "cloudpos.servicebus.windows.net", ["IsClosed"] = false,
                ["TransportType"] = 0, ["Identifier"] = "cloudpos-1",
            },
            ["DeliveryCount"] = Number(message.Deliveries),
            ["LockToken"] = Text(message.LockToken.ToString()!),
            ["ExpiresAtUtc"] = Utc(message.EnqueuedAt.AddDays(7)),
            ["ExpiresAt"] = Offset(message.EnqueuedAt.AddDays(7)),
            ["EnqueuedTimeUtc"] = Utc(message.EnqueuedAt), ["EnqueuedTime"] = Offset(message.EnqueuedAt),
            ["MessageId"] = Text(message.MessageId), ["SequenceNumber"] = Number(message.SequenceNumber),
            ["ApplicationProperties"] = properties.DeepClone(), ["UserProperties"] = properties.DeepClone(),
            ["sys"] = Sys(function, now),
        };
        if (message.ContentType is { } type)
            metadata["ContentType"] = Text(type);
        return new JsonObject
        {
            ["Data"] = new JsonObject { [function.Binding] = Convert.ToBase64String(message.Body) },
            ["Metadata"] = metadata,
        };
    }

    /// <param name="schedule">Null where the schedule is tighter than a minute.</param>
    public static JsonObject Timer(
        HostedFunction function, (DateTimeOffset Last, DateTimeOffset Next)? schedule, DateTimeOffset now) =>
        new()
        {
            ["Data"] = new JsonObject
            {
                [function.Binding] = new JsonObject
                {
                    ["Schedule"] = new JsonObject { ["AdjustForDST"] = true },
                    ["ScheduleStatus"] = schedule is not { } times ? null : new JsonObject
                    {
                        ["Last"] = Utc(times.Last), ["LastUpdated"] = Utc(times.Last),
                        ["Next"] = Utc(times.Next),
                    },
                    ["IsPastDue"] = false,
                },
            },
            ["Metadata"] = new JsonObject { ["sys"] = Sys(function, now) },
        };

    private static JsonObject Sys(HostedFunction function, DateTimeOffset now) => new()
    {
        ["MethodName"] = function.Name,
        ["UtcNow"] = now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
        ["RandGuid"] = Id.New().ToString(),
    };

    private static string Text(string text) => JsonSerializer.Serialize(text, PayloadJson.Default.String);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);

    private static string Offset(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class PayloadJson : System.Text.Json.Serialization.JsonSerializerContext;
