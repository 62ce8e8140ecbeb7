using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace CloudPos.Local.Cloud;

/// <summary>
/// Where Application Insights takes in telemetry: POST /v2.1/track, items as JSON one a line or in an array,
/// plain or gzipped, each request with a token for Azure Monitor. Keeps what it took, in memory.
/// </summary>
internal sealed class InsightsDouble(TokenAuthority authority)
{
    private const string Audience = "https://monitor.azure.com";

    /// <summary>The service's own bound of one request's body, unpacked.</summary>
    private const int BytesMax = 32 * 1024 * 1024;
    private readonly ConcurrentQueue<JsonNode> _items = new();
    private int _refused;

    /// <summary>Requests without a token for Azure Monitor.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Every item as it came: name, time, tags and data.</summary>
    public IReadOnlyList<JsonNode> Items => [.. _items];

    /// <summary>The names of all figures; each item has them in data.baseData.metrics.</summary>
    public IReadOnlySet<string> Figures => Items.Where(item => Kind(item) == "MetricData")
        .SelectMany(item => item["data"]!["baseData"]!["metrics"]!.AsArray())
        .Select(metric => (string)metric!["name"]!).ToHashSet(StringComparer.Ordinal);

    /// <summary>RequestData, RemoteDependencyData, MessageData, ExceptionData or MetricData.</summary>
    public static string? Kind(JsonNode item) => (string?)item["data"]?["baseType"];

    /// <summary>The whole address as a deployment's connection string has it.</summary>
    public static string ConnectionString(Uri address) =>
        $"InstrumentationKey=00000000-0000-0000-0000-000000000000;IngestionEndpoint={address}";

    public void Map(WebApplication app) => app.MapPost("/v2.1/track", Take);

    private async Task<IResult> Take(HttpRequest request)
    {
        var token = request.Headers.Authorization.ToString();
        if (!authority.Accepts(token, Audience) && !authority.Accepts(token, Audience + "/"))
        {
            Interlocked.Increment(ref _refused);
            return TypedResults.Unauthorized();
        }
        using var body = new MemoryStream();
        await (request.Headers.ContentEncoding == "gzip"
            ? new GZipStream(request.Body, CompressionMode.Decompress)
            : request.Body).CopyToAsync(body);
        if (body.Length > BytesMax)
            return TypedResults.StatusCode(StatusCodes.Status413PayloadTooLarge);
        var taken = Read(System.Text.Encoding.UTF8.GetString(body.ToArray())).ToList();
        taken.ForEach(_items.Enqueue);
        return TokenAuthority.TypedJson(new JsonObject
        {
            ["itemsReceived"] = taken.Count, ["itemsAccepted"] = taken.Count, ["errors"] = new JsonArray(),
        });
    }

    private static IEnumerable<JsonNode> Read(string text) => text.TrimStart().StartsWith('[')
        ? JsonNode.Parse(text)!.AsArray().Select(item => item!)
        : text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => JsonNode.Parse(line)!);
}
