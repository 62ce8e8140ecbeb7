using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Core;
using CloudPos.Functions.Telemetry;

namespace CloudPos.Functions.Bus;

/// <summary>
/// Rings over the HTTPS API of Azure Service Bus, as the back office's identity. Receiving is the Functions
/// host's part. A ring that is refused, throttled or unanswered after a few tries is left to the sweep, so
/// that a caller never waits long for a doorbell. Thread-safe.
/// </summary>
internal sealed partial class ServiceBus : IBus, IDisposable
{
    private const string Scope = "https://servicebus.azure.net/.default";

    /// <summary>A body of this type is a list of messages.</summary>
    private const string BatchMediaType = "application/vnd.microsoft.servicebus.json";

    /// <summary>Under the 256 KiB that a request may have in the standard tier, headers included.</summary>
    private const int BatchBytesMax = 192 * 1024;
    private const int BatchCountMax = 100;
    private const int TriesMax = 3;
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan RetryDelayMax = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TokenMargin = TimeSpan.FromMinutes(5);

    private readonly ServiceBusAddress _address;
    private readonly TokenCredential _credential;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly HttpClient _http;
    private AccessToken _token;

    /// <param name="answerWithin">How long one request may take.</param>
    public ServiceBus(
        ServiceBusAddress address, TokenCredential credential, TimeProvider time, ILogger<ServiceBus> log,
        TimeSpan? answerWithin = null)
    {
        (_address, _credential, _time, _log) = (address, credential, time, log);
        var handler = new SocketsHttpHandler
        {
            ConnectTimeout = (answerWithin ?? AnswerWithin) / 2,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            MaxConnectionsPerServer = 64,
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            // The trace goes into the message by our own hand, so that it is there once.
            ActivityHeadersPropagator = null,
        };
        _http = new HttpClient(handler) { Timeout = answerWithin ?? AnswerWithin };
    }

    public async Task<bool> Ring(
        string queue, Doorbell bell, TimeSpan? delay = null, CancellationToken cancel = default)
    {
        QueueNames.Check(queue);
        var properties = Properties(delay);
        return await Send(
            queue,
            () =>
            {
                var request = Request(queue, bell.ToBytes(), "application/json");
                request.Headers.TryAddWithoutValidation(
                    "BrokerProperties",
                    JsonSerializer.Serialize(properties, ServiceBusJson.Default.BrokerProperties));
                // Any other header becomes a property of the message.
                if (Traces.Parent is { } trace)
                    request.Headers.TryAddWithoutValidation("traceparent", trace);
                return request;
            },
            cancel);
    }

    public async Task<int> RingAll(
        string queue, IReadOnlyList<Doorbell> bells, CancellationToken cancel = default)
    {
        QueueNames.Check(queue);
        var stored = 0;
        foreach (var batch in Batches(bells))
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(batch, ServiceBusJson.Default.ListBatchMessage);
            if (await Send(queue, () => Request(queue, body, BatchMediaType), cancel))
                stored += batch.Count;
        }
        return stored;
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A repeated try has the same id, so that a person sees that both are one ring.</summary>
    private BrokerProperties Properties(TimeSpan? delay) => new(
        Id.New().ToString(),
        delay is { } wait && wait > TimeSpan.Zero
            ? (_time.GetUtcNow() + wait).ToString("R", CultureInfo.InvariantCulture)
            : null);

    private IEnumerable<List<BatchMessage>> Batches(IReadOnlyList<Doorbell> bells)
    {
        var (batch, bytes) = (new List<BatchMessage>(), 0);
        var traced = Traces.Parent is { } trace ? new UserProperties(trace) : null;
        foreach (var bell in bells)
        {
            var body = Encoding.UTF8.GetString(bell.ToBytes());
            // What JSON and the properties add, estimated from above.
            var size = 2 * body.Length + 300;
            if (batch.Count == BatchCountMax || (batch.Count > 0 && bytes + size > BatchBytesMax))
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
            batch.Add(new BatchMessage(body, Properties(null), traced));
            bytes += size;
        }
        if (batch.Count > 0)
            yield return batch;
    }

    private HttpRequestMessage Request(string queue, byte[] body, string mediaType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return new HttpRequestMessage(HttpMethod.Post, new Uri(_address.Endpoint, queue + "/messages"))
        {
            Content = content,
        };
    }

    private async Task<bool> Send(
        string queue, Func<HttpRequestMessage> make, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            TimeSpan? wait;
            try
            {
                using var request = make();
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Token(cancel));
                using var answer = await _http.SendAsync(request, cancel);
                if (answer.StatusCode == HttpStatusCode.Created)
                    return true;
                wait = WaitAfter(answer, attempt);
                if (wait is null || attempt == TriesMax)
                {
                    LogRefused(queue, (int)answer.StatusCode, attempt);
                    return false;
                }
            }
            catch (Exception e) when (IsPassing(e) && !cancel.IsCancellationRequested)
            {
                if (attempt == TriesMax)
                {
                    LogNotReached(e, queue, attempt);
                    return false;
                }
                wait = RetryDelay * attempt;
            }
            await Task.Delay(wait.Value, _time, cancel);
        }
    }

    /// <summary>Null when another try cannot end better, or would have to wait too long.</summary>
    private TimeSpan? WaitAfter(HttpResponseMessage answer, int attempt)
    {
        if (answer.StatusCode == HttpStatusCode.Unauthorized && attempt == 1)
        {
            _token = default;
            return TimeSpan.Zero;
        }
        if (answer.StatusCode != HttpStatusCode.TooManyRequests && (int)answer.StatusCode < 500)
            return null;
        var after = answer.Headers.RetryAfter is { } named
            ? named.Delta ?? named.Date - _time.GetUtcNow()
            : null;
        return after > RetryDelayMax ? null : after > TimeSpan.Zero ? after : RetryDelay * attempt;
    }

    /// <summary>Two callers may both fetch one; either is good.</summary>
    private async ValueTask<string> Token(CancellationToken cancel)
    {
        var known = _token;
        if (known.Token is null || known.ExpiresOn - TokenMargin < _time.GetUtcNow())
            _token = known = await _credential.GetTokenAsync(new TokenRequestContext([Scope]), cancel);
        return known.Token;
    }

    private static bool IsPassing(Exception e) =>
        e is HttpRequestException or OperationCanceledException
            or Azure.Identity.AuthenticationFailedException;

    [LoggerMessage(
        2021, LogLevel.Error,
        "A ring for queue {Queue} was refused with {Status} at try {Attempt} and left to the sweep.")]
    private partial void LogRefused(string queue, int status, int attempt);

    [LoggerMessage(
        2022, LogLevel.Error,
        "A ring for queue {Queue} had no answer at try {Attempt} and was left to the sweep.")]
    private partial void LogNotReached(Exception e, string queue, int attempt);
}

/// <summary>The properties of a message as the API names them.</summary>
internal sealed record BrokerProperties(string MessageId, string? ScheduledEnqueueTimeUtc);

/// <summary>One message of a batch.</summary>
internal sealed record BatchMessage(
    string Body, BrokerProperties BrokerProperties, UserProperties? UserProperties);

/// <summary>What a message carries beside its body.</summary>
internal sealed record UserProperties([property: JsonPropertyName("traceparent")] string TraceParent);

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BrokerProperties))]
[JsonSerializable(typeof(List<BatchMessage>))]
internal sealed partial class ServiceBusJson : JsonSerializerContext;
