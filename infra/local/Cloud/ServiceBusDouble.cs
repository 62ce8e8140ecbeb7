using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CloudPos.Local.Cloud;

/// <summary>
/// The HTTPS API of Azure Service Bus, for sending: POST /{queue}/messages, one message or a batch. Checks
/// who asks, sizes, and the broker's properties, and throttles when told to. Queues exist only when named.
/// </summary>
internal sealed class ServiceBusDouble(
    TokenAuthority authority, IEnumerable<string> queues, TimeProvider time)
{
    public const string Audience = "https://servicebus.azure.net";
    private const string BatchMediaType = "application/vnd.microsoft.servicebus.json";

    /// <summary>The standard tier's bound of a message, and of a batch.</summary>
    private const int BytesMax = 256 * 1024;
    private const int MessageIdLengthMax = 128;

    private static readonly string[] OwnHeaders =
        ["Authorization", "BrokerProperties", "Content-Type", "Content-Length", "Host", "Transfer-Encoding"];

    private readonly Dictionary<string, QueueDouble> _queues =
        queues.ToDictionary(name => name, _ => new QueueDouble(time), StringComparer.OrdinalIgnoreCase);

    private readonly ConcurrentQueue<(int Status, int? RetryAfterSeconds)> _refusals = new();

    public IReadOnlyDictionary<string, QueueDouble> Queues => _queues;

    public int Requests => Volatile.Read(ref _requests);

    private int _requests;

    /// <summary>The next request is answered so, whatever it asks.</summary>
    public void RefuseNext(int status, int? retryAfterSeconds = null) =>
        _refusals.Enqueue((status, retryAfterSeconds));

    public void Map(WebApplication app) => app.MapPost("/{queue}/messages", Send);

    private async Task<IResult> Send(string queue, HttpContext context)
    {
        Interlocked.Increment(ref _requests);
        var request = context.Request;
        if (_refusals.TryDequeue(out var refusal))
        {
            if (refusal.RetryAfterSeconds is { } seconds)
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return TypedResults.StatusCode(refusal.Status);
        }
        if (!authority.Accepts(request.Headers.Authorization, Audience))
            return TypedResults.Unauthorized();
        if (!_queues.TryGetValue(queue, out var target))
            return TypedResults.NotFound();
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (body.Length > BytesMax)
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        var messages = request.ContentType == BatchMediaType
            ? Batch(body.ToArray())
            : One(request, body.ToArray());
        if (messages is null)
            return TypedResults.BadRequest();
        foreach (var message in messages)
            if (target.Add(
                message.Id, message.Body, message.ContentType, message.Properties, message.At) == 0)
                return TypedResults.StatusCode(StatusCodes.Status403Forbidden);
        return TypedResults.StatusCode(StatusCodes.Status201Created);
    }

    private static IReadOnlyList<Sent>? One(HttpRequest request, byte[] body)
    {
        var properties = new JsonObject();
        foreach (var (name, value) in request.Headers)
            if (!OwnHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
                properties[name] = value.ToString();
        return Read(request.Headers["BrokerProperties"], body, request.ContentType, properties) is { } sent
            ? [sent]
            : null;
    }

    private static IReadOnlyList<Sent>? Batch(byte[] body)
    {
        try
        {
            var sent = JsonNode.Parse(body)!.AsArray().Select(message => Read(
                message!["BrokerProperties"]?.ToJsonString(),
                Encoding.UTF8.GetBytes((string)message["Body"]!), null,
                message["UserProperties"]?.DeepClone().AsObject() ?? [])).ToList();
            return sent.Count == 0 || sent.Contains(null) ? null : [.. sent.OfType<Sent>()];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }

    /// <summary>Null when the broker would refuse it.</summary>
    private static Sent? Read(string? broker, byte[] body, string? contentType, JsonObject properties)
    {
        try
        {
            var named = string.IsNullOrEmpty(broker) ? [] : JsonNode.Parse(broker)!.AsObject();
            var id = (string?)named["MessageId"] ?? CloudPos.Id.New().ToString();
            DateTimeOffset? at = null;
            if ((string?)named["ScheduledEnqueueTimeUtc"] is { } text)
                at = DateTimeOffset.ParseExact(
                    text, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            return id.Length is > 0 and <= MessageIdLengthMax
                ? new Sent(id, body, contentType, properties, at)
                : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private sealed record Sent(
        string Id, byte[] Body, string? ContentType, JsonObject Properties, DateTimeOffset? At);
}
